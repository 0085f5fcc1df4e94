import Foundation
import LSTMKernels
import TestSupport

@testable import MetaTraining

/// A training of valleys in Double, one scalar LSTM a coordinate, of which one unroll can be replayed with other
/// weights: the LSTM is then fed the gradients of the first time, as the meta-gradient takes them.
struct ReplayedTraining {
  private let episode: ValleysEpisode
  private let valleys: Valleys
  private let steps: Int
  private let first: Int
  private var theta: [Double]
  private var memories: [ScalarLSTM]
  /// ∇f at the unroll's θ_0 to θ_{T-1}.
  private var gradients: [[Double]] = []

  /// - Parameters:
  ///   - weights: per group.
  ///   - unroll: which unroll of `steps` is replayed, from 0.
  init(
    _ valleys: Valleys, _ episode: ValleysEpisode, _ lstm: CoordinatewiseLSTM, weights: [[Double]], unroll: Int,
    steps: Int
  ) {
    self.valleys = valleys
    self.episode = episode
    self.steps = steps
    first = unroll * steps + 1
    theta = episode.initialParameters.map(Double.init)
    memories = []
    for (group, own) in zip(valleys.layout.groups, weights) {
      memories += group.range.map { _ in ScalarLSTM(lstm, weights: own) }
    }
    for step in 1..<first { advance(episode.lossAndGradient(theta, step: step).gradient) }
    var ahead = self
    for step in first..<first + steps {
      gradients.append(episode.lossAndGradient(ahead.theta, step: step).gradient)
      ahead.advance(gradients[gradients.count - 1])
    }
  }

  private mutating func advance(_ gradient: [Double]) {
    for k in theta.indices { theta[k] += memories[k].step(gradient[k]) }
  }

  /// The losses after each of the unroll's updates, made with these weights from the gradients of the first time.
  func losses(weights: [[Double]]) -> [Double] {
    var replay = self
    for (group, own) in zip(valleys.layout.groups, weights) {
      for k in group.range { replay.memories[k].weights = own }
    }
    return (0..<steps).map { t in
      replay.advance(gradients[t])
      return episode.lossAndGradient(replay.theta, step: first + t + 1).loss
    }
  }

  func objective(_ objective: Objective, weights: [[Double]]) -> Double {
    losses(weights: weights).reduce(0) { sum, loss in
      switch objective {
      case .sum: sum + loss
      case .logarithm: sum + log(loss)
      }
    }
  }

  /// The central difference by one weight of one group.
  func slope(_ kind: Objective, weights: [[Double]], group: Int, index: Int) -> Double {
    func changed(_ change: Double) -> Double {
      var weights = weights
      weights[group][index] += change
      return objective(kind, weights: weights)
    }
    return (changed(1e-4) - changed(-1e-4)) / 2e-4
  }
}
