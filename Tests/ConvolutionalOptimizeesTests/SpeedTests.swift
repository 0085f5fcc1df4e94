import CPeak
import Datasets
import Foundation
import Foundations
import Optimizees
import Testing

@testable import ConvolutionalOptimizees

/// Speed against the processor's peak, measured in the same moments. Only with L2L_MEASURE set, on a machine that is
/// otherwise idle.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["L2L_MEASURE"] != nil))
struct SpeedTests {
  /// The least milliseconds of some rounds, and the greatest rate of multiply-adds between them.
  static func measure(rounds: Int, _ body: () throws -> Void) rethrows -> (milliseconds: Double, peak: Double) {
    var (least, peak) = (Double.infinity, 0.0)
    for _ in 0..<rounds {
      peak = max(peak, c_peak())
      let start = DispatchTime.now().uptimeNanoseconds
      try body()
      least = min(least, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
    }
    return (least, peak)
  }

  static func report(_ name: String, _ measured: (milliseconds: Double, peak: Double), operations: Double) -> Double {
    let rate = operations / measured.milliseconds * 1e3
    let share = rate / measured.peak
    print(
      "\(name): \(String(format: "%.2f", measured.milliseconds)) ms,",
      "\(String(format: "%.0f", rate / 1e9)) of \(String(format: "%.0f", measured.peak / 1e9)) GF/s,",
      "\(String(format: "%.2f", share)) of peak")
    return share
  }

  @Test func convNetAtBatch128() throws {
    let net = try ConvNet(ConvNetTests.images(300, side: 32))
    let episode = try net.episode(RandomStream(seed: 1))
    let measured = try Self.measure(rounds: 40) {
      _ = try ConvNetTests.evaluate(episode, episode.initialParameters)
    }
    // The time that .6 of the peak would take if products with the zeros around images counted, which are a seventh.
    #expect(Self.report("ConvNet, batch 128", measured, operations: net.operations) > 0.52)
  }

  /// VGG-19's shapes up to conv5_1 with random weights.
  @Test(arguments: [64, 128]) func neuralArt(side: Int) throws {
    var random = RandomStream(seed: 1)
    var inputs = 3
    var layers: [VGGWeights.Layer] = []
    for (block, (count, outputs)) in [(2, 64), (2, 128), (4, 256), (4, 512), (1, 512)].enumerated() {
      for number in 1...count {
        let deviation = 2 * (2 / Float(9 * inputs)).squareRoot()
        layers.append(
          VGGWeights.Layer(
            name: "conv\(block + 1)_\(number)", inputs: inputs, outputs: outputs,
            kernels: (0..<inputs * outputs * 9).map { _ in deviation * random.uniform(-1, 1) },
            bias: [Float](repeating: 0, count: outputs)))
        inputs = outputs
      }
    }
    let weights = VGGWeights(layers: layers, input: .original, provenance: NeuralArtTests.weights().provenance)
    let image = NeuralArtTests.image("content", width: side, height: side)
    for border in [Border.zeros, .replication] {
      var settings = NeuralArtSettings()
      settings.border = border
      let network = try FeatureNetwork(weights, upTo: "conv5_1", border: border)
      let art = try NeuralArt(network, contents: [image], style: image, height: side, width: side, settings)
      let episode = try art.episode(RandomStream(seed: 1))
      let measured = try Self.measure(rounds: 20) {
        _ = try ConvNetTests.evaluate(episode, episode.initialParameters)
      }
      #expect(Self.report("Neural art, \(side) pixels, \(border)", measured, operations: art.operations) > 0.6)
    }
  }
}
