/// Limited-memory BFGS: steps along -H ∇f, with H an inverse Hessian made from the last steps and what they did to the
/// gradient, each as long as a search along the line allows.
///
/// Source: J. Nocedal, S. Wright, "Numerical Optimization", 2nd edition (2006), algorithms 7.4 and 7.5. It looks at
/// losses and asks for as many evaluations as it needs, so it is no `Optimizer`: what it is given is a budget of them.
public struct LBFGS: Sendable {
  /// Steps that are remembered.
  public var memory: Int
  /// The largest change of a coordinate in the first step, of which nothing is known yet.
  public var firstStep: Float
  public let name = "L-BFGS"

  public init(memory: Int = 20, firstStep: Float = 1) {
    self.memory = memory
    self.firstStep = firstStep
  }

  /// A step that was taken, s, and the change of the gradient, y.
  private struct Memory {
    var step: [Float]
    var change: [Float]
    /// 1 / (sᵀy)
    var inverse: Double
  }

  /// Goes down from a start until the evaluations are used up, or no step along the line helps.
  ///
  /// Steps are shortened until the loss falls by 1e-4 of what the slope promises (Armijo's rule). A step after which
  /// the gradient does not grow along it is taken and not remembered, so that H stays positive.
  ///
  /// - Parameters:
  ///   - start: θ, finite.
  ///   - function: the loss at θ, with its gradient into the second buffer.
  /// - Returns: the parameters of the lowest loss that was accepted.
  public func minimize(
    from start: [Float], evaluations: Int,
    _ function: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) throws -> Float
  ) rethrows -> [Float] {
    var left = evaluations
    func evaluate(_ theta: [Float], _ gradient: inout [Float]) throws -> Double {
      left -= 1
      return try theta.withUnsafeBufferPointer { theta in
        try gradient.withUnsafeMutableBufferPointer { Double(try function(theta, $0)) }
      }
    }
    var theta = start
    var gradient = [Float](repeating: 0, count: start.count)
    guard left > 0 else { return theta }
    var loss = try evaluate(theta, &gradient)
    var memories: [Memory] = []
    while left > 0, loss.isFinite {
      var direction = direction(gradient, memories)
      var slope = dot(direction, gradient)
      if !(slope < 0) {
        memories = []
        direction = gradient.map { -$0 }
        slope = dot(direction, gradient)
      }
      let largest = gradient.reduce(0) { max($0, abs($1)) }
      guard slope < 0, slope.isFinite, largest > 0 else { break }
      var length = memories.isEmpty ? Double(firstStep / largest) : 1
      var next = theta
      var nextGradient = gradient
      var nextLoss = Double.infinity
      var isAccepted = false
      for _ in 0..<20 where left > 0 {
        for k in theta.indices { next[k] = theta[k] + Float(length) * direction[k] }
        nextLoss = try evaluate(next, &nextGradient)
        isAccepted = nextLoss <= loss + 1e-4 * length * slope
        if isAccepted { break }
        // The lowest point of the parabola through both losses and the slope, within a tenth and a half.
        let parabola = -slope * length / (2 * (nextLoss - loss - slope * length))
        length *= parabola.isFinite ? min(max(parabola, 0.1), 0.5) : 0.1
      }
      guard isAccepted else { break }
      let step = zip(next, theta).map { $0 - $1 }
      let change = zip(nextGradient, gradient).map { $0 - $1 }
      let curvature = dot(step, change)
      if curvature > 1e-10 * dot(change, change).squareRoot() * dot(step, step).squareRoot() {
        memories.append(Memory(step: step, change: change, inverse: 1 / curvature))
        if memories.count > memory { memories.removeFirst() }
      }
      (theta, gradient, loss) = (next, nextGradient, nextLoss)
    }
    return theta
  }

  /// -H ∇f by the two loops of algorithm 7.4.
  private func direction(_ gradient: [Float], _ memories: [Memory]) -> [Float] {
    var q = gradient.map { -$0 }
    var shares = [Double](repeating: 0, count: memories.count)
    for (k, memory) in memories.enumerated().reversed() {
      shares[k] = memory.inverse * dot(memory.step, q)
      add(Float(-shares[k]), memory.change, to: &q)
    }
    if let last = memories.last {
      let scale = Float(1 / (last.inverse * dot(last.change, last.change)))
      for k in q.indices { q[k] *= scale }
    }
    for (k, memory) in memories.enumerated() {
      add(Float(shares[k] - memory.inverse * dot(memory.change, q)), memory.step, to: &q)
    }
    return q
  }
}

private func dot(_ a: [Float], _ b: [Float]) -> Double {
  var sum = 0.0
  for k in a.indices { sum += Double(a[k]) * Double(b[k]) }
  return sum
}

private func add(_ factor: Float, _ a: [Float], to b: inout [Float]) {
  for k in b.indices { b[k] += factor * a[k] }
}
