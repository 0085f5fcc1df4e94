import ConvolutionKernels
import Foundations
import KernelInterface
import Vectors

/// Convolution, batch normalisation, ReLU and, unless it is left out, 2x2 max-pooling, for the images of a minibatch.
///
/// It goes image by image: what the convolution leaves of one image, 64 KB at 32x32, is summed up while it is in the
/// second-level cache. oneDNN is no slower on single images than on 128 of them (forward .73 to .9 of peak either way;
/// weight gradients .7-.8 against .35-.7).
final class ConvolutionBlock {
  /// What is worked out once for all episodes.
  struct Plans: Sendable {
    let inputs: Int
    let outputs: Int
    let height: Int
    let width: Int
    let kernel: Int
    let isPooled: Bool
    let forward: ConvolutionPlan
    let weightGradient: ConvolutionPlan
    /// Gradients of the output to gradients of the input; nil for the first layer.
    let back: ConvolutionPlan?

    init(
      inputs: Int, outputs: Int, height: Int, width: Int, kernel: Int, isPooled: Bool, isFirst: Bool
    ) throws {
      self.inputs = inputs
      self.outputs = outputs
      self.height = height
      self.width = width
      self.kernel = kernel
      self.isPooled = isPooled
      var shape = ConvolutionShape(
        inputs: isFirst ? inputs : paddedChannels(inputs), outputs: paddedChannels(outputs), height: height,
        width: width, kernel: kernel, padding: kernel / 2, order: isFirst ? Self.order : .blocks)
      forward = try ConvolutionPlan(.forward, shape)
      weightGradient = try ConvolutionPlan(.weightGradient, shape)
      if isFirst {
        back = nil
      } else {
        swap(&shape.inputs, &shape.outputs)
        back = try ConvolutionPlan(.forward, shape)
      }
    }

    /// How the first layer's images lie: with AVX2 oneDNN has to convert nothing if their channels come last.
    static let order: ConvolutionShape.Order = VectorLevel.current == .v4 ? .planar : .interleaved

    var pooling: PoolingShape { PoolingShape(height: height, width: width, isPooled: isPooled) }

    /// Rows and columns that come out.
    var outputHeight: Int { pooling.pooledHeight }
    var outputWidth: Int { pooling.pooledWidth }

    /// Floating-point operations of both directions for one image, of the products with pixels: of 32 x 32 pixels and
    /// kernels of 5 .926 of all, of 8 x 8 .722.
    var operations: Double {
      let rows = ConvolutionShape.taps(size: height, kernel: kernel, padding: kernel / 2)
      let columns = ConvolutionShape.taps(size: width, kernel: kernel, padding: kernel / 2)
      return 2 * Double(rows * columns * inputs * outputs) * (back == nil ? 2 : 3)
    }
  }

  private let plans: Plans
  private let pooling: NormalizedPooling
  private let batch: Int
  private let blocks: Int
  private let forward: Convolution
  private let weightGradient: Convolution
  private let back: Convolution?

  private let weights: Floats
  private let turned: Floats?
  /// [batch][blocks][height][width][16]
  private let convolved: Floats
  /// [batch][blocks][height / 2][width / 2][16]
  let pooled: Floats
  private let peaks: Floats
  /// One image: [blocks][height][width][16]
  private let gradient: Floats
  private let imageWeightGradient: Floats
  private let weightSum: Floats
  /// [outputs][inputs][kernel][kernel], with channels filled up.
  private let plainGradient: Floats
  /// Of each block of 16 channels in the minibatch of the last `run`.
  private(set) var statistics: [Normalization]

  /// Numbers of one image in `pooled`.
  var pooledSize: Int { blocks * 16 * pooling.pooledArea }

  init(_ plans: Plans, batch: Int) throws {
    self.plans = plans
    self.batch = batch
    pooling = NormalizedPooling(shape: plans.pooling)
    blocks = paddedChannels(plans.outputs) / 16
    forward = try Convolution(plans.forward)
    weightGradient = try Convolution(plans.weightGradient)
    back = try plans.back.map { try Convolution($0) }
    weights = Floats(plans.forward.packedCount)
    turned = plans.back.map { Floats($0.packedCount) }
    let area = blocks * 16 * plans.height * plans.width
    convolved = Floats(batch * area)
    gradient = Floats(area)
    imageWeightGradient = Floats(plans.weightGradient.packedCount)
    weightSum = Floats(plans.weightGradient.packedCount)
    plainGradient = Floats(plans.weightGradient.shape.weightCount)
    let pooledCount = batch * blocks * 16 * pooling.pooledArea
    pooled = Floats(pooledCount)
    peaks = Floats(pooledCount)
    statistics = Array(repeating: Normalization(), count: blocks)
  }

