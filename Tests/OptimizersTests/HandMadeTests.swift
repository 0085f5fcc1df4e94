import Foundations
import Optimizers
import Testing

/// Each step of each hand-made optimizer against numbers computed by hand from Torch7's `optim`.
struct HandMadeTests {
  /// Every coordinate starts at `start` and must follow `expected`, mirrored where its gradients are.
  private func check(
    _ optimizer: some Optimizer, gradients: [Float], expected: [Float], tolerance: Float = 2e-7,
    location: SourceLocation = #_sourceLocation
  ) {
    let start = [Float](repeating: 0, count: twoTensors.count)
    let steps = trajectory(optimizer, from: start, layout: twoTensors, steps: gradients.count) {
      alternating(gradients, step: $1)
    }
    for (step, parameters) in steps.enumerated() {
      for (k, value) in parameters.enumerated() {
        let wanted = k % 2 == 0 ? expected[step] : -expected[step]
        #expect(
          abs(value - wanted) <= tolerance * max(1, abs(wanted)),
          "\(optimizer.name), step \(step + 1), coordinate \(k)",
          sourceLocation: location)
      }
    }
  }

  @Test func gradientDescentTakesTheRateTimesTheGradient() {
    // 0 - 0.1 * 2, then - 0.1 * -1, then - 0.1 * 0.5.
    check(SGD(learningRate: 0.1), gradients: [2, -1, 0.5], expected: [-0.2, -0.1, -0.15])
  }

  @Test func nagFollowsTorch() {
    // v = -0.1, then 0.9 * -0.1 - 0.1 = -0.19, then 0.9 * -0.19 + 0.2 = 0.029; the point is θ + 0.9 v, where θ is the
    // sum of all v: -0.1, -0.29, -0.261.
    check(NAG(learningRate: 0.1), gradients: [1, 1, -2], expected: [-0.19, -0.461, -0.2349])
  }

  @Test func rmspropFollowsTorch() {
    // m = 0.04, 0.99 * 0.04 + 0.09 = 0.1296, 0.99 * 0.1296 + 0.01 = 0.138304; their roots 0.2, 0.36, 0.371892. Steps of
    // -0.1 * 2 / 0.2, -0.1 * 3 / 0.36, 0.1 / 0.371892.
    // In Float, 1 - 0.99 is 2e-6 from 0.01.
    check(
      RMSprop(learningRate: 0.1), gradients: [2, 3, -1], expected: [-1, -1.833_333_3, -1.564_438_3], tolerance: 2e-6)
  }

  @Test func adamFollowsTorch() {
    // m = 0.2, 0.08, 0.122; v = 0.004, 0.004996, 0.005241004; rates 0.1 √(1 - β2^t) / (1 - β1^t).
    check(
      Adam(learningRate: 0.1), gradients: [2, -1, 0.5], expected: [-0.099_999_984, -0.126_633_68, -0.160_676_59],
      tolerance: 2e-6)
  }

  /// Where ε stands matters for small gradients only.
  @Test func epsilonIsAddedToTheRootAsTorchHasIt() {
    // m = 1e-9, √v = 3.1623e-10, not corrected for its bias: √0.001 * 1e-9 / (3.1623e-10 + 1e-8). Corrected as the
    // paper of ADAM has it, the step would be 0.05.
    check(Adam(learningRate: 0.1), gradients: [1e-8], expected: [-0.003_065_343], tolerance: 1e-7)
    // √m = 1e-8, outside of which ε stands: 0.1 * 1e-7 / (1e-8 + 1e-8).
    check(RMSprop(learningRate: 0.1), gradients: [1e-7], expected: [-0.5], tolerance: 1e-6)
    check(Adam(learningRate: 0.1), gradients: [0], expected: [0])
    check(RMSprop(learningRate: 0.1), gradients: [0], expected: [0])
  }

  @Test func settingsOtherThanTheRateCount() {
    check(NAG(learningRate: 1, momentum: 0.5), gradients: [1, 0], expected: [-1.5, -1.75])
    check(RMSprop(learningRate: 1, decay: 0.75, epsilon: 1), gradients: [2], expected: [-1])
    // m = 0.5, v = 0.25, rate √0.25 / 0.5 = 1: 0.5 / (0.5 + 0.5).
    check(Adam(learningRate: 1, beta1: 0.5, beta2: 0.75, epsilon: 0.5), gradients: [1], expected: [-0.5])
  }

  @Test func coordinatesDoNotMix() {
    let gradients: [[Float]] = [[1, 0, -3, 0.5, 20, -0.01, 7], [0, 2, -1, 0.5, -20, 0.3, 7]]
    func check(_ optimizer: some Optimizer) {
      let start = [Float](repeating: 1, count: twoTensors.count)
      let together = trajectory(optimizer, from: start, layout: twoTensors, steps: 2) { gradients[$1 - 1] }
      for k in 0..<twoTensors.count {
        let alone = trajectory(optimizer, from: [1], layout: ParameterLayout(["only": [1]]), steps: 2) {
          [gradients[$1 - 1][k]]
        }
        #expect(together.map { $0[k] } == alone.map { $0[0] }, "\(optimizer.name), coordinate \(k)")
      }
    }
    check(SGD(learningRate: 0.1))
    check(NAG(learningRate: 0.1))
    check(RMSprop(learningRate: 0.1))
    check(Adam(learningRate: 0.1))
  }

  /// Torch moves to θ + μ v, takes loss and gradient there, and goes back on its way from θ: both points written out,
  /// on a valley whose gradient depends on where it is taken.
  @Test func nagIsTorchsTwoPointForm() {
    let curvature: [Double] = [1, 3, 0.1, 7, 0.5, 2, 5]
    let (rate, momentum) = (0.1, 0.9)
    let start: [Float] = [1, -2, 3, 0.5, -0.25, 4, 1]
    var theta = start.map(Double.init)
    var velocity = [Double](repeating: 0, count: theta.count)
    var points: [[Double]] = []
    for _ in 1...50 {
      let ahead = zip(theta, velocity).map { $0 + momentum * $1 }
      points.append(ahead)
      for k in theta.indices {
        let gradient = curvature[k] * ahead[k]
        velocity[k] = momentum * velocity[k] - rate * gradient
        theta[k] += velocity[k]
      }
    }
    var visited: [[Float]] = [start]
    visited += trajectory(
      NAG(learningRate: Float(rate), momentum: Float(momentum)), from: start, layout: twoTensors, steps: 49
    ) { point, _ in zip(curvature, point).map { Float($0) * $1 } }
    for (ours, torchs) in zip(visited, points) {
      #expect(zip(ours, torchs).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }
  }
}
