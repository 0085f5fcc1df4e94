import Datasets
import Foundations
import LSTMKernels
import Optimizees

/// What the peers are measured on, done by this package on one thread: the network of fig3-mnist, unrolls of 20 steps.
public final class OwnSteps {
  private let lstm: CoordinatewiseLSTM
  private let packed: PackedWeights
  private let episode: any Episode
  private let history: GradientHistory
  private let start: LSTMState
  private var parameters: [Float]
  private var update: [Float]
  private var step = 1
  private let residentBefore: Double?
  public static let unroll = 20

  public init(_ images: LabelledImages) throws {
    residentBefore = GrowthStudy.residentBytes()
    lstm = try CoordinatewiseLSTM()
    packed = PackedWeights(lstm.initialWeights(.wired, stream: RandomStream(seed: 1)), for: lstm)
    episode = try Classification(MLP(inputs: images.imageSize, hidden: [20]), on: images).episode(RandomStream(seed: 1))
    parameters = episode.initialParameters
    update = [Float](repeating: 0, count: parameters.count)
    history = GradientHistory(steps: Self.unroll, coordinates: parameters.count)
    start = LSTMState(lstm, coordinates: parameters.count)
  }

  /// One unroll: its steps, and the backpropagation through them where it is meta-training.
  private func unroll(training: Bool) throws {
    let state = LSTMState(lstm, coordinates: parameters.count)
    for t in 0...Self.unroll {
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
    _ = lstm.metaGradient(
      packed, starts: [start], history: history, range: 0..<parameters.count,
      lossWeights: [Float](repeating: 1, count: Self.unroll + 1), sample: .all(coordinates: parameters.count),
      workers: .one)
  }

  /// Milliseconds of a step in meta-training and in use, and the memory that this takes, images not counted.
  ///
  /// - Parameters:
  ///   - steps: optimization steps of each.
  public func measure(steps: Int) throws -> PeerPrograms.Answer {
    let clock = ContinuousClock()
    func median(_ training: Bool) throws -> Double {
      let times = try (0..<max(1, steps / Self.unroll)).map { _ in
        parameters = episode.initialParameters
        return try clock.measure { try unroll(training: training) } / .milliseconds(1)
      }
      return Roofline.quartiles(times)[1] / Double(Self.unroll)
    }
    let (training, use) = (try median(true), try median(false))
    let memory = GrowthStudy.residentBytes().flatMap { after in residentBefore.map { (after - $0) / 1e6 } }
    return PeerPrograms.Answer(training: training, use: use, memory: memory)
  }
}