  /// Fills `pooled`; false when the numbers overflow.
  ///
  /// - Parameters:
  ///   - image: where an image of the minibatch starts, in the order that the plans expect.
  ///   - kernels: [outputs][inputs][kernel][kernel]
  ///   - scale, shift: batch normalisation's, [outputs]
  func run(
    _ image: (Int) -> UnsafePointer<Float>, kernels: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, epsilon: Float
  ) throws -> Bool {
    try pack(kernels)
    let size = plans.height * plans.width
    var centre = [SIMD16<Float>](repeating: SIMD16(), count: blocks)
    var first = [SIMD16<Double>](repeating: SIMD16(), count: blocks)
    var second = first
    for n in 0..<batch {
      let output = convolved.start + n * blocks * 16 * size
      try forward.forward(image(n), weights: weights.start, into: output)
      let vectors = convolved.vectors + n * blocks * size
      for block in 0..<blocks {
        if n == 0 { centre[block] = pooling.sums(vectors + block * size, shift: SIMD16()).first / Float(size) }
        let sums = pooling.sums(vectors + block * size, shift: centre[block])
        first[block] += SIMD16<Double>(sums.first)
        second[block] += SIMD16<Double>(sums.second)
      }
    }
    let count = Double(batch * size)
    for block in 0..<blocks {
      let mean = first[block] / count
      let variance = second[block] / count - mean * mean
      statistics[block].mean = SIMD16<Float>(mean) + centre[block]
      statistics[block].scale = 1 / SIMD16<Float>(variance + Double(epsilon)).squareRoot()
      for lane in 0..<16 where !(mean[lane].isFinite && variance[lane].isFinite) { return false }
      statistics[block].gain = channels(scale, block, absent: 1)
      statistics[block].offset = channels(shift, block, absent: 0)
    }
    let pooledArea = pooling.pooledArea
    for n in 0..<batch {
      for block in 0..<blocks {
        let place = (n * blocks + block) * pooledArea
        pooling.forward(
          convolved.vectors + (n * blocks + block) * size, statistics[block], pooled: pooled.vectors + place,
          peaks: peaks.vectors + place)
      }
    }
    return true
  }

  /// Gradients of everything that `run` was given, from the gradient of `pooled`.
  ///
  /// - Parameters:
  ///   - pooledGradient: as `pooled`.
  ///   - imageGradient: where the gradient of an image goes; not asked in the first layer.
  func runBack(
    _ image: (Int) -> UnsafePointer<Float>, pooledGradient: Floats, kernels: UnsafeMutablePointer<Float>,
    scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>,
    imageGradient: (Int) -> UnsafeMutablePointer<Float>
  ) throws {
    let size = plans.height * plans.width
    let pooledArea = pooling.pooledArea
    var sums = [(offset: SIMD16<Double>, gain: SIMD16<Double>)](repeating: (SIMD16(), SIMD16()), count: blocks)
    for n in 0..<batch {
      for block in 0..<blocks {
        let place = (n * blocks + block) * pooledArea
        let image = pooling.gradientSums(
          pooledGradient.vectors + place, statistics[block], pooled: pooled.vectors + place,
          peaks: peaks.vectors + place)
        sums[block].offset += SIMD16<Double>(image.first)
        sums[block].gain += SIMD16<Double>(image.second)
      }
    }
    for channel in 0..<plans.outputs {
      scale[channel] = Float(sums[channel / 16].gain[channel % 16])
      shift[channel] = Float(sums[channel / 16].offset[channel % 16])
    }
    weightSum.zero()
    let count = Double(batch * size)
    for block in 0..<blocks {
      statistics[block].meanGradient = SIMD16<Float>(sums[block].offset / count)
      statistics[block].meanProduct = SIMD16<Float>(sums[block].gain / count)
    }
    for n in 0..<batch {
      for block in 0..<blocks {
        let place = (n * blocks + block) * pooledArea
        pooling.backward(
          convolved.vectors + (n * blocks + block) * size, statistics[block],
          pooledGradient: pooledGradient.vectors + place, pooled: pooled.vectors + place,
          peaks: peaks.vectors + place, into: gradient.vectors + block * size)
      }
      try weightGradient.weightGradient(
        image(n), outputGradient: gradient.start, into: imageWeightGradient.start)
      let (sum, one) = (weightSum.vectors, imageWeightGradient.vectors)
      for i in 0..<(weightSum.count + 15) / 16 { sum[i] += one[i] }
      if let back, let turned {
        try back.forward(gradient.start, weights: turned.start, into: imageGradient(n))
      }
    }
    try unpack(into: kernels)
  }

  private func pack(_ kernels: UnsafePointer<Float>) throws {
    let shape = plans.forward.shape
    let padded = paddedWeights(
      kernels, outputs: plans.outputs, inputs: plans.inputs, kernel: plans.kernel, toOutputs: shape.outputs,
      toInputs: shape.inputs)
    try plans.forward.pack(padded, into: weights.start)
    if let back = plans.back, let turned { try back.packTurned(padded, into: turned.start) }
  }

  private func unpack(into kernels: UnsafeMutablePointer<Float>) throws {
    let shape = plans.weightGradient.shape
    try plans.weightGradient.unpack(weightSum.start, into: plainGradient.start)
    let row = plans.inputs * plans.kernel * plans.kernel
    for output in 0..<plans.outputs {
      let from = plainGradient.start + output * shape.inputs * plans.kernel * plans.kernel
      (kernels + output * row).update(from: from, count: row)
    }
  }

  /// Sixteen channels of a parameter, filled up beyond the last one.
  private func channels(_ parameter: UnsafePointer<Float>, _ block: Int, absent: Float) -> SIMD16<Float> {
    var vector = SIMD16<Float>(repeating: absent)
    for lane in 0..<min(16, plans.outputs - block * 16) { vector[lane] = parameter[block * 16 + lane] }
    return vector
  }
}
