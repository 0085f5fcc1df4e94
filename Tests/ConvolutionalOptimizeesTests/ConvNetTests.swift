import Datasets
import Foundations
import LabelledData
import Optimizees
import Testing

@testable import ConvolutionalOptimizees

@Suite struct ConvNetTests {
  /// Random images of several classes whose brightness tells the class a little.
  static func images(
    _ count: Int, width: Int, height: Int, channels: Int = 3, classes: Int = 10
  ) -> LabelledImages {
    var random = RandomStream(seed: 5).stream("images", width)
    let labels = (0..<count).map { _ in UInt8(random.integer(below: classes)) }
    let pixels = labels.flatMap { label in
      (0..<channels * height * width).map { i in
        random.uniform() + (i % classes == Int(label) ? 0.5 : 0)
      }
    }
    return LabelledImages(
      width: width, height: height, channels: channels, classes: (0..<classes).map { "class \($0)" }, pixels: pixels,
      labels: labels)
  }

  static func images(_ count: Int, side: Int, channels: Int = 3, classes: Int = 10) -> LabelledImages {
    images(count, width: side, height: side, channels: channels, classes: classes)
  }

  static func evaluate(_ episode: any Episode, _ parameters: [Float], step: Int = 1) throws -> (Float, [Float]) {
    var gradient = [Float](repeating: .nan, count: parameters.count)
    let loss = try parameters.withUnsafeBufferPointer { parameters in
      try gradient.withUnsafeMutableBufferPointer { gradient in
        try episode.lossAndGradient(at: parameters, step: step, gradient: gradient)
      }
    }
    return (loss, gradient)
  }

  @Test func theDefaultHasThePapersParameters() throws {
    let net = try ConvNet(Self.images(4, side: 32))
    #expect(net.layout.count == 22_682)
    #expect(net.layout.groups.map(\.name) == ["convolutions", "others"])
    #expect(net.layout.groups.map(\.range) == [0..<14_000, 14_000..<22_682])
  }

  @Test func anUntrainedNetworkKnowsNothing() throws {
    let episode = try ConvNet(Self.images(300, side: 32)).episode(RandomStream(seed: 1))
    let (loss, gradient) = try Self.evaluate(episode, episode.initialParameters)
    #expect(abs(loss - 2.302585) < 0.02)
    #expect(gradient.allSatisfy { $0.isFinite })
    #expect(gradient.contains { $0 != 0 })
  }

  struct Shape: Sendable, CustomTestStringConvertible {
    var height: Int
    var width: Int
    var channels: Int
    var settings: ConvNetSettings
    var testDescription: String { "\(channels) x \(height) x \(width), \(settings.channels) of \(settings.kernel)" }

    init(
      _ height: Int, _ width: Int, _ channels: Int, _ layers: [Int], kernel: Int, hidden: Int, batch: Int,
      unpooled: [Int] = []
    ) {
      self.height = height
      self.width = width
      self.channels = channels
      settings = ConvNetSettings()
      settings.channels = layers
      settings.unpooled = unpooled
      settings.kernel = kernel
      settings.hidden = hidden
      settings.batch = batch
      settings.deviation = 0.3
    }

    var net: ConvNet {
      get throws {
        try ConvNet(
          ConvNetTests.images(20, width: width, height: height, channels: channels, classes: 4), settings)
      }
    }
  }

  static let shapes = [
    Shape(12, 12, 3, [16, 16], kernel: 5, hidden: 8, batch: 6),
    Shape(9, 9, 1, [5, 20], kernel: 3, hidden: 7, batch: 5),
    Shape(6, 6, 3, [7], kernel: 3, hidden: 4, batch: 4),
    Shape(6, 6, 3, [8, 17, 4], kernel: 3, hidden: 4, batch: 4, unpooled: [0, 2]),
    Shape(9, 14, 3, [5, 20], kernel: 3, hidden: 7, batch: 5),
  ]

