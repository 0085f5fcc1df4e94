import Foundations

/// A rule that turns gradients into updates of parameters: hand-made or learned, all go the same way.
public protocol Optimizer: Sendable {
  /// What the rule remembers from step to step: a value, so that a copy may try a step and leave the state as it is.
  associatedtype State

  /// The name in the paper's figures: "SGD", "NAG", "RMSprop", "ADAM", "LSTM".
  var name: String { get }

  /// The memory before the first step.
  func initialState(for layout: ParameterLayout) -> State

  /// θ(t+1) = θ(t) + g(t) (equation 1 or 2), in place.
  ///
  /// - Parameters:
  ///   - parameters: θ, all coordinates.
  ///   - gradient: ∇f(θ), as many.
  func update(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>, state: inout State,
    workers: Workers)
}
