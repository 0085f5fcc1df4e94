import Datasets
import Foundations
import Imaging
import Optimizees
import Testing

@testable import ConvolutionalOptimizees

@Suite struct NeuralArtTests {
  /// A network of two blocks with random weights, small enough for plain loops.
  static func weights(_ order: VGGWeights.Input.ColourOrder = .bgr) -> VGGWeights {
    var random = RandomStream(seed: 11).stream("weights")
    var inputs = 3
    let layers = [("conv1_1", 8), ("conv1_2", 16), ("conv2_1", 20), ("conv2_2", 16)].map { name, outputs in
      let deviation = (2 / Float(9 * inputs)).squareRoot()
      let layer = VGGWeights.Layer(
        name: name, inputs: inputs, outputs: outputs,
        kernels: (0..<inputs * outputs * 9).map { _ in deviation * random.normal() },
        bias: (0..<outputs).map { _ in random.normal() })
      inputs = outputs
      return layer
    }
    return VGGWeights(
      layers: layers,
      input: VGGWeights.Input(
        order: order, means: [100, 110, 120], deviations: order == .rgb ? [50, 60, 70] : [1, 1, 1]),
      provenance: Provenance(name: "random", isGenerated: true, isVerified: false, files: [], note: "for tests"))
  }

  static func image(_ name: String, width: Int, height: Int) -> Image {
    var random = RandomStream(seed: 12).stream(name)
    let tilt = (0..<9).map { _ in random.uniform(-1, 1) }
    var image = Image(width: width, height: height, channels: 3)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          let slope = tilt[channel] * Float(x) / Float(width) + tilt[channel + 3] * Float(y) / Float(height)
          image[x, y, channel] = min(1, max(0, 0.5 + 0.4 * slope + 0.2 * random.uniform(-1, 1)))
        }
      }
    }
    return image
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var height = 10
    var width = 8
    var order = VGGWeights.Input.ColourOrder.bgr
    var settings: NeuralArtSettings
    var testDescription: String { "\(height) x \(width), \(settings.border), \(settings.pooling), \(order)" }

    init(
      _ height: Int, _ width: Int, _ order: VGGWeights.Input.ColourOrder, _ change: (inout NeuralArtSettings) -> Void
    ) {
      self.height = height
      self.width = width
      self.order = order
      settings = NeuralArtSettings()
      settings.contentLayer = "conv2_1"
      settings.styleLayers = ["conv1_1", "conv2_2"]
      settings.scale = 1000
      settings.smoothness = 1e-4
      change(&settings)
    }

    func art() throws -> NeuralArt {
      let network = try FeatureNetwork(
        NeuralArtTests.weights(order), upTo: "conv2_2", pooling: settings.pooling, border: settings.border)
      return try NeuralArt(
        network, contents: [NeuralArtTests.image("content", width: width, height: height)],
        style: NeuralArtTests.image("style", width: 9, height: 12), height: height, width: width, settings)
    }
  }

  static let cases = [
    Case(10, 8, .bgr) { $0.border = .zeros },
    Case(9, 11, .rgb) { $0.border = .replication },
    Case(8, 8, .bgr) {
      $0.border = .reflection
      $0.pooling = .maximum
    },
    Case(8, 7, .rgb) {
      $0.border = .zeros
      $0.pooling = .maximum
      $0.styleLayers = ["conv1_2", "conv2_1"]
      $0.styleLayerWeights = [3, 1]
    },
  ]

  static func pictures(_ item: Case, _ episode: NeuralArtEpisode) -> (PlainNeuralArt.Picture, PlainNeuralArt.Picture) {
    let style = image("style", width: 9, height: 12)
    return (
      PlainNeuralArt.Picture(
        planes: episode.content.planes(scale: 255).map { Double($0) }, height: item.height, width: item.width),
      PlainNeuralArt.Picture(planes: style.planes(scale: 255).map { Double($0) }, height: 12, width: 9)
    )
  }

  /// Somewhere else than the content, where content has a gradient too.
  static func place(_ item: Case) -> [Float] {
    image("place", width: item.width, height: item.height).planes(scale: 255)
  }

  @Test(arguments: cases) func theLossIsThatOfPlainLoops(_ item: Case) throws {
    let episode = try item.art().problem(content: Self.image("content", width: item.width, height: item.height))
    let place = Self.place(item)
    let (content, style) = Self.pictures(item, episode)
    let plain = PlainNeuralArt(weights: Self.weights(item.order), settings: item.settings)
    let here = PlainNeuralArt.Picture(planes: place.map { Double($0) }, height: item.height, width: item.width)
    let expected = plain.losses(here, content: content, style: style)
    var gradient = place
    let found = try place.withUnsafeBufferPointer { place in
      try gradient.withUnsafeMutableBufferPointer { try episode.lossesAndGradient(at: place, gradient: $0) }
    }
    #expect(abs(found.content - expected.content) < 1e-4 * expected.content)
    #expect(abs(found.style - expected.style) < 1e-4 * expected.style)
    #expect(abs(found.smoothness - expected.smoothness) < 1e-5 * expected.smoothness)
    let (loss, _) = try ConvNetTests.evaluate(episode, place)
    #expect(abs(Double(loss) - plain.loss(here, content: content, style: style)) < 1e-4 * Double(loss))
  }

  @Test(arguments: cases) func gradientsAreFiniteDifferences(_ item: Case) throws {
    let episode = try item.art().problem(content: Self.image("content", width: item.width, height: item.height))
    let place = Self.place(item)
    let (_, gradient) = try ConvNetTests.evaluate(episode, place)
    let (content, style) = Self.pictures(item, episode)
    let plain = PlainNeuralArt(weights: Self.weights(item.order), settings: item.settings)
    var here = PlainNeuralArt.Picture(planes: place.map { Double($0) }, height: item.height, width: item.width)
    let scale = gradient.map { Double(abs($0)) }.max() ?? 0
    #expect(scale > 0)
    // All corners and edges, where borders could go wrong, and pixels in between.
    let area = item.height * item.width
    let places = [
      0, item.width - 1, area - item.width, area - 1, item.width, 1, area / 2 + 3, area + 2 * item.width + 3,
    ]
    var kinks = 0
    for i in places + [2 * area, 3 * area - 1, 2 * area + item.width + 1] {
      func difference(_ step: Double) -> Double {
        let centre = here.planes[i]
        here.planes[i] = centre + step
        let above = plain.loss(here, content: content, style: style)
        here.planes[i] = centre - step
        let below = plain.loss(here, content: content, style: style)
        here.planes[i] = centre
        return (above - below) / (2 * step)
      }
      let (wide, narrow) = (difference(2e-4), difference(1e-4))
      if abs(wide - narrow) > 1e-3 * scale {
        kinks += 1
      } else {
        #expect(abs(narrow - Double(gradient[i])) < 1e-3 * scale, "number \(i) of the image")
      }
    }
    #expect(kinks <= 2)
  }

  @Test func episodesDrawTheirContentFromTheStream() throws {
    var item = Self.cases[0]
    item.settings.start = .noise
    let network = try FeatureNetwork(Self.weights(), upTo: "conv2_2")
    let contents = (0..<5).map { Self.image("content \($0)", width: 20 + $0, height: 30) }
    func art(_ start: NeuralArtSettings.Start) throws -> NeuralArt {
      var settings = item.settings
      settings.start = start
      return try NeuralArt(network, contents: contents, style: contents[0], height: 12, width: 12, settings)
    }
    let stream = RandomStream(seed: 4)
    let (first, same, other) = try (
      art(.content).episode(stream), art(.content).episode(stream), art(.content).episode(RandomStream(seed: 5))
    )
    #expect(first.initialParameters == same.initialParameters)
    #expect(first.initialParameters != other.initialParameters)
    #expect(first.initialParameters.count == 3 * 144)
    let noise = try art(.noise).episode(stream)
    let sameNoise = try art(.noise).episode(stream)
    #expect(noise.initialParameters == sameNoise.initialParameters)
    #expect(noise.initialParameters != first.initialParameters)
    // Any step asks for the same function, and earlier calls leave nothing behind.
    let (loss, gradient) = try ConvNetTests.evaluate(first, first.initialParameters, step: 1)
    _ = try ConvNetTests.evaluate(first, noise.initialParameters, step: 2)
    let (again, gradientAgain) = try ConvNetTests.evaluate(first, first.initialParameters, step: 3)
    #expect(loss == again)
    #expect(gradient == gradientAgain)
  }

  @Test func theContentItselfHasNoContentLoss() throws {
    let item = Self.cases[0]
    let episode = try item.art().problem(content: Self.image("content", width: 33, height: 21))
    var gradient = episode.initialParameters
    let losses = try episode.initialParameters.withUnsafeBufferPointer { image in
      try gradient.withUnsafeMutableBufferPointer { try episode.lossesAndGradient(at: image, gradient: $0) }
    }
    #expect(losses.content == 0)
    #expect(losses.style > 0)
    #expect(episode.image(episode.initialParameters).width == item.width)
  }

  @Test func gradientDescentPaints() throws {
    let episode = try Self.cases[1].art().problem(content: Self.image("content", width: 11, height: 9))
    var image = episode.initialParameters
    var losses: [Float] = []
    for step in 1...40 {
      let (loss, gradient) = try ConvNetTests.evaluate(episode, image, step: step)
      losses.append(loss)
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for i in image.indices { image[i] -= 40 / Float(step) * gradient[i] / norm }
    }
    #expect(losses[39] < 0.7 * losses[0])
  }

  @Test func whatCannotBePaintedIsRefused() throws {
    let weights = Self.weights()
    let network = try FeatureNetwork(weights, upTo: "conv2_2")
    let image = Self.image("content", width: 16, height: 16)
    func refused(_ image: Image = image, style: Image = image, _ change: (inout NeuralArtSettings) -> Void = { _ in })
      -> Bool
    {
      var settings = Self.cases[0].settings
      change(&settings)
      do {
        _ = try NeuralArt(network, contents: [image], style: style, height: image.height, width: image.width, settings)
        return false
      } catch { return error is SettingError }
    }
    #expect(!refused())
    #expect(refused(style: Image(width: 1, height: 1, channels: 3)))
    #expect(refused(Image(width: 1, height: 1, channels: 3)))
    #expect(!refused(style: Image(width: 40, height: 30, channels: 1, filledWith: 0.5)))
    #expect(refused { $0.contentLayer = "conv9_9" })
    #expect(refused { $0.styleLayers = [] })
    #expect(refused { $0.styleLayers = ["conv1_1", "conv1_1"] })
    #expect(refused { $0.styleLayerWeights = [1] })
    #expect(refused { $0.style = -1 })
    #expect(refused { $0.scale = .infinity })
    #expect(throws: SettingError.self) { try FeatureNetwork(weights, upTo: "conv5_1") }
    var broken = weights
    broken.layers[2].inputs = 12
    #expect(throws: SettingError.self) { try FeatureNetwork(broken, upTo: "conv2_2") }
    let empty = try NeuralArt(network, contents: [], style: image, height: 16, width: 16, Self.cases[0].settings)
    #expect(throws: SettingError.self) { try empty.episode(RandomStream(seed: 1)) }
  }

  @Test func overflowIsToldAndNotHidden() throws {
    let episode = try Self.cases[0].art().problem(content: Self.image("content", width: 8, height: 10))
    for bad in [Float.nan, .infinity, 1e30] {
      var image = episode.initialParameters
      image[17] = bad
      #expect(try !ConvNetTests.evaluate(episode, image).0.isFinite)
    }
  }
}
