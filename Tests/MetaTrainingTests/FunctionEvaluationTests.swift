import Foundations
import MetaTraining
import Optimizees
import Optimizers
import Testing

/// Curves of each function of a batch.
struct FunctionEvaluationTests {
  private static let stream = RandomStream(seed: 4)

  @Test func functionsOfABatchHaveTheBatchsMean() throws {
    let problems = try Quadratic(.uniform, functions: 37)
    let optimizer = NAG(learningRate: 0.01)
    let batches = try evaluate(
      optimizer, on: problems, panel: "Quadratics", trials: 3, steps: 12, stream: Self.stream, workers: .one)
    let functions = try evaluateFunctions(
      optimizer, on: problems, panel: "Quadratics", batches: 3, steps: 12, stream: Self.stream, learningRate: 0.01,
      workers: Workers(2))
    #expect(functions.losses.count == 3 * 37)
    #expect(functions.learningRate == 0.01)
    for batch in 0..<3 {
      for step in 0..<12 {
        let losses = functions.losses[batch * 37..<(batch + 1) * 37].map { Double($0[step]) }
        let mean = losses.reduce(0, +) / 37
        #expect(abs(Double(batches.losses[batch][step]) - mean) < 1e-6 * mean)
      }
    }
  }

  /// With plain gradient descent, f of a quadratic at step t is its least value and Σ c ρ^t, a term with 0 <= ρ < 1 for
  /// each eigenvalue λ of WᵀW: ρ = (1 - 2 rate λ)², and λ is about 27 at most.
  @Test func gradientDescentFallsEverMoreSlowlyOnEveryFunction() throws {
    let curves = try evaluateFunctions(
      SGD(learningRate: 0.01), on: Quadratic(.uniform, functions: 50), panel: "", batches: 1, steps: 60,
      stream: Self.stream, workers: .one)
    for losses in curves.losses {
      let falls = zip(losses, losses.dropFirst()).map { $0 - $1 }
      #expect(falls.allSatisfy { $0 >= 0 })
      #expect(zip(falls, falls.dropFirst()).allSatisfy { $0 >= $1 - 1e-6 })
    }
  }

  @Test func anEpisodeThatIsOneFunctionHasOneCurve() throws {
    let curves = try evaluateFunctions(
      SGD(learningRate: 0.1), on: Valleys(), panel: "", batches: 2, steps: 5, stream: Self.stream, workers: .one)
    let plain = try evaluate(
      SGD(learningRate: 0.1), on: Valleys(), panel: "", trials: 2, steps: 5, stream: Self.stream, workers: .one)
    #expect(curves == plain)
  }

  @Test func whatFollowsADivergenceIsNotANumber() throws {
    let curves = try evaluateFunctions(
      SGD(learningRate: 1e6), on: Quadratic(.gaussian, functions: 3), panel: "", batches: 1, steps: 40,
      stream: Self.stream, workers: .one)
    #expect(curves.losses.count == 3)
    #expect(curves.losses.allSatisfy { $0.count == 40 && $0[0].isFinite && $0[39].isNaN })
  }
}
