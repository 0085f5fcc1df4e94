import Foundations

/// A distribution over functions f(θ) to be minimised: the paper's optimizee (§2).
///
/// Parameters are values outside of it: one flat buffer of Float whose tensors `layout` names.
public protocol Optimizee: Sendable {
  /// The tensors of θ, and which coordinates share an optimizer's weights.
  var layout: ParameterLayout { get }

  /// Draws one function: initial parameters and everything that is random about it, such as its minibatches. The same
  /// stream gives the same episode, whichever optimizer is run on it.
  func episode(_ stream: RandomStream) throws -> any Episode
}

/// One function drawn from an optimizee, with its own scratch memory: to be used by one thread at a time.
public protocol Episode: AnyObject {
  /// θ at step 1, as many numbers as the layout has coordinates.
  var initialParameters: [Float] { get }

  /// The loss at θ on the data of this step, and its gradient.
  ///
  /// - Parameters:
  ///   - parameters: θ.
  ///   - step: counts from 1. The data of a step (its minibatch) depends on the step alone, not on earlier calls.
  ///   - gradient: receives ∇f(θ), all of it.
  /// - Returns: f(θ) in the optimizee's own unit (nats for cross-entropy). Not finite where the optimizee overflows.
  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) throws -> Float
}

/// An episode of independent functions side by side, each with coordinates of its own.
///
/// Its loss is the mean of theirs; its gradient is each function's own, not that of the mean, so that an optimizer does
/// with a function what it would do with that function alone.
public protocol FunctionBatch: Episode {
  /// The losses of the functions at the θ that was evaluated last.
  var functionLosses: [Float] { get }
}
