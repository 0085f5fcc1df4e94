import Foundations
import Optimizers

/// Two tensors, so that an optimizer that sees only the first is caught.
let twoTensors = ParameterLayout(["weight": [2, 2], "bias": [3]])

/// The parameters after each step from zero, given what the gradient is at a point and a step (from 1).
func trajectory(
  _ optimizer: some Optimizer, from start: [Float], layout: ParameterLayout, steps: Int, workers: Workers = .one,
  gradient: (_ parameters: [Float], _ step: Int) -> [Float]
) -> [[Float]] {
  var parameters = start
  var state = optimizer.initialState(for: layout)
  return (1...steps).map { step in
    let gradient = gradient(parameters, step)
    parameters.withUnsafeMutableBufferPointer { theta in
      gradient.withUnsafeBufferPointer {
        optimizer.update(theta, gradient: $0, state: &state, workers: workers)
      }
    }
    return parameters
  }
}

/// The same gradients for all coordinates but for a sign: coordinate k's is the step's times (-1)^k.
func alternating(_ gradients: [Float], step: Int) -> [Float] {
  (0..<twoTensors.count).map { $0 % 2 == 0 ? gradients[step - 1] : -gradients[step - 1] }
}
