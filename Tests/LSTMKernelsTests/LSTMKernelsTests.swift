import Foundations
import LSTMKernels
import TestSupport
import Testing
import Vectors

struct LSTMKernelsTests {
  @Test(arguments: Case.all, VectorLevel.available)
  func updatesAgreeWithAScalarReference(example: Case, level: VectorLevel) throws {
    let scene = try Scene(example)
    let packed = PackedWeights(scene.weights, for: scene.lstm, level: level)
    let updates = scene.run(packed, scene.state(packed), scene.history)
    for k in 0..<example.coordinates {
      var scalar = ScalarLSTM(scene.lstm, weights: scene.weights.map(Double.init))
      for t in 0..<scene.warmUp.steps { _ = scalar.step(Double(scene.warmUp[t][k])) }
      for t in 0..<example.steps {
        let expected = scalar.step(Double(scene.history[t][k]))
        #expect(abs(Double(updates[t][k]) - expected) < 3e-6, "coordinate \(k), step \(t)")
      }
    }
  }

  @Test(arguments: Case.all, VectorLevel.available)
  func metaGradientAgreesWithFiniteDifferences(example: Case, level: VectorLevel) throws {
    let scene = try Scene(example)
    scene.expectFiniteDifferences(
      scene.metaGradient(level), factors: [Float](repeating: 1, count: example.coordinates))
  }

  /// A range that begins and ends inside of the history's tiles: its own are counted from its first coordinate.
  @Test(arguments: VectorLevel.available, [2, 4])
  func factorsOfARangeAreThoseOfItsOwnTiles(level: VectorLevel, segment: Int) throws {
    let scene = try Scene(Case(hidden: 6, p: 10, coordinates: 130, steps: 4))
    let gradient = scene.metaGradient(
      level, range: 37..<110, sample: TileSample(tiles: [0, 2], factors: [2.5, 1.25]), segment: segment)
    var factors = [Float](repeating: 0, count: 130)
    for k in 37..<69 { factors[k] = 2.5 }
    for k in 101..<110 { factors[k] = 1.25 }
    scene.expectFiniteDifferences(gradient, factors: factors)
  }

  /// The committed MNIST optimizers were trained in these segments.
  @Test func unrollsOfMoreThanFiftyStepsHaveSegmentsOfTwenty() throws {
    #expect([0, 1, 50, 51, 70, 200, 500].map { CoordinatewiseLSTM.segment(of: $0) } == [1, 1, 50, 20, 20, 20, 20])
    let lstm = try CoordinatewiseLSTM()
    #expect([0, 50, 51, 60, 70].map { lstm.segmentStarts(coordinates: 3, steps: $0).count } == [0, 1, 3, 3, 4])
  }

  /// Some coordinates have no gradients in the last segment or at all.
  @Test(arguments: VectorLevel.available, [1, 3, 4, 11])
  func segmentsAddUpToTheGradientOfTheWhole(level: VectorLevel, segment: Int) throws {
    let scene = try Scene(Case(hidden: 20, p: 10, coordinates: 130, steps: 11))
    for t in 0...11 {
      for k in 32..<64 { scene.history[t][k] = 0 }
      if t >= 6 { for k in 96..<130 { scene.history[t][k] = 0 } }
    }
    let whole = scene.metaGradient(level)
    let parts = scene.metaGradient(level, segment: segment)
    let size = whole.map(abs).max() ?? 0
    #expect(size > 0)
    for k in whole.indices { #expect(abs(parts[k] - whole[k]) < 1e-5 * size) }
    if segment == 11 { #expect(parts == whole) }
  }

  /// AVX-512 and AVX2 add up in the same order with the same instructions. Portable code has no fused multiply-add on
  /// x86-64 and may differ in the last bits there.
  @Test(
    .enabled(if: VectorLevel.available.contains(.v4), "there is nothing to compare without AVX-512"),
    arguments: Case.all)
  func wideAndNarrowRegistersGiveTheSameBits(example: Case) throws {
    let levels = VectorLevel.available.filter { $0 != .portable }
    let scene = try Scene(example)
    let results = levels.map { level in
      let packed = PackedWeights(scene.weights, for: scene.lstm, level: level)
      return (
        scene.run(packed, scene.state(packed), scene.history), scene.metaGradient(level),
        scene.metaGradient(level, segment: 3)
      )
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
      #expect(result.2 == results[0].2, "segments")
    }
  }

  @Test(arguments: VectorLevel.available) func anyNumberOfThreadsGivesTheSameBits(level: VectorLevel) throws {
    let scene = try Scene(Case(hidden: 20, p: 10, coordinates: 2000, steps: 4))
    let packed = PackedWeights(scene.weights, for: scene.lstm, level: level)
    func result(_ threads: Int) -> ([[Float]], [Float]) {
      let workers = Workers(threads)
      let updates = scene.run(packed, scene.state(packed, workers: workers), scene.history, workers: workers)
      return (updates, scene.metaGradient(level, workers: workers))
    }
    let one = result(1)
    for threads in [2, 8] {
      let many = result(threads)
      #expect(many.0 == one.0)
      #expect(many.1 == one.1)
    }
  }

  @Test func tilesAndTheirFactorsAddUp() throws {
    let scene = try Scene(Case(hidden: 20, p: 10, coordinates: 130, steps: 4))
    let all = scene.metaGradient(.current)
    var sum = [Float](repeating: 0, count: all.count)
    for (tiles, factor) in [([0, 3], Float(2)), ([1, 2, 4], 0.5)] {
      let part = scene.metaGradient(
        .current,
        sample: TileSample(
          tiles: tiles.map { Int32($0) }, factors: [Float](repeating: factor, count: tiles.count)))
      for k in sum.indices { sum[k] += part[k] / factor }
    }
    let size = all.map(abs).max() ?? 0
    for k in sum.indices { #expect(abs(sum[k] - all[k]) < 1e-5 * size) }
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    #expect(throws: SettingError.self) { try CoordinatewiseLSTM(hidden: 0) }
    #expect(throws: SettingError.self) { try CoordinatewiseLSTM(hidden: 33) }
    #expect(throws: SettingError.self) { try CoordinatewiseLSTM(p: .nan) }
    #expect(throws: SettingError.self) { try CoordinatewiseLSTM(outputScale: .infinity) }
  }
}