  @Test(arguments: shapes) func theLossIsThatOfPlainLoops(_ shape: Shape) throws {
    let net = try shape.net
    let episode = try ConvNetEpisode(net, RandomStream(seed: 2))
    let (loss, _) = try Self.evaluate(episode, Self.start(episode, net), step: 3)
    let expected = PlainConvNet.loss(net, Self.start(episode, net).map { Double($0) }, batch: episode.minibatch(3))
    #expect(abs(Double(loss) - expected) < 1e-5)
  }

  /// Every parameter's gradient against differences of the plain network's loss in Double. Where ReLU or max-pooling
  /// have a kink within the step the difference means nothing; two step sizes that disagree tell those.
  @Test(arguments: shapes) func gradientsAreFiniteDifferences(_ shape: Shape) throws {
    let net = try shape.net
    let episode = try ConvNetEpisode(net, RandomStream(seed: 2))
    let parameters = Self.start(episode, net)
    let (_, gradient) = try Self.evaluate(episode, parameters, step: 3)
    let batch = episode.minibatch(3)
    var random = RandomStream(seed: 4)
    var point = parameters.map { Double($0) }
    var (checked, kinks) = (0, 0)
    for tensor in net.layout.tensors {
      var scale = 1e-3
      for i in tensor.range { scale = max(scale, abs(Double(gradient[i]))) }
      for _ in 0..<12 {
        let i = tensor.range.lowerBound + random.integer(below: tensor.range.count)
        func difference(_ step: Double) -> Double {
          let centre = point[i]
          point[i] = centre + step
          let above = PlainConvNet.loss(net, point, batch: batch)
          point[i] = centre - step
          let below = PlainConvNet.loss(net, point, batch: batch)
          point[i] = centre
          return (above - below) / (2 * step)
        }
        let (wide, narrow) = (difference(2e-5), difference(1e-5))
        checked += 1
        if abs(wide - narrow) > 1e-4 * scale {
          kinks += 1
        } else {
          #expect(abs(narrow - Double(gradient[i])) < 2e-3 * scale, "\(tensor.name)[\(i - tensor.range.lowerBound)]")
        }
      }
    }
    #expect(kinks < checked / 10)
  }

  /// Initial parameters with scales of both signs and shifts that are not zero.
  static func start(_ episode: ConvNetEpisode, _ net: ConvNet) -> [Float] {
    var random = RandomStream(seed: 8)
    var parameters = episode.initialParameters
    for tensor in net.layout.tensors where tensor.name.hasSuffix("/scale") || tensor.name.hasSuffix("/shift") {
      for i in tensor.range { parameters[i] += random.uniform(-1.6, 0.6) }
    }
    return parameters
  }

  @Test func sameStreamSameNumbersWhateverCameBefore() throws {
    var settings = ConvNetSettings()
    settings.batch = 8
    let net = try ConvNet(Self.images(50, side: 16), settings)
    let stream = RandomStream(seed: 9)
    let first = try net.episode(stream)
    let second = try net.episode(stream)
    _ = try Self.evaluate(second, second.initialParameters, step: 7)
    let (loss, gradient) = try Self.evaluate(first, first.initialParameters, step: 2)
    let (again, gradientAgain) = try Self.evaluate(second, second.initialParameters, step: 2)
    #expect(first.initialParameters == second.initialParameters)
    #expect(loss == again)
    #expect(gradient == gradientAgain)
    let other = try net.episode(RandomStream(seed: 10))
    #expect(other.initialParameters != first.initialParameters)
    #expect(try Self.evaluate(other, first.initialParameters, step: 2).0 != loss)
    #expect(try Self.evaluate(first, first.initialParameters, step: 3).0 != loss)
  }

