import Foundations
import Imaging

/// What a problem's loss is made of, before it is weighed.
public struct ArtLosses: Sendable, Equatable, Codable {
  /// Squared difference of activations over the content's own mean square.
  public var content: Double
  /// Squared difference of Gram matrices over the style's own mean square, averaged over layers.
  public var style: Double
  /// Mean squared difference of neighbouring pixels.
  public var smoothness: Double

  public init(content: Double, style: Double, smoothness: Double) {
    self.content = content
    self.style = style
    self.smoothness = smoothness
  }
}

/// The layers that make up a loss at one image size, and the style they are compared with.
struct ArtTerms: Sendable {
  let network: FeatureNetwork
  let settings: NeuralArtSettings
  let height: Int
  let width: Int
  /// Which of the network's layers is the content, and which are the style.
  let contentLayer: Int
  let styleLayers: [Int]
  let grams: [GramMatrix.Plans]
  /// The style's Gram matrices and one over their mean squares.
  let targets: [(gram: [Float], scale: Float)]

  init(_ network: FeatureNetwork, _ settings: NeuralArtSettings, style: Image, height: Int, width: Int) throws {
    func index(_ name: String) throws -> Int {
      guard let index = network.layers.firstIndex(where: { $0.name == name }) else {
        throw SettingError(
          "layer", value: name, expected: "one of \(network.layers.map(\.name).joined(separator: ", "))")
      }
      return index
    }
    self.network = network
    self.settings = settings
    self.height = height
    self.width = width
    contentLayer = try index(settings.contentLayer)
    styleLayers = try settings.styleLayers.map(index)
    let plans = try network.plans(height: height, width: width)
    grams = try styleLayers.map { try GramMatrix.Plans(plans.layers[$0]) }

    // A style of another size is looked at once: plans for it, a quarter of a gigabyte with VGG-19, are not kept.
    let isAlike = style.height == height && style.width == width
    let size = FeatureNetwork.Size(height: style.height, width: style.width)
    let stylePlans = isAlike ? plans : try FeaturePlans(network, size)
    let pass = try FeaturePass(network, stylePlans)
    try pass.run(style.rgb().planes(scale: 255))
    targets = try styleLayers.map { layer in
      let gram = try GramMatrix(GramMatrix.Plans(stylePlans.layers[layer]))
      try gram.run(pass.activations[layer])
      return withExtendedLifetime(gram) {
        let values = Array(UnsafeBufferPointer(start: gram.values.start, count: gram.values.count))
        return (values, inverseMeanSquare(values))
      }
    }
    withExtendedLifetime(pass) {}
  }

  var operations: Double {
    network.operations(height: height, width: width) + grams.reduce(0) { $0 + $1.operations }
  }
}

/// One over the mean square, or over a tiny number for an image that excites nothing.
func inverseMeanSquare(_ values: [Float]) -> Float {
  let sum = values.reduce(0.0) { $0 + Double($1) * Double($1) }
  return Float(1 / max(sum / Double(max(values.count, 1)), 1e-12))
}

extension GramMatrix.Plans {
  init(_ layer: FeaturePlans.Layer) throws {
    try self.init(channels: layer.outputs, height: layer.height, width: layer.width)
  }
}
