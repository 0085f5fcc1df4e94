import Foundations
import Optimizees
import Optimizers

/// The way of an optimizer over one problem.
public struct Trajectory: Sendable, Equatable {
  public var optimizer: String
  /// At the start and after each update, as far as the losses are finite.
  public var losses: [Float]
  /// θ at each of them.
  public var parameters: [[Float]]

  /// Runs an optimizer on the problem that a stream draws.
  ///
  /// - Parameter steps: how often the loss is looked at, one more than there are updates.
  /// - Throws: what an optimizee throws, and `Interrupted`.
  public init(
    _ optimizer: some Optimizer, on optimizee: any Optimizee, stream: RandomStream, steps: Int, workers: Workers = .one
  ) throws {
    let episode = WatchedPath(try optimizee.episode(stream))
    let losses = try run(optimizer, on: episode, optimizee.layout, max(1, steps), workers).losses
    self.optimizer = optimizer.name
    self.losses = losses.filter(\.isFinite)
    parameters = Array(episode.path.prefix(self.losses.count))
  }
}

/// Remembers where an episode was evaluated.
private final class WatchedPath: Episode {
  private let episode: any Episode
  private(set) var path: [[Float]] = []

  init(_ episode: any Episode) { self.episode = episode }

  var initialParameters: [Float] { episode.initialParameters }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) throws -> Float {
    path.append(Array(parameters))
    return try episode.lossAndGradient(at: parameters, step: step, gradient: gradient)
  }
}
