import LSTMKernels
import TestSupport
import Testing
import Vectors

/// Gradients that no optimizee should give, and some do.
struct ExtremeGradientsTests {
  /// Infinity counts as the largest number, since only its logarithm is an input: `MetaEpisode` looks at gradients
  /// themselves for that reason.
  @Test(arguments: VectorLevel.available) func extremeGradientsGiveFiniteUpdates(level: VectorLevel) throws {
    let scene = try Scene(Case(hidden: 20, p: 10, coordinates: 70, steps: 3))
    let (largest, normal, least) = (
      Float.greatestFiniteMagnitude, Float.leastNormalMagnitude, Float.leastNonzeroMagnitude
    )
    let extremes: [Float] = [
      .infinity, -.infinity, largest, -largest, normal, -normal / 2, normal / 1000, least, -least, -0.0,
    ]
    for (index, extreme) in extremes.enumerated() { scene.history[0][7 * index] = extreme }
    let packed = PackedWeights(scene.weights, for: scene.lstm, level: level)
    let updates = scene.run(packed, scene.state(packed), scene.history)
    for k in 0..<70 {
      var scalar = ScalarLSTM(scene.lstm, weights: scene.weights.map(Double.init))
      for t in 0..<scene.warmUp.steps { _ = scalar.step(Double(scene.warmUp[t][k])) }
      for t in 0..<3 {
        let gradient = min(max(scene.history[t][k], -largest), largest)
        let expected = scalar.step(Double(gradient))
        #expect(abs(Double(updates[t][k]) - expected) < 3e-6, "coordinate \(k), step \(t)")
      }
    }
    let isFinite = scene.metaGradient(level).allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  /// Each coordinate of full tiles and of one that is not, bit for bit.
  @Test(
    arguments: VectorLevel.available,
    [Case(hidden: 20, p: 10, coordinates: 70, steps: 3), Case(hidden: 7, p: nil, coordinates: 70, steps: 3)])
  func aNanStaysInItsCoordinate(level: VectorLevel, example: Case) throws {
    let scene = try Scene(example)
    let packed = PackedWeights(scene.weights, for: scene.lstm, level: level)
    let expected = scene.run(packed, scene.state(packed), scene.history)
    for place in 0..<example.coordinates {
      let gradient = scene.history[1][place]
      scene.history[1][place] = .nan
      let updates = scene.run(packed, scene.state(packed), scene.history)
      scene.history[1][place] = gradient
      let others = (0..<example.coordinates).filter { $0 != place }
      for t in 0..<example.steps {
        #expect(others.allSatisfy { updates[t][$0] == expected[t][$0] }, "step \(t), nan at \(place)")
        #expect(updates[t][place].isNaN == (t > 0), "step \(t), nan at \(place)")
      }
    }
  }

  /// Without the tile that it is in, nothing of it is left.
  @Test(arguments: VectorLevel.available, [Float.nan, .infinity, -.infinity])
  func whatIsNotFiniteShowsInTheMetaGradient(level: VectorLevel, gradient: Float) throws {
    let scene = try Scene(Case(hidden: 20, p: 10, coordinates: 100, steps: 4))
    let others = TileSample(tiles: [0, 2, 3])
    let expected = scene.metaGradient(level, sample: others)
    scene.history[3][40] = gradient
    #expect(scene.metaGradient(level, sample: others) == expected)
    #expect(scene.metaGradient(level).contains { !$0.isFinite })
  }
}
