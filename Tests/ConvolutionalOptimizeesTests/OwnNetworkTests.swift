import Datasets
import Foundation
import Foundations
import TestSupport
import Testing

@testable import ConvolutionalOptimizees

@Suite struct OwnNetworkTests {
  /// The folded network must find in an image what the classifier found, pooled maxima included.
  @Test func foldingKeepsTheActivations() throws {
    let classifier = try OwnNetwork.classifier(of: ConvNetTests.images(16, side: 32))
    var settings = classifier.settings
    settings.batch = 4
    settings.epsilon = 1e-6
    let small = try ConvNet(classifier.images, settings)
    let batch = [3, 0, 7, 12]
    var parameters = try small.episode(RandomStream(seed: 3)).initialParameters
    var random = RandomStream(seed: 4)
    for tensor in small.layout.tensors where tensor.name.hasSuffix("/scale") || tensor.name.hasSuffix("/shift") {
      for i in tensor.range { parameters[i] += random.uniform(-0.3, 0.3) }
    }
    let network = try OwnNetwork.folded(
      small, parameters, batches: [batch],
      provenance: Provenance(name: "", isGenerated: true, isVerified: false, note: ""))
    #expect(network.layers.count == 9)

    let pass = try ConvNetPass(small)
    let features = try FeatureNetwork(network, upTo: "conv5_1", pooling: .maximum)
    let featurePass = try FeaturePass(features, height: 32, width: 32)
    #expect(try pass.run(small.images, batch, parameters))
    let input = OwnNetwork.input
    let image = small.images.pixels(of: batch[2]).enumerated().map { i, value in
      value * input.deviations[i / 1024] + input.means[i / 1024]
    }
    try featurePass.run(image)
    // The second layer of the classifier is pooled, that of the features before pooling.
    let first = pass.output(0, image: 2)
    let firstFeatures = featurePass.activations[0].values.map { Double($0) }
    #expect(largestDifference(first, firstFeatures) < 1e-3)
    let deep = pass.output(7, image: 2)
    let unpooled = featurePass.activations[7].values
    for (i, value) in deep.enumerated() {
      let (block, place, lane) = (i / 64, i / 16 % 4, i % 16)
      let window = [0, 1, 4, 5].map { offset in
        Double(unpooled[(block * 16 + place / 2 * 8 + place % 2 * 2 + offset) * 16 + lane])
      }
      #expect(abs(value - (window.max() ?? 0)) < 5e-3)
    }
    withExtendedLifetime((pass, featurePass)) {}
  }

  @Test func trainingLearnsAndRepeats() throws {
    let classifier = try OwnNetwork.classifier(of: ConvNetTests.images(64, side: 32, classes: 4))
    var settings = classifier.settings
    settings.batch = 8
    let small = try ConvNet(classifier.images, settings)
    var losses: [Float] = []
    let first = try OwnNetwork.train(small, steps: 25, RandomStream(seed: 1)) { losses.append($1) }
    let second = try OwnNetwork.train(small, steps: 25, RandomStream(seed: 1)) { _, _ in }
    #expect(first == second)
    let (start, end) = (losses.prefix(3).reduce(0, +), losses.suffix(3).reduce(0, +))
    #expect(end < 0.8 * start)
    #expect(throws: SettingError.self) { try OwnNetwork.classifier(of: ConvNetTests.images(4, side: 32, channels: 1)) }
  }

  @Test func savedNetworksComeBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("network.safetensors")
    let weights = NeuralArtTests.weights(.rgb)
    try weights.save(to: path, note: "for a test")
    let read = try VGGWeights.loadNetwork(path)
    #expect(read.layers == weights.layers)
    #expect(read.input == weights.input)
    #expect(read.provenance.note == "for a test")
    #expect(read.provenance.files.map(\.name) == ["network.safetensors"])

    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for (name, damaged) in [
      ("cut", bytes.prefix(bytes.count - 9)), ("text", Data("no network at all".utf8)), ("empty", Data()),
      (
        "kind",
        Data(
          String(decoding: bytes.prefix(2000), as: UTF8.self).replacing("feature network 1", with: "feature network 9")
            .utf8)
          + bytes.dropFirst(2000)
      ),
    ] {
      let place = folder.path(name)
      try damaged.write(to: URL(fileURLWithPath: place))
      #expect(throws: FileError.self, "\(name)") { try VGGWeights.loadNetwork(place) }
    }
  }

  @Test func theCommittedNetworkPaints() throws {
    let weights = try #require(try VGGWeights.loadOwnNetwork(in: DataFolders(environment: [:])))
    let network = try FeatureNetwork(weights, upTo: "conv5_1")
    let image = NeuralArtTests.image("content", width: 32, height: 32)
    let style = NeuralArtTests.image("style", width: 32, height: 32)
    let art = try NeuralArt(network, contents: [image], style: style, height: 32, width: 32, .ownNetwork)
    let episode = try art.episode(RandomStream(seed: 1))
    let (loss, gradient) = try ConvNetTests.evaluate(episode, episode.initialParameters)
    #expect(loss.isFinite && loss > 0)
    #expect(gradient.allSatisfy { $0.isFinite })
  }
}

extension ConvNetPass {
  /// What a layer left of one image of the minibatch.
  func output(_ layer: Int, image: Int) -> [Double] {
    let block = blocks[layer]
    let start = block.pooled.start + image * block.pooledSize
    return UnsafeBufferPointer(start: start, count: block.pooledSize).map { Double($0) }
  }
}
