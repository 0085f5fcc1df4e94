import Foundations
import LSTMKernels
import Optimizees
import Synchronization

/// What the updates of one unroll are judged by.
///
/// Of functions side by side f is the mean loss, and with it the weight w_t that all of them have in common: the
/// logarithm is of the mean, which the largest losses decide. The gradients that go with it are each function's own, as
/// `FunctionBatch` has them, so that the meta-gradient is a sum over functions and not their mean.
public enum Objective: String, Sendable, Codable {
  /// Σ_t f(θ_t): equation 3 with w_t = 1.
  case sum
  /// Σ_t log f(θ_t), that is w_t = 1 / f(θ_t): small losses count as much as large ones. Those below 1e-6 have the
  /// weight of 1e-6; one below zero is an error.
  case logarithm
}

/// One training of an optimizee by the learned optimizer, watched: it remembers what the meta-gradient needs.
final class MetaEpisode {
  let layout: ParameterLayout
  private let lstm: CoordinatewiseLSTM
  private let episode: any Episode
  private var parameters: [Float]
  private var states: [LSTMState]
  /// Per group, the states before each segment of the unroll.
  private let starts: [[LSTMState]]
  private let history: GradientHistory
  private var update: [Float]
  private var step = 1
  private var hasStarted = false

  /// What an unroll leaves.
  struct Unroll {
    /// Per group of parameters, in the order of the layout.
    var gradients: [[Float]]
    /// f(θ_t) for t = 1...T.
    var losses: [Float]
  }

  init(_ optimizee: any Optimizee, _ stream: RandomStream, _ lstm: CoordinatewiseLSTM, unroll: Int) throws {
    layout = optimizee.layout
    self.lstm = lstm
    episode = try optimizee.episode(stream)
    parameters = try start(of: episode, layout)
    states = layout.groups.map { LSTMState(lstm, coordinates: $0.range.count) }
    starts = layout.groups.map { lstm.segmentStarts(coordinates: $0.range.count, steps: unroll) }
    history = GradientHistory(steps: unroll, coordinates: layout.count)
    update = [Float](repeating: 0, count: layout.count)
  }

  /// Takes the next T steps and returns the gradient of their losses by the weights; nil once a loss or a gradient is
  /// not finite.
  ///
  /// θ_0 is where this unroll begins. Losses count from the first that depends on its updates: f(θ_1) to f(θ_T). The
  /// last gradient is the next unroll's first, so each loss counts once.
  ///
  /// - Parameters:
  ///   - weights: per group.
  ///   - fraction: the share of tiles that are backpropagated, 1 for all (see `sampleTiles`).
  func unroll(
    _ weights: [PackedWeights], objective: Objective, fraction: Float, stream: RandomStream, workers: Workers
  ) throws -> Unroll? {
    if hasStarted {
      _ = history[0].update(fromContentsOf: history[history.steps])
    } else {
      hasStarted = true
      guard try evaluate(into: 0) != nil else { return nil }
    }
    let segment = CoordinatewiseLSTM.segment(of: history.steps)
    var losses: [Float] = []
    for t in 0..<history.steps {
      if t % segment == 0 {
        for (starts, state) in zip(starts, states) { starts[t / segment].copy(from: state) }
      }
      advance(weights, gradient: UnsafeBufferPointer(history[t]), workers: workers)
      guard let loss = try evaluate(into: t + 1) else { return nil }
      losses.append(loss)
    }
    let lossWeights: [Float] =
      switch objective {
      case .sum: [0] + losses.map { _ in 1 }
      case .logarithm: [0] + losses.map { 1 / max($0, 1e-6) }
      }
    if objective == .logarithm, let least = losses.min(), least < 0 {
      throw SettingError(
        "a loss", value: least, expected: "none below zero for the objective of logarithms; take the sum, or add to it")
    }
    let gradients = layout.groups.indices.map { index in
      let range = layout.groups[index].range
      let sample =
        fraction < 1
        ? sampleTiles(
          history, range: range, lossWeights: lossWeights, fraction: fraction, stream: stream.stream("tiles", index))
        : TileSample.all(coordinates: range.count)
      return lstm.metaGradient(
        weights[index], starts: starts[index], history: history, range: range, lossWeights: lossWeights,
        sample: sample, workers: workers)
    }
    return Unroll(gradients: gradients, losses: losses)
  }

  /// The loss at θ of the current step, its gradient into a row of the history; nil if either is not finite.
  ///
  /// Gradients are looked at here because what follows may hide them: the features of ±∞ are finite.
  private func evaluate(into row: Int) throws -> Float? {
    let loss = try parameters.withUnsafeBufferPointer {
      try episode.lossAndGradient(at: $0, step: step, gradient: history[row])
    }
    return loss.isFinite && UnsafeBufferPointer(history[row]).areFinite ? loss : nil
  }

  private func advance(_ weights: [PackedWeights], gradient: UnsafeBufferPointer<Float>, workers: Workers) {
    update.withUnsafeMutableBufferPointer { update in
      for (index, group) in layout.groups.enumerated() {
        lstm.step(
          weights[index], state: states[index], gradient: UnsafeBufferPointer(rebasing: gradient[group.range]),
          update: UnsafeMutableBufferPointer(rebasing: update[group.range]), workers: workers)
      }
    }
    for k in parameters.indices { parameters[k] += update[k] }
    step += 1
  }
}

/// An episode that any worker may go on with, one at a time.
final class GuardedEpisode: Sendable {
  private let episode: Mutex<MetaEpisode>

  init(_ optimizee: any Optimizee, _ stream: RandomStream, _ lstm: CoordinatewiseLSTM, unroll: Int) throws {
    episode = Mutex(try MetaEpisode(optimizee, stream, lstm, unroll: unroll))
  }

  func unroll(
    _ weights: [PackedWeights], objective: Objective, fraction: Float, stream: RandomStream, workers: Workers
  ) throws -> MetaEpisode.Unroll? {
    try episode.withLock {
      try $0.unroll(weights, objective: objective, fraction: fraction, stream: stream, workers: workers)
    }
  }
}
