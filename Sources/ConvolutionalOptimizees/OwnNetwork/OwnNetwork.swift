import Datasets
import Foundations
import LabelledData
import Optimizees

/// A small network like VGG that this project trains itself on CIFAR-10, for painting on machines that have no weights
/// of VGG-19.
///
/// Its layers are named as VGG-19's, so that the same settings work: nine 3x3 convolutions, pooled after conv1_2,
/// conv2_2, conv3_2 and conv4_2, and, while it is trained, after conv5_1 too. Trained with batch normalisation, which
/// is then folded into weights and biases.
public enum OwnNetwork {
  static let layers = [
    ("conv1_1", 16), ("conv1_2", 16), ("conv2_1", 32), ("conv2_2", 32), ("conv3_1", 64), ("conv3_2", 64),
    ("conv4_1", 64), ("conv4_2", 64), ("conv5_1", 64),
  ]

  /// Mean and deviation of CIFAR-10's training images.
  public static let input = VGGWeights.Input(
    order: .rgb, means: [125.3, 123.0, 113.9], deviations: [63.0, 62.1, 66.7])

  /// The classifier whose convolutions become the network.
  ///
  /// - Parameter images: colour images of 0...1, at least 32x32.
  /// - Throws: `SettingError` for no images, or images without colours or smaller than that; `ConvolutionError` where
  ///   oneDNN refuses.
  public static func classifier(of images: LabelledImages) throws -> ConvNet {
    guard images.channels == 3 else {
      throw SettingError("images", value: "\(images.channels) channels", expected: "3, for red, green and blue")
    }
    var settings = ConvNetSettings()
    settings.channels = layers.map(\.1)
    settings.unpooled = [0, 2, 4, 6]
    settings.kernel = 3
    settings.hidden = 64
    settings.deviation = 0.1
    return try ConvNet(standardized(images), settings)
  }

  /// Images less the mean and divided by the deviation, as the network takes them.
  public static func standardized(_ images: LabelledImages) -> LabelledImages {
    var pixels = images.pixels
    let area = images.width * images.height
    for i in pixels.indices {
      let channel = i / area % 3
      pixels[i] = (pixels[i] * 255 - input.means[channel]) / input.deviations[channel]
    }
    return LabelledImages(
      width: images.width, height: images.height, channels: 3, classes: images.classes, pixels: pixels,
      labels: images.labels)
  }

  /// Trains the classifier with ADAM, its rate falling smoothly from `rate` to zero.
  ///
  /// - Parameter progress: is told each step and its loss.
  /// - Returns: the classifier's parameters.
  /// - Throws: `ConvolutionError` where oneDNN refuses.
  public static func train(
    _ classifier: ConvNet, steps: Int, rate: Float = 3e-3, _ stream: RandomStream,
    progress: (_ step: Int, _ loss: Float) -> Void
  ) throws -> [Float] {
    let episode = try classifier.episode(stream)
    var parameters = episode.initialParameters
    var (gradient, mean, square) = (parameters, parameters.map { _ in Float(0) }, parameters.map { _ in Float(0) })
    var (meanLeft, squareLeft): (Float, Float) = (1, 1)
    for step in 1...max(1, steps) {
      try Interruption.check()
      let loss = try parameters.withUnsafeBufferPointer { parameters in
        try gradient.withUnsafeMutableBufferPointer {
          try episode.lossAndGradient(at: parameters, step: step, gradient: $0)
        }
      }
      progress(step, loss)
      meanLeft *= 0.9
      squareLeft *= 0.999
      let share = Float(step - 1) / Float(max(1, steps))
      let decay = (1 - share) * (1 - share) * (1 + 2 * share)
      for i in parameters.indices {
        mean[i] += 0.1 * (gradient[i] - mean[i])
        square[i] += 0.001 * (gradient[i] * gradient[i] - square[i])
        parameters[i] -=
          rate * decay * mean[i] / (1 - meanLeft) / ((square[i] / (1 - squareLeft)).squareRoot() + 1e-8)
      }
    }
    return parameters
  }

  /// The classifier's convolutions with batch normalisation folded in.
  ///
  /// - Parameters:
  ///   - batches: minibatches of the classifier's images over which statistics are averaged.
  ///   - note: where the weights come from.
  /// - Throws: `SettingError` for parameters with which numbers overflow; `ConvolutionError` where oneDNN refuses.
  public static func folded(
    _ classifier: ConvNet, _ parameters: [Float], batches: [[Int]], provenance: Provenance
  ) throws -> VGGWeights {
    let pass = try ConvNetPass(classifier)
    defer { withExtendedLifetime(pass) {} }
    let blocks = classifier.plans.map { paddedChannels($0.outputs) / 16 }
    var means = blocks.map { [SIMD16<Float>](repeating: SIMD16(), count: $0) }
    var variances = means
    let share = 1 / Float(batches.count)
    try parameters.withUnsafeBufferPointer { parameters in
      guard let parameters = parameters.baseAddress else { return }
      for batch in batches {
        guard try pass.run(classifier.images, batch, parameters) else {
          throw SettingError("the network's parameters", value: "overflow", expected: "those of a trained network")
        }
        for (layer, statistics) in pass.statistics.enumerated() {
          for (block, one) in statistics.enumerated() {
            means[layer][block] += share * one.mean
            variances[layer][block] += share / (one.scale * one.scale)
          }
        }
      }
    }
    var inputs = 3
    let layers = layers.enumerated().map { index, layer -> VGGWeights.Layer in
      func tensor(_ name: String) -> ArraySlice<Float> {
        parameters[classifier.layout["convolution\(index + 1)/\(name)"] ?? 0..<0]
      }
      var kernels = Array(tensor("kernels"))
      var bias = Array(tensor("shift"))
      for (channel, gain) in tensor("scale").enumerated() {
        let factor = gain / variances[index][channel / 16][channel % 16].squareRoot()
        bias[channel] -= factor * means[index][channel / 16][channel % 16]
        for i in channel * inputs * 9..<(channel + 1) * inputs * 9 { kernels[i] *= factor }
      }
      defer { inputs = layer.1 }
      return VGGWeights.Layer(name: layer.0, inputs: inputs, outputs: layer.1, kernels: kernels, bias: bias)
    }
    return VGGWeights(layers: layers, input: input, provenance: provenance)
  }
}
