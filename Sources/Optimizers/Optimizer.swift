import Foundations

/// A rule that turns gradients into updates of parameters: hand-made or learned, all go the same way.
public protocol Optimizer: Sendable {
  /// What the rule remembers from step to step: a value, so that a copy may try a step and leave the state as it is.
  associatedtype State

  /// The name in the paper's figures: "SGD", "NAG", "RMSprop", "ADAM", "LSTM".
  var name: String { get }

  /// The memory before the first step.
  func initialState(for layout: ParameterLayout) -> State

  /// θ_{t+1} = θ_t + g_t (equations 1 and 3), in place. Another count of gradients, or a state of another layout, is a
  /// programming error.
  ///
  /// - Parameters:
  ///   - parameters: θ, all coordinates.
  ///   - gradient: ∇f(θ), as many.
  ///   - state: what the rule remembers, which moves on by a step.
  ///   - workers: share the coordinates out, where there is enough to do for each: hand-made rules work on one.
  func update(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>, state: inout State,
    workers: Workers)
}

/// What stops a program that gives an optimizer numbers of different counts.
let misfit = "as many parameters as gradients, and a state for as many"

extension Optimizer {
  /// The same on arrays, for a loop of one's own.
  ///
  ///     var state = optimizer.initialState(for: ParameterLayout(["θ": [theta.count]]))
  ///     for _ in 0..<100 { optimizer.update(&theta, gradient: gradient(theta), state: &state) }
  public func update(_ parameters: inout [Float], gradient: [Float], state: inout State, workers: Workers = .all) {
    parameters.withUnsafeMutableBufferPointer { parameters in
      gradient.withUnsafeBufferPointer { update(parameters, gradient: $0, state: &state, workers: workers) }
    }
  }
}
