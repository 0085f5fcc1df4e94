import Foundations
import LSTMKernels
import Testing
import Vectors

@testable import MetaTraining

struct TileSamplingTests {
  private func norms(_ count: Int, seed: UInt64 = 1) -> [Float] {
    var stream = RandomStream(seed: seed)
    var norms = (0..<count).map { _ in 2 * stream.normal() }
    VectorMath.exp(&norms)
    return norms
  }

  @Test(arguments: [Float(1), 2.5, 7, 20, 39]) func probabilitiesSumUpToWhatIsWanted(wanted: Float) {
    let norms = norms(40)
    let probabilities = inclusionProbabilities(norms, wanted: wanted)
    #expect(abs(probabilities.reduce(0, +) - wanted) < 1e-5 * 40)
    #expect(probabilities.allSatisfy { $0 > 0 && $0 <= 1 })
    // Proportional to the norm below 1, and no smaller norm is certain.
    let open = probabilities.indices.filter { probabilities[$0] < 1 }
    if let one = open.first {
      let scale = probabilities[one] / norms[one]
      for k in open { #expect(abs(probabilities[k] / norms[k] - scale) < 1e-5 * scale) }
      for k in norms.indices where probabilities[k] == 1 { #expect(norms[k] * scale > 0.9999) }
    }
  }

  @Test func normsOfZeroAreNeverDrawn() {
    #expect(inclusionProbabilities([0, 0, 0], wanted: 2) == [0, 0, 0])
    #expect(inclusionProbabilities([0, 3, 0, 1], wanted: 3) == [0, 1, 0, 1])
    let probabilities = inclusionProbabilities([1, 0, 1, 1e9, 2], wanted: 2)
    #expect(zip(probabilities, [0.25, 0, 0.25, 1, 0.5]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(inclusionProbabilities([1, 2, 3], wanted: 3) == [1, 1, 1])
    #expect(inclusionProbabilities([], wanted: 1).isEmpty)
  }

  @Test(arguments: [Float(1e30), 1e18, .nan]) func whatOverflowsIsNotHidden(gradient: Float) {
    let history = GradientHistory(steps: 2, coordinates: 100 * 32)
    for t in 0...2 { for k in 0..<history.coordinates { history[t][k] = gradient } }
    let sample = sampleTiles(
      history, range: 0..<history.coordinates, lossWeights: [1e6, 1e6, 1e6], fraction: 0.25,
      stream: RandomStream(seed: 1))
    #expect(sample == .all(coordinates: history.coordinates))
  }

  /// Tiles with gradients of growing size, drawn 2,000 times.
  @Test func tilesAreDrawnAsOftenAsTheirProbabilitiesSay() {
    let range = 32..<32 + 20 * 32 - 10
    let history = GradientHistory(steps: 2, coordinates: range.upperBound + 5)
    for t in 0...2 {
      for k in 0..<history.coordinates { history[t][k] = k < 32 ? 1e6 : Float(1 + (k - 32) / 32) }
    }
    let tiles = CoordinatewiseLSTM.tiles(coordinates: range.count)
    // Norms grow as 1, 2, ..., 19 and a little less than 20: the last tile has 22 coordinates.
    let norms = (1...20).map { Float($0) * ($0 == 20 ? (Float(22) / 32).squareRoot() : 1) }
    let probabilities = norms.map { 5 * $0 / norms.reduce(0, +) }
    var wrongFactors = 0
    var counts = [Int](repeating: 0, count: tiles)
    for draw in 0..<2000 {
      let sample = sampleTiles(
        history, range: range, lossWeights: [0, 1, 1], fraction: 0.25,
        stream: RandomStream(seed: 1).stream("draw", draw))
      #expect((4...6).contains(sample.tiles.count))
      #expect(sample.tiles == sample.tiles.sorted() && Set(sample.tiles).count == sample.tiles.count)
      for (tile, factor) in zip(sample.tiles, sample.factors) {
        counts[Int(tile)] += 1
        if abs(1 / factor - probabilities[Int(tile)]) > 1e-5 { wrongFactors += 1 }
      }
    }
    #expect(wrongFactors == 0)
    for tile in 0..<tiles {
      let expected = 2000 * Double(probabilities[tile])
      #expect(abs(Double(counts[tile]) - expected) < 4.5 * expected.squareRoot(), "tile \(tile)")
    }
  }
}
