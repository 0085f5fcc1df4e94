import Foundations

/// Plain gradient descent: θ -= α ∇.
public struct SGD: Optimizer {
  /// α, the size of a step for a gradient of 1.
  public var learningRate: Float
  public let name = "SGD"

  public init(learningRate: Float) { self.learningRate = learningRate }

  public func initialState(for layout: ParameterLayout) {}

  public func update(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>, state: inout Void,
    workers: Workers
  ) {
    precondition(gradient.count == parameters.count, misfit)
    for k in parameters.indices { parameters[k] -= learningRate * gradient[k] }
  }
}

/// Nesterov's accelerated gradient as Torch7's `optim.nag` has it: v ← μ v - α ∇ and θ ← θ + v, the gradient taken at
/// θ + μ v.
///
/// The parameters that this optimizer is given are those points θ + μ v, where Torch evaluates the loss too: from one
/// to the next the update is μ v - α ∇ with the new v.
///
/// Source: Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)" (1983), in the
/// form of Sutskever et al., "On the importance of initialization and momentum in deep learning" (ICML 2013).
public struct NAG: Optimizer {
  /// α, the size of a step for a gradient of 1, before momentum adds to it.
  public var learningRate: Float
  /// μ, the share of v that the next step keeps; 0.9 as Torch7's `optim.nag` has it.
  public var momentum: Float
  public let name = "NAG"

  public init(learningRate: Float, momentum: Float = 0.9) {
    self.learningRate = learningRate
    self.momentum = momentum
  }

  /// v, a number a coordinate.
  public func initialState(for layout: ParameterLayout) -> [Float] { [Float](repeating: 0, count: layout.count) }

  public func update(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>, state: inout [Float],
    workers: Workers
  ) {
    precondition(gradient.count == parameters.count && state.count == parameters.count, misfit)
    for k in parameters.indices {
      let v = momentum * state[k] - learningRate * gradient[k]
      state[k] = v
      parameters[k] += momentum * v - learningRate * gradient[k]
    }
  }
}

/// RMSprop as Torch7's `optim.rmsprop` has it: m ← α m + (1 - α) ∇², θ -= rate ∇ / (√m + ε).
///
/// Source: Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning" (2012).
public struct RMSprop: Optimizer {
  /// The size of a step where the gradient is as large as it was of late.
  public var learningRate: Float
  /// α, the share of the running mean of ∇² that a step keeps; 0.99 as Torch7 has it.
  public var decay: Float
  /// ε, added to the root; 1e-8 as Torch7 has it.
  public var epsilon: Float
  public let name = "RMSprop"

  public init(learningRate: Float, decay: Float = 0.99, epsilon: Float = 1e-8) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
  }

  /// The running mean of ∇², a number a coordinate.
  public func initialState(for layout: ParameterLayout) -> [Float] { [Float](repeating: 0, count: layout.count) }

  public func update(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>, state: inout [Float],
    workers: Workers
  ) {
    precondition(gradient.count == parameters.count && state.count == parameters.count, misfit)
    for k in parameters.indices {
      let g = gradient[k]
      let m = decay * state[k] + (1 - decay) * g * g
      state[k] = m
      parameters[k] -= learningRate * g / (m.squareRoot() + epsilon)
    }
  }
}

/// ADAM as Torch7's `optim.adam` has it, ε added to the root that is not corrected for its bias.
///
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015).
public struct Adam: Optimizer {
  /// The size of a step where all gradients are alike.
  public var learningRate: Float
  /// β1, the share of the running mean of ∇ that a step keeps; 0.9 as Torch7 and the paper of ADAM have it.
  public var beta1: Float
  /// β2, the same for ∇²; 0.999.
  public var beta2: Float
  /// ε, added to the root; 1e-8.
  public var epsilon: Float
  public let name = "ADAM"

  public init(learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Running means of ∇ and ∇², a number a coordinate each, and the decay of the bias of either.
  public struct State: Sendable, Equatable, Codable {
    /// Of ∇.
    public var mean: [Float]
    /// Of ∇².
    public var square: [Float]
    /// β1^t.
    public var bias1: Double = 1
    /// β2^t.
    public var bias2: Double = 1
  }

  public func initialState(for layout: ParameterLayout) -> State { initialState(count: layout.count) }

  /// The memory for a number of coordinates.
  public func initialState(count: Int) -> State {
    State(mean: [Float](repeating: 0, count: count), square: [Float](repeating: 0, count: count))
  }

  public func update(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>, state: inout State,
    workers: Workers
  ) {
    precondition(
      gradient.count == parameters.count && state.mean.count == parameters.count
        && state.square.count == parameters.count, misfit)
    state.bias1 *= Double(beta1)
    state.bias2 *= Double(beta2)
    let step = learningRate * Float((1 - state.bias2).squareRoot() / (1 - state.bias1))
    for k in parameters.indices {
      let g = gradient[k]
      let mean = beta1 * state.mean[k] + (1 - beta1) * g
      let square = beta2 * state.square[k] + (1 - beta2) * g * g
      state.mean[k] = mean
      state.square[k] = square
      parameters[k] -= step * mean / (square.squareRoot() + epsilon)
    }
  }
}
