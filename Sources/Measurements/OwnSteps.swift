import Foundations
import LSTMKernels
import LabelledData
import Optimizees
import Optimizers

/// What the peers are measured on, done by this package on one thread: the network of fig3-mnist, unrolls of
/// 20 steps, each from a start of its own.
final class OwnSteps {
  private let lstm: CoordinatewiseLSTM
  private let metaOptimizer = Adam(learningRate: 1e-3)
  private var weights: [Float]
  private var packed: PackedWeights
  private var metaState: Adam.State
  private let episode: any Episode
  private let history: GradientHistory
  private let start: LSTMState
  private var parameters: [Float]
  private var update: [Float]
  private var step = 1
  static let unroll = 20

  init(_ images: LabelledImages) throws {
    lstm = try CoordinatewiseLSTM()
    weights = lstm.initialWeights(.wired, stream: RandomStream(seed: 1))
    packed = PackedWeights(weights, for: lstm)
    metaState = metaOptimizer.initialState(count: weights.count)
    episode = try Classification(MLP(inputs: images.imageSize, hidden: [20]), on: images).episode(RandomStream(seed: 1))
    parameters = episode.initialParameters
    update = [Float](repeating: 0, count: parameters.count)
    history = GradientHistory(steps: Self.unroll, coordinates: parameters.count)
    start = LSTMState(lstm, coordinates: parameters.count)
  }

  /// One unroll from the initial parameters: its steps, and where it is meta-training the loss after them, the
  /// backpropagation through them and the update of the weights.
  private func unroll(training: Bool) throws {
    parameters = episode.initialParameters
    let state = LSTMState(lstm, coordinates: parameters.count)
    for t in 0..<(training ? Self.unroll + 1 : Self.unroll) {
      _ = try parameters.withUnsafeBufferPointer {
        try episode.lossAndGradient(at: $0, step: step, gradient: history[t])
      }
      guard t < Self.unroll else { break }
      step += 1
      update.withUnsafeMutableBufferPointer {
        lstm.step(packed, state: state, gradient: UnsafeBufferPointer(history[t]), update: $0, workers: .one)
      }
      for k in parameters.indices { parameters[k] += update[k] }
    }
    guard training else { return }
    let gradient = lstm.metaGradient(
      packed, starts: [start], history: history, range: 0..<parameters.count,
      lossWeights: [Float](repeating: 1, count: Self.unroll + 1), sample: .all(coordinates: parameters.count),
      workers: .one)
    weights.withUnsafeMutableBufferPointer { weights in
      gradient.withUnsafeBufferPointer {
        metaOptimizer.update(weights, gradient: $0, state: &metaState, workers: .one)
      }
    }
    packed = PackedWeights(weights, for: lstm)
  }

  /// Milliseconds of a step in meta-training and in use: medians of unrolls, as the peers' are.
  ///
  /// - Parameters:
  ///   - steps: optimization steps of each.
  private func measure(steps: Int) throws -> (training: Double, use: Double) {
    let clock = ContinuousClock()
    func median(_ training: Bool) throws -> Double {
      let times = try (0..<max(1, steps / Self.unroll)).map { _ in
        try clock.measure { try unroll(training: training) } / .milliseconds(1)
      }
      return Roofline.median(times) / Double(Self.unroll)
    }
    return (try median(true), try median(false))
  }

  /// What a peer does: says when it is ready, both ways done twice, and measures once for each line that it is given.
  func serve(steps: Int, input: () -> String?, output: (String) -> Void) throws {
    for training in [true, true, false, false] { try unroll(training: training) }
    output(#"{"ready": "this package"}"#)
    while input() != nil {
      let (training, use) = try measure(steps: steps)
      output(#"{"bench": "this package", "ms_per_step_train": \#(training), "ms_per_step_eval": \#(use)}"#)
    }
  }

  /// As many images as the peers have, of the same kind: random, four fifths of the pixels black.
  static func images() -> LabelledImages {
    let (count, side) = (2048, 28)
    var stream = RandomStream(seed: 1)
    let pixels = (0..<count * side * side).map { _ in stream.uniform() < 0.2 ? stream.uniform() : 0 }
    return LabelledImages(
      width: side, height: side, channels: 1, classes: (0..<10).map(String.init), pixels: pixels,
      labels: (0..<count).map { _ in UInt8(stream.integer(below: 10)) })
  }
}
