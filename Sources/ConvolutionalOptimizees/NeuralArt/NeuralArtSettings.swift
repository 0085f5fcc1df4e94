import Foundations

/// What a `NeuralArt` problem weighs and how it starts. The paper gives none of these numbers; the defaults were chosen
/// by looking at pictures of 64, 128 and 256 pixels that ADAM painted in 128 steps.
public struct NeuralArtSettings: Sendable, Equatable, Codable {
  /// Where an image starts from.
  public enum Start: String, Sendable, Codable, CaseIterable {
    case content
    case noise
  }

  /// α, β and γ: weights of content, style and smoothness.
  ///
  /// With β = 1 the style is timid, at 5 plain while faces are still recognised at 64 pixels, and from 20 on they are
  /// not. With γ = 1e-5 coloured specks of single pixels remain in flat areas and along the edges, at 3e-4 they are
  /// gone, and 1e-3 blurs; at 256 pixels, where neighbours differ less, 3e-4 leaves dots in dark areas and 1e-3 does
  /// not.
  public var content: Float = 1
  public var style: Float = 5
  public var smoothness: Float = 3e-4
  /// The layer whose activations are the content.
  public var contentLayer = "conv4_2"
  /// The layers whose Gram matrices are the style.
  public var styleLayers = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]
  /// The weight of each style layer, which are divided by their sum; equal ones if empty.
  public var styleLayerWeights: [Float] = []
  public var pooling = Pooling.average
  /// Once γ has removed the specks, zeros look as good as other borders or better, and the loss ends lower: reflection
  /// ended 1.2 to 2 times as high (four pairs of images, 64 pixels).
  public var border = Border.zeros
  /// From the content the image stays recognisable at every step. From noise the style comes out more fully and the
  /// loss ends at .7 to 1.02 times as much (four pairs of images, 64 pixels), but houses and cups are lost.
  public var start = Start.content
  /// The whole loss is multiplied by this, so that gradients of single pixels reach hundreds as the paper's do (its
  /// Figs 11-13). Its preprocessing is blind below e^-10, and unscaled they are about 1e-7.
  public var scale: Float = 1e7

  public init() {}

  /// Settings for the small network of our own, to which images look more alike: with β = 20 the style is as plain as
  /// with VGG-19 at 5, and content survives.
  public static var ownNetwork: NeuralArtSettings {
    var settings = NeuralArtSettings()
    settings.style = 20
    return settings
  }

  /// The loss that its parts add up to.
  public func loss(of parts: ArtLosses) -> Float {
    scale
      * Float(
        Double(content) * parts.content + Double(style) * parts.style + Double(smoothness) * parts.smoothness)
  }

  /// The layer that a network has to reach: names of VGG-19's layers sort by depth.
  public var deepestLayer: String { (styleLayers + [contentLayer]).max() ?? contentLayer }

  func validate() throws {
    for (name, value) in [("content", content), ("style", style), ("smoothness", smoothness)]
    where !(value >= 0 && value.isFinite) {
      throw SettingError("weight of \(name)", value: value, expected: "a number that is not negative")
    }
    guard scale > 0, scale.isFinite else { throw SettingError("scale", value: scale, expected: "a positive number") }
    guard !styleLayers.isEmpty, Set(styleLayers).count == styleLayers.count else {
      throw SettingError("style layers", value: "\(styleLayers)", expected: "at least one, none of them twice")
    }
    guard styleLayerWeights.isEmpty || styleLayerWeights.count == styleLayers.count,
      styleLayerWeights.allSatisfy({ $0 >= 0 && $0.isFinite }),
      styleLayerWeights.isEmpty || styleLayerWeights.contains(where: { $0 > 0 })
    else {
      throw SettingError(
        "style layers' weights", value: "\(styleLayerWeights)", expected: "one for each of \(styleLayers)")
    }
  }

  /// The weights of the style layers, which add up to 1.
  var normalizedStyleWeights: [Float] {
    let weights = styleLayerWeights.isEmpty ? styleLayers.map { _ in 1 } : styleLayerWeights
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
