import Foundations
import Imaging
import Optimizees

/// One content image to be painted in the style of its `NeuralArt`.
public final class NeuralArtEpisode: Episode {
  public let initialParameters: [Float]
  /// The content at the size that is painted.
  public let content: Image
  private let terms: ArtTerms
  private let pass: FeaturePass
  private let grams: [GramMatrix]
  /// The content's activations, and one over their mean square.
  private let target: [Float]
  private let targetScale: Float

  init(_ art: NeuralArt, content: Image, _ stream: RandomStream) throws {
    terms = art.terms
    self.content = content
    pass = try FeaturePass(terms.network, height: art.height, width: art.width)
    grams = try terms.grams.map { try GramMatrix($0) }
    let planes = content.planes(scale: 255)
    try pass.run(planes)
    let activation = pass.activations[terms.contentLayer]
    target = Array(UnsafeBufferPointer(start: activation.start, count: activation.count))
    targetScale = inverseMeanSquare(target)
    switch art.settings.start {
    case .content: initialParameters = planes
    case .noise:
      var random = stream.stream("initial image")
      initialParameters = planes.map { _ in 127.5 + 40 * random.normal() }
    }
  }

  /// The image that θ is.
  public func image(_ parameters: [Float]) -> Image {
    Image(planes: parameters, width: terms.width, height: terms.height, scale: 255).clipped()
  }

  public func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) throws -> Float {
    terms.settings.loss(of: try lossesAndGradient(at: parameters, gradient: gradient))
  }

  /// The parts of the loss, unscaled and unweighed, and the gradient of the whole.
  ///
  /// - Throws: `ConvolutionError` where oneDNN refuses.
  public func lossesAndGradient(
    at parameters: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>
  ) throws -> ArtLosses {
    let count = 3 * terms.height * terms.width
    precondition(parameters.count == count && gradient.count == count, "θ is the image's three planes")
    var losses = ArtLosses(content: 0, style: 0, smoothness: 0)
    guard let image = parameters.baseAddress, let imageGradient = gradient.baseAddress else { return losses }
    defer { withExtendedLifetime(self) {} }
    let settings = terms.settings
    let weights = settings.normalizedStyleWeights
    try pass.run(image)
    try pass.runBack(
      { index, gradient in
        if let place = terms.styleLayers.firstIndex(of: index) {
          let target = terms.targets[place]
          let count = Float(target.gram.count)
          let gram = grams[place]
          try gram.run(pass.activations[index])
          let squares = try gram.addGradient(
            pass.activations[index], target: target.gram,
            weight: settings.scale * settings.style * weights[place] * target.scale / count, to: gradient)
          losses.style += Double(weights[place] * target.scale / count) * squares
        }
        if index == terms.contentLayer {
          losses.content = addContent(gradient, weight: settings.scale * settings.content)
        }
      }, imageGradient: imageGradient)
    losses.smoothness = smoothness(
      image, channels: 3, height: terms.height, width: terms.width, weight: settings.scale * settings.smoothness,
      gradient: imageGradient)
    return losses
  }

  /// The content's loss, whose gradient times `weight` is added to that of its layer's activations.
  private func addContent(_ gradient: Floats, weight: Float) -> Double {
    let activation = pass.activations[terms.contentLayer].start
    let scale = targetScale / Float(target.count)
    let slope = 2 * weight * scale
    var sum = 0.0
    for start in stride(from: 0, to: target.count, by: 1024) {
      var squares: Float = 0
      for i in start..<min(start + 1024, target.count) {
        let difference = activation[i] - target[i]
        squares += difference * difference
        gradient.start[i] += slope * difference
      }
      sum += Double(squares)
    }
    return sum * Double(scale)
  }
}
