import ConvolutionKernels
import Datasets
import Foundations
import Synchronization

/// The convolutions of a classifier, whose activations tell what is in an image and how it is painted.
///
/// Worked out once for each image size and shared by all episodes. Convolutions are Winograd's: exact to about 1e-5,
/// and at 64 pixels a step takes 29 ms where direct ones take 40 (one Zen 5 core), although their weights are larger.
/// Layers of the same block ("conv2_1", "conv2_2") follow each other, 2x2 pooling stands between blocks.
public final class FeatureNetwork: Sendable {
  public let weights: VGGWeights
  public let pooling: Pooling
  public let border: Border
  /// The layers that are computed: all up to the deepest that is asked for.
  let layers: [VGGWeights.Layer]
  private let plans = Mutex<[Size: FeaturePlans]>([:])

  struct Size: Hashable, Sendable {
    var height: Int
    var width: Int
  }

  /// - Parameter layer: the deepest layer that is needed; those after it are left out.
  /// - Throws: `SettingError` when the weights have no such layer or do not fit together.
  public init(_ weights: VGGWeights, upTo layer: String, pooling: Pooling = .average, border: Border = .zeros) throws {
    guard let last = weights.layers.firstIndex(where: { $0.name == layer }) else {
      throw SettingError(
        "layer", value: layer, expected: "one of \(weights.layers.map(\.name).joined(separator: ", "))")
    }
    self.weights = weights
    self.pooling = pooling
    self.border = border
    layers = Array(weights.layers[...last])
    var inputs = 3
    for layer in layers {
      guard layer.inputs == inputs, layer.kernels.count == inputs * layer.outputs * 9, layer.bias.count == layer.outputs
      else {
        throw SettingError(
          "layer \(layer.name)",
          value: "\(layer.inputs) to \(layer.outputs) channels with \(layer.kernels.count) weights",
          expected: "\(inputs) inputs, as the layer before leaves, and 3x3 kernels")
      }
      inputs = layer.outputs
    }
  }

  /// Whether the 2x2 pooling stands before a layer.
  func isPooled(before index: Int) -> Bool {
    index > 0 && layers[index].name.prefix { $0 != "_" } != layers[index - 1].name.prefix { $0 != "_" }
  }

  func plans(height: Int, width: Int) throws -> FeaturePlans {
    let size = Size(height: height, width: width)
    return try plans.withLock { known in
      if let plan = known[size] { return plan }
      let plan = try FeaturePlans(self, size)
      known[size] = plan
      return plan
    }
  }

  /// Floating-point operations of features and gradient at a size, counted as direct convolutions. Products with zeros
  /// around an image do not count (VGG-19 at 64 pixels has .897 of all products without them), those with pixels that
  /// are copied there do.
  func operations(height: Int, width: Int) -> Double {
    var (height, width, sum) = (height, width, 0.0)
    let copied = border == .zeros ? 0 : 1
    for (index, layer) in layers.enumerated() {
      if isPooled(before: index) { (height, width) = (height / 2, width / 2) }
      let rows = ConvolutionShape.taps(size: height + 2 * copied, kernel: 3, padding: 1 - copied)
      let columns = ConvolutionShape.taps(size: width + 2 * copied, kernel: 3, padding: 1 - copied)
      sum += 4 * Double(rows * columns * layer.inputs * layer.outputs)
    }
    return sum
  }
}

/// The convolutions of a network at one image size, with their weights in oneDNN's order.
final class FeaturePlans: Sendable {
  struct Layer: Sendable {
    let inputs: Int
    let outputs: Int
    let height: Int
    let width: Int
    let forward: ConvolutionPlan
    let back: ConvolutionPlan
    let weights: FixedFloats
    let bias: FixedFloats
    let turned: FixedFloats
    var area: Int { height * width }
  }

  let layers: [Layer]

  init(_ network: FeatureNetwork, _ size: FeatureNetwork.Size) throws {
    var (height, width) = (size.height, size.width)
    var layers: [Layer] = []
    for (index, layer) in network.layers.enumerated() {
      if network.isPooled(before: index) { (height, width) = (height / 2, width / 2) }
      guard height > 0, width > 0 else {
        throw SettingError(
          "image size", value: "\(size.height) x \(size.width)",
          expected: "enough pixels to be halved before each block up to \(layer.name)")
      }
      layers.append(
        try Layer(layer, height: height, width: width, border: network.border, isFirst: index == 0))
    }
    self.layers = layers
  }
}

extension FeaturePlans.Layer {
  fileprivate init(_ layer: VGGWeights.Layer, height: Int, width: Int, border: Border, isFirst: Bool) throws {
    // The first layer always gets its border from us, being copied anyway; see `FeaturePass`.
    let isBordered = isFirst || border != .zeros
    let padding = isBordered ? 0 : 1
    let (inputs, outputs) = (isFirst ? layer.inputs : paddedChannels(layer.inputs), paddedChannels(layer.outputs))
    self.inputs = layer.inputs
    self.outputs = layer.outputs
    self.height = height
    self.width = width
    forward = try ConvolutionPlan(
      .forward,
      ConvolutionShape(
        inputs: inputs, outputs: outputs, height: height + 2 - 2 * padding, width: width + 2 - 2 * padding,
        padding: padding, order: isFirst ? .planar : .blocks, bias: true, rectified: true, winograd: true))
    // Back to an image with borders go all pixels whose kernel reaches into the borders: two more rows of zeros.
    back = try ConvolutionPlan(
      .forward,
      ConvolutionShape(
        inputs: outputs, outputs: paddedChannels(inputs), height: height + (isBordered ? 4 : 0),
        width: width + (isBordered ? 4 : 0), padding: padding, winograd: true))
    bias = FixedFloats(outputs) { bias in
      for (channel, value) in layer.bias.enumerated() { bias[channel] = value }
    }
    let plain = paddedWeights(
      layer.kernels, outputs: layer.outputs, inputs: layer.inputs, kernel: 3, toOutputs: outputs,
      toInputs: paddedChannels(inputs))
    turned = try FixedFloats(back.packedCount) { [back] in try back.packTurned(plain, into: $0) }
    weights = try FixedFloats(forward.packedCount) { [forward] in
      try forward.pack(
        isFirst
          ? paddedWeights(
            layer.kernels, outputs: layer.outputs, inputs: layer.inputs, kernel: 3, toOutputs: outputs,
            toInputs: inputs)
          : plain, into: $0)
    }
  }
}
