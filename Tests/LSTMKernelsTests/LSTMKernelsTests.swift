import Foundations
import LSTMKernels
import TestSupport
import Testing
import Vectors

/// A size of LSTM and of problem; coordinates are chosen so that the last tile is not full.
struct Case: Sendable, CustomTestStringConvertible {
  var hidden: Int
  var p: Float?
  var coordinates: Int
  var steps: Int
  var testDescription: String { "\(hidden) units, p \(p.map { "\($0)" } ?? "none"), \(coordinates) coordinates" }

  static let all = [
    Case(hidden: 20, p: 10, coordinates: 70, steps: 6), Case(hidden: 20, p: nil, coordinates: 33, steps: 5),
    Case(hidden: 7, p: 5, coordinates: 31, steps: 3), Case(hidden: 32, p: 10, coordinates: 40, steps: 4),
    Case(hidden: 1, p: 10, coordinates: 1, steps: 2), Case(hidden: 25, p: nil, coordinates: 100, steps: 3),
  ]
}

/// Weights, gradients over many orders of magnitude (zeros among them), and a state that is not zero.
struct Scene {
  let lstm: CoordinatewiseLSTM
  let weights: [Float]
  let warmUp: GradientHistory
  let history: GradientHistory
  let lossWeights: [Float]

  init(_ example: Case, seed: UInt64 = 1) throws {
    let lstm = try CoordinatewiseLSTM(hidden: example.hidden, p: example.p, outputScale: 0.1)
    var stream = RandomStream(seed: seed)
    let bound = 1.5 / Float(example.hidden).squareRoot()
    self.lstm = lstm
    weights = (0..<lstm.shape.weightCount).map { _ in stream.uniform(-bound, bound) }
    func history(_ steps: Int) -> GradientHistory {
      let history = GradientHistory(steps: steps, coordinates: example.coordinates)
      for t in 0...steps {
        for k in 0..<example.coordinates {
          var scale: [Float] = [stream.normal()]
          VectorMath.exp(&scale)
          history[t][k] = k % 9 == 3 ? 0 : stream.normal() * (k % 5 == 0 ? 1e-5 : scale[0])
        }
      }
      return history
    }
    warmUp = history(2)
    self.history = history(example.steps)
    lossWeights = (0...example.steps).map { _ in stream.uniform(0.5, 2) }
  }

  /// The state after the warm-up.
  func state(_ packed: PackedWeights, workers: Workers = .one) -> LSTMState {
    let state = LSTMState(lstm, coordinates: warmUp.coordinates)
    _ = run(packed, state, warmUp, workers: workers)
    return state
  }

  /// The updates of the first T steps of a history.
  func run(_ packed: PackedWeights, _ state: LSTMState, _ history: GradientHistory, workers: Workers = .one)
    -> [[Float]]
  {
    (0..<history.steps).map { t in
      var update = [Float](repeating: 0, count: history.coordinates)
      update.withUnsafeMutableBufferPointer {
        lstm.step(packed, state: state, gradient: UnsafeBufferPointer(history[t]), update: $0, workers: workers)
      }
      return update
    }
  }

  func metaGradient(
    _ level: VectorLevel, workers: Workers = .one, sample: TileSample? = nil, segment: Int? = nil
  ) -> [Float] {
    let segment = segment ?? history.steps
    let packed = PackedWeights(weights, for: lstm, level: level)
    return lstm.metaGradient(
      packed, starts: starts(packed, segment: segment), history: history, range: 0..<history.coordinates,
      lossWeights: lossWeights, sample: sample ?? .all(coordinates: history.coordinates), segment: segment,
      workers: workers)
  }

  /// The states before steps 0, `segment`, 2 `segment`, ...
  private func starts(_ packed: PackedWeights, segment: Int) -> [LSTMState] {
    let state = state(packed)
    var update = [Float](repeating: 0, count: history.coordinates)
    var starts: [LSTMState] = []
    for t in 0..<history.steps {
      if t % segment == 0 {
        starts.append(LSTMState(lstm, coordinates: history.coordinates))
        starts[starts.count - 1].copy(from: state)
      }
      update.withUnsafeMutableBufferPointer {
        lstm.step(packed, state: state, gradient: UnsafeBufferPointer(history[t]), update: $0, workers: .one)
      }
    }
    return starts
  }
}

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

  /// Central differences of the replayed loss in Double, for weights of every tensor.
  @Test(arguments: Case.all, VectorLevel.available)
  func metaGradientAgreesWithFiniteDifferences(example: Case, level: VectorLevel) throws {
    let scene = try Scene(example)
    let gradient = scene.metaGradient(level)
    let weights = scene.weights.map(Double.init)
    let size = gradient.map { $0 * $0 }.reduce(0, +).squareRoot() / Float(gradient.count).squareRoot()
    var stream = RandomStream(seed: 5)
    let s = scene.lstm.shape
    let starts = [
      s.inputWeights1, s.recurrentWeights1, s.bias1, s.inputWeights2, s.recurrentWeights2, s.bias2, s.outputWeights,
      s.outputBias, s.weightCount,
    ]
    for tensor in 0..<8 {
      for _ in 0..<min(6, starts[tensor + 1] - starts[tensor]) {
        let index = starts[tensor] + stream.integer(below: starts[tensor + 1] - starts[tensor])
        func loss(_ change: Double) -> Double {
          var changed = weights
          changed[index] += change
          return (0..<example.coordinates).reduce(0) { sum, k in
            sum
              + ScalarLSTM.replayedLoss(
                scene.lstm, weights: changed, warmUp: (0..<scene.warmUp.steps).map { scene.warmUp[$0][k] },
                gradients: (0...example.steps).map { scene.history[$0][k] }, lossWeights: scene.lossWeights,
                trainedWeights: weights)
          }
        }
        let expected = (loss(1e-4) - loss(-1e-4)) / 2e-4
        #expect(
          abs(Double(gradient[index]) - expected) < 1e-3 * (abs(expected) + Double(size)),
          "weight \(index): \(gradient[index]) against \(expected)")
      }
    }
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
