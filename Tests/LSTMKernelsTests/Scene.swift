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
  var testDescription: String {
    "\(hidden) units, p \(p.map { "\($0)" } ?? "none"), \(coordinates) coordinates, \(steps) steps"
  }

  static let all = [
    Case(hidden: 20, p: 10, coordinates: 70, steps: 6), Case(hidden: 20, p: nil, coordinates: 33, steps: 5),
    Case(hidden: 7, p: 5, coordinates: 31, steps: 3), Case(hidden: 32, p: 10, coordinates: 40, steps: 4),
    Case(hidden: 1, p: 10, coordinates: 1, steps: 2), Case(hidden: 25, p: nil, coordinates: 100, steps: 3),
    Case(hidden: 20, p: 10, coordinates: 45, steps: 1),
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
    _ level: VectorLevel, workers: Workers = .one, range: Range<Int>? = nil, sample: TileSample? = nil,
    segment: Int? = nil
  ) -> [Float] {
    let range = range ?? 0..<history.coordinates
    let segment = segment ?? history.steps
    let packed = PackedWeights(weights, for: lstm, level: level)
    return lstm.metaGradient(
      packed, starts: starts(packed, range, segment: segment), history: history, range: range,
      lossWeights: lossWeights, sample: sample ?? .all(coordinates: range.count), segment: segment, workers: workers)
  }

  /// The states of a range of coordinates before steps 0, `segment`, 2 `segment`, ...
  private func starts(_ packed: PackedWeights, _ range: Range<Int>, segment: Int) -> [LSTMState] {
    let state = LSTMState(lstm, coordinates: range.count)
    var update = [Float](repeating: 0, count: range.count)
    func advance(_ gradient: UnsafeMutableBufferPointer<Float>) {
      let own = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(gradient)[range])
      update.withUnsafeMutableBufferPointer {
        lstm.step(packed, state: state, gradient: own, update: $0, workers: .one)
      }
    }
    for t in 0..<warmUp.steps { advance(warmUp[t]) }
    var starts: [LSTMState] = []
    for t in 0..<history.steps {
      if t % segment == 0 {
        starts.append(LSTMState(lstm, coordinates: range.count))
        starts[starts.count - 1].copy(from: state)
      }
      advance(history[t])
    }
    return starts
  }

  /// Central differences of the replayed loss in Double, for weights of every tensor.
  ///
  /// - Parameter factors: on the loss of each coordinate; those of 0 are left out.
  func expectFiniteDifferences(_ gradient: [Float], factors: [Float]) {
    let exact = weights.map(Double.init)
    let size = gradient.map { $0 * $0 }.reduce(0, +).squareRoot() / Float(gradient.count).squareRoot()
    var stream = RandomStream(seed: 5)
    let s = lstm.shape
    let starts = [
      s.inputWeights1, s.recurrentWeights1, s.bias1, s.inputWeights2, s.recurrentWeights2, s.bias2, s.outputWeights,
      s.outputBias, s.weightCount,
    ]
    for tensor in 0..<8 {
      for _ in 0..<min(6, starts[tensor + 1] - starts[tensor]) {
        let index = starts[tensor] + stream.integer(below: starts[tensor + 1] - starts[tensor])
        func loss(_ change: Double) -> Double {
          var changed = exact
          changed[index] += change
          return (0..<history.coordinates).reduce(0.0) { sum, k in
            guard factors[k] != 0 else { return sum }
            let own = ScalarLSTM.replayedLoss(
              lstm, weights: changed, warmUp: (0..<warmUp.steps).map { warmUp[$0][k] },
              gradients: (0...history.steps).map { history[$0][k] }, lossWeights: lossWeights, trainedWeights: exact)
            return sum + Double(factors[k]) * own
          }
        }
        let expected = (loss(1e-4) - loss(-1e-4)) / 2e-4
        #expect(
          abs(Double(gradient[index]) - expected) < 1e-3 * (abs(expected) + Double(size)),
          "weight \(index): \(gradient[index]) against \(expected)")
      }
    }
  }
}
