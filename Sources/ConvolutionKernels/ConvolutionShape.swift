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

  /// Floating-point operations of the textbook's way, forward or weight gradient: of the products with pixels, since
  /// oneDNN leaves those with the zeros around them out.
  package var operations: Double {
    let rows = Self.taps(size: height, kernel: kernel, padding: padding)
    let columns = Self.taps(size: width, kernel: kernel, padding: padding)
    return 2 * Double(batch * rows * columns * inputs * outputs)
  }

  /// How often a weight of a kernel meets a pixel, in one dimension: kernel times the output's size without padding.
  package static func taps(size: Int, kernel: Int, padding: Int) -> Int {
    let positions = max(0, size + 2 * padding - kernel + 1)
    return (0..<positions).reduce(0) { sum, position in
      let first = max(0, padding - position)
      let end = min(kernel, size + padding - position)
      return sum + max(0, end - first)
    }
  }
}
