import Optimizers
import Testing

struct LBFGSTests {
  /// A function of two or more numbers with its gradient.
  typealias Function = @Sendable (_ theta: [Float]) -> (loss: Float, gradient: [Float])

  /// Σ s θ², with steepness from 1 to 100.
  private static let bowl: Function = { theta in
    let steepness = theta.indices.map { 1 + 99 * Float($0) / Float(theta.count - 1) }
    return (
      zip(steepness, theta).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }, zip(steepness, theta).map { 2 * $0 * $1 }
    )
  }

  /// Rosenbrock's valley, lowest at (1, 1).
  private static let valley: Function = { theta in
    let (x, y) = (theta[0], theta[1])
    return (
      100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x),
      [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)]
    )
  }

  private func run(
    _ optimizer: LBFGS, _ function: Function, from start: [Float], evaluations: Int
  ) -> (theta: [Float], losses: [Float]) {
    var losses: [Float] = []
    let theta = optimizer.minimize(from: start, evaluations: evaluations) { theta, gradient in
      let (loss, slope) = function(Array(theta))
      _ = gradient.update(fromContentsOf: slope)
      losses.append(loss)
      return loss
    }
    return (theta, losses)
  }

  @Test func findsTheBottomOfABowlAndOfAValley() {
    let bowl = run(LBFGS(), Self.bowl, from: (0..<30).map { 3 - 0.2 * Float($0) }, evaluations: 60)
    #expect(bowl.theta.allSatisfy { abs($0) < 1e-3 })
    let valley = run(LBFGS(firstStep: 0.1), Self.valley, from: [-1.2, 1], evaluations: 100)
    #expect(valley.theta.allSatisfy { abs($0 - 1) < 1e-2 }, "\(valley.theta)")
  }

  @Test(arguments: [0, 1, 2, 7, 33]) func asksForNoMoreThanItsEvaluations(evaluations: Int) {
    let result = run(LBFGS(), Self.valley, from: [-1.2, 1], evaluations: evaluations)
    #expect(result.losses.count <= evaluations)
    let end = Self.valley(result.theta).loss
    #expect(end <= (result.losses.min() ?? Self.valley([-1.2, 1]).loss), "what it returns is the lowest it accepted")
  }

  @Test func firstStepIsAsLongAsItWasTold() {
    var seen: [[Float]] = []
    _ = LBFGS(firstStep: 0.25).minimize(from: [1, 2], evaluations: 2) { theta, gradient in
      seen.append(Array(theta))
      let (loss, slope) = Self.bowl(Array(theta))
      _ = gradient.update(fromContentsOf: slope)
      return loss
    }
    #expect(seen.count == 2)
    #expect(abs(zip(seen[0], seen[1]).map { abs($0 - $1) }.max()! - 0.25) < 1e-6)
  }

  @Test func memoryOfMoreStepsNeedsFewerOfThem() {
    let start = (0..<30).map { 3 - 0.2 * Float($0) }
    func evaluations(_ memory: Int) -> Int {
      run(LBFGS(memory: memory), Self.bowl, from: start, evaluations: 400).losses.firstIndex { $0 < 1e-3 } ?? 400
    }
    #expect(evaluations(20) < evaluations(1))
  }

  @Test func staysWhereNothingCanBeGained() {
    #expect(run(LBFGS(), Self.bowl, from: [0, 0, 0], evaluations: 50).losses.count == 1)
    let broken = run(LBFGS(), { theta in (.nan, theta) }, from: [1, 2], evaluations: 50)
    #expect(broken.theta == [1, 2] && broken.losses.count == 1)
  }
}
