/// A convolution of stride 1 over images in memory order [batch][channels / 16][height][width][16].
package struct ConvolutionShape: Sendable, Hashable {
  package var batch: Int
  /// How the input lies in memory.
  package enum Order: Sendable {
    /// [batch][channels / 16][height][width][16]
    case blocks
    /// [batch][channels][height][width]
    case planar
    /// [batch][height][width][channels]
    case interleaved
  }

  /// Channels of the input, a multiple of 16 if they lie in blocks.
  package var inputs: Int
  /// Channels of the output, a multiple of 16.
  package var outputs: Int
  package var height: Int
  package var width: Int
  package var kernel: Int
  /// Rows and columns of zeros around the input.
  package var padding: Int
  package var order: Order
  package var bias: Bool
  package var rectified: Bool
  /// The result is added to what stands in the output.
  package var accumulating: Bool
  /// Winograd's algorithm where oneDNN has it; it does with fewer multiplications and is less exact (about 1e-5).
  package var winograd: Bool

  package init(
    batch: Int = 1, inputs: Int, outputs: Int, height: Int, width: Int, kernel: Int = 3, padding: Int = 1,
    order: Order = .blocks, bias: Bool = false, rectified: Bool = false, accumulating: Bool = false,
    winograd: Bool = false
  ) {
    self.batch = batch
    self.inputs = inputs
    self.outputs = outputs
    self.height = height
    self.width = width
    self.kernel = kernel
    self.padding = padding
    self.order = order
    self.bias = bias
    self.rectified = rectified
    self.accumulating = accumulating
    self.winograd = winograd
  }

  package var outputHeight: Int { height + 2 * padding - kernel + 1 }
  package var outputWidth: Int { width + 2 * padding - kernel + 1 }
  package var weightCount: Int { inputs * outputs * kernel * kernel }

  /// Floating-point operations of the textbook's way, forward or weight gradient.
  package var operations: Double { 2 * Double(batch * outputHeight * outputWidth * weightCount) }
}