  @Test func gradientDescentLearnsTheImages() throws {
    var settings = ConvNetSettings()
    settings.batch = 32
    let images = Self.images(200, side: 16, classes: 4)
    let net = try ConvNet(images, settings)
    let episode = try net.episode(RandomStream(seed: 1))
    var parameters = episode.initialParameters
    var losses: [Float] = []
    for step in 1...60 {
      let (loss, gradient) = try Self.evaluate(episode, parameters, step: step)
      losses.append(loss)
      for i in parameters.indices { parameters[i] -= 0.1 * gradient[i] }
    }
    #expect(losses[0] > 1.3)
    #expect(losses.suffix(5).max() ?? 9 < 0.3)
    #expect(try net.accuracy(of: parameters, on: images) > 0.9)
    #expect(try net.accuracy(of: episode.initialParameters, on: images) < 0.6)
  }

  @Test func overflowIsToldAndNotHidden() throws {
    var settings = ConvNetSettings()
    settings.batch = 4
    let net = try ConvNet(Self.images(10, side: 16), settings)
    let episode = try net.episode(RandomStream(seed: 1))
    for bad in [Float.infinity, .nan, 1e30] {
      var parameters = episode.initialParameters
      for i in 0..<net.layout.groups[0].range.count { parameters[i] = bad }
      #expect(try !Self.evaluate(episode, parameters).0.isFinite)
    }
    for name in ["output/biases", "hidden/shift", "convolution1/shift"] {
      var parameters = episode.initialParameters
      for i in net.layout[name] ?? 0..<0 { parameters[i] = .nan }
      #expect(try !Self.evaluate(episode, parameters).0.isFinite, "\(name)")
    }
  }

  @Test func networksThatDoNotFitAreRefused() throws {
    func refused(_ change: (inout ConvNetSettings) -> Void) -> Bool {
      var settings = ConvNetSettings()
      change(&settings)
      return (try? ConvNet(Self.images(4, side: 8), settings)) == nil
    }
    #expect(refused { $0.kernel = 4 })
    #expect(refused { $0.channels = [] })
    #expect(refused { $0.channels = [16, 16, 16, 16] })
    #expect(refused { $0.batch = 1 })
    #expect(refused { $0.hidden = 0 })
    #expect(refused { $0.deviation = .nan })
    #expect(!refused { $0.batch = 2 })
    let net = try ConvNet(Self.images(4, side: 8))
    #expect(throws: SettingError.self) { try net.accuracy(of: [1, 2], on: Self.images(4, side: 8)) }
  }

  /// As many numbers in another order would be classified as if nothing were wrong.
  @Test func imagesOfAnotherShapeAreRefused() throws {
    let net = try ConvNet(Self.images(4, side: 8))
    let parameters = try net.episode(RandomStream(seed: 1)).initialParameters
    let others: [(images: LabelledImages, found: String)] = [
      (Self.images(4, width: 16, height: 4), "4 of 3 x 4 x 16"),
      (Self.images(4, width: 4, height: 16), "4 of 3 x 16 x 4"),
      (Self.images(4, width: 24, height: 8, channels: 1), "4 of 1 x 8 x 24"),
      (Self.images(0, side: 8), "0 of 3 x 8 x 8"),
    ]
    for (images, found) in others {
      let expected = "at least one of 3 x 8 x 8 (channels, height, width), like those of training"
      #expect(throws: SettingError("images", value: found, expected: expected)) {
        try net.accuracy(of: parameters, on: images)
      }
    }
  }

  /// A label without a class would have its loss read from beyond the logits.
  @Test(arguments: [0, 2]) func labelsWithoutAClassAreRefused(classes: Int) {
    let images = LabelledImages(
      width: 8, height: 8, channels: 1, classes: (0..<classes).map { "class \($0)" },
      pixels: [Float](repeating: 0.5, count: 3 * 64), labels: [0, 1, 2])
    #expect(throws: SettingError("classes", value: classes, expected: "a class for each label of the images")) {
      try ConvNet(images)
    }
  }
}
