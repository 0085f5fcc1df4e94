import Foundations
import Imaging
import Optimizees

/// An image painted over in the style of another, the optimizee of the paper's Figs 8 and 9 (§3.4), after Gatys, Ecker
/// and Bethge, "A Neural Algorithm of Artistic Style" (2015):
///
/// f(θ) = α content(c, θ) + β style(s, θ) + γ smoothness(θ)
///
/// - content: the squared difference of activations at one layer, over the content image's own mean square there;
/// - style: the mean over layers of the Gram matrices' squared difference, over the style image's own mean square;
/// - smoothness: the mean squared difference of neighbouring pixels.
///
/// θ is the image: planes of red, green and blue [3][height][width] over 0...255, not bounded.
public struct NeuralArt: Optimizee {
  public let settings: NeuralArtSettings
  public let height: Int
  public let width: Int
  public let layout: ParameterLayout
  /// The images that episodes draw from.
  public private(set) var contents: [Image]
  public let style: Image
  let terms: ArtTerms

  /// - Parameters:
  ///   - network: reaches at least to the deepest layer of the settings.
  ///   - contents: each episode draws one, a random square of it and whether it is mirrored.
  ///   - style: of any size; what matters is the size of its strokes in pixels.
  ///   - height, width: of the images that are made.
  /// - Throws: `SettingError` for settings that make no sense or images that are too small for the network;
  ///   `ConvolutionError` where oneDNN refuses.
  public init(
    _ network: FeatureNetwork, contents: [Image], style: Image, height: Int, width: Int,
    _ settings: NeuralArtSettings = NeuralArtSettings()
  ) throws {
    try settings.validate()
    self.settings = settings
    self.contents = contents
    self.style = style
    self.height = height
    self.width = width
    layout = ParameterLayout(["image": [3, height, width]])
    terms = try ArtTerms(network, settings, style: style, height: height, width: width)
  }

  /// The same style and settings, other images to draw from.
  public func over(_ contents: [Image]) -> NeuralArt {
    var other = self
    other.contents = contents
    return other
  }

  /// Floating-point operations of one loss and gradient, convolutions counted the direct way.
  public var operations: Double { terms.operations }

  /// - Throws: `SettingError` for no contents; `ConvolutionError` where oneDNN refuses.
  public func episode(_ stream: RandomStream) throws -> any Episode {
    guard !contents.isEmpty else { throw SettingError("contents", value: 0, expected: "at least one image") }
    var random = stream.stream("content")
    let image = contents[random.integer(below: contents.count)]
    return try problem(content: try crop(image, &random), stream)
  }

  /// Styling one image, cut to the middle and resized to fit.
  ///
  /// - Parameter stream: only an image that starts from noise uses it.
  /// - Throws: `ConvolutionError` where oneDNN refuses.
  public func problem(content: Image, _ stream: RandomStream = RandomStream(seed: 0)) throws -> NeuralArtEpisode {
    let shape = Double(width) / Double(height)
    let fitting = try content.rgb().centreCropped(
      width: max(1, min(content.width, Int((Double(content.height) * shape).rounded()))),
      height: max(1, min(content.height, Int((Double(content.width) / shape).rounded()))))
    return try NeuralArtEpisode(self, content: try fitting.resized(width: width, height: height), stream)
  }

  /// A random rectangle of the right shape, between two thirds and all of what fits, mirrored or not.
  private func crop(_ image: Image, _ random: inout RandomStream) throws -> Image {
    let whole = min(Float(image.width) / Float(width), Float(image.height) / Float(height))
    let share = random.uniform(2 / 3, 1) * whole
    let cropWidth = max(1, min(image.width, Int(share * Float(width))))
    let cropHeight = max(1, min(image.height, Int(share * Float(height))))
    let left = random.integer(below: image.width - cropWidth + 1)
    let top = random.integer(below: image.height - cropHeight + 1)
    let isMirrored = random.integer(below: 2) == 1
    let source = image.rgb()
    var cut = Image(width: cropWidth, height: cropHeight, channels: 3)
    for y in 0..<cropHeight {
      for x in 0..<cropWidth {
        for channel in 0..<3 {
          cut[x, y, channel] = source[left + (isMirrored ? cropWidth - 1 - x : x), top + y, channel]
        }
      }
    }
    return cut
  }
}
