import ConvolutionKernels
import Foundations

/// The products of a layer's channels, averaged over the image: what Gatys et al. call the style.
///
/// G = F Fᵀ / (height x width) with F [channels][height x width]. To oneDNN that is the weight gradient of a 1x1
/// convolution, and the gradient it sends back is such a convolution with G's gradient as its weights: both run at
/// .9 of peak on activations as they lie, in blocks of 16 channels.
final class GramMatrix {
  let channels: Int
  private let area: Int
  private let products: Convolution
  private let spreading: Convolution
  /// [channels][channels]
  let values: Floats
  private let packed: Floats
  private let packedSlope: Floats

  /// What is worked out once for all episodes.
  struct Plans: Sendable {
    let products: ConvolutionPlan
    let spreading: ConvolutionPlan

    init(channels: Int, height: Int, width: Int) throws {
      var shape = ConvolutionShape(
        inputs: paddedChannels(channels), outputs: paddedChannels(channels), height: height, width: width, kernel: 1,
        padding: 0)
      products = try ConvolutionPlan(.weightGradient, shape)
      shape.accumulating = true
      spreading = try ConvolutionPlan(.forward, shape)
    }

    /// Floating-point operations of both directions.
    var operations: Double { products.shape.operations + spreading.shape.operations }
  }

  init(_ plans: Plans) throws {
    let shape = plans.products.shape
    channels = shape.outputs
    area = shape.height * shape.width
    products = try Convolution(plans.products)
    spreading = try Convolution(plans.spreading)
    values = Floats(channels * channels)
    packed = Floats(plans.products.packedCount)
    packedSlope = Floats(plans.spreading.packedCount)
  }

  /// Computes `values` from activations [channels / 16][height][width][16].
  func run(_ activations: Floats) throws {
    try products.weightGradient(activations.start, outputGradient: activations.start, into: packed.start)
    try products.plan.unpack(packed.start, into: values.start)
    let scale = 1 / Float(area)
    for i in 0..<values.count { values.start[i] *= scale }
  }

  /// Adds the gradient of `weight` |G - target|² to the activations' gradient, overwriting `values` with G's own.
  ///
  /// - Returns: |G - target|²
  func addGradient(_ activations: Floats, target: [Float], weight: Float, to gradient: Floats) throws -> Double {
    var sum = 0.0
    let slope = 4 * weight / Float(area)
    for row in 0..<channels {
      var squares: Float = 0
      for i in row * channels..<(row + 1) * channels {
        let difference = values.start[i] - target[i]
        squares += difference * difference
        values.start[i] = slope * difference
      }
      sum += Double(squares)
    }
    try spreading.plan.pack(values.start, into: packedSlope.start)
    try spreading.forward(activations.start, weights: packedSlope.start, into: gradient.start)
    return sum
  }
}
