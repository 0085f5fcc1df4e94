import Foundations
import LSTMKernels
import Notebook
import Optimizees
import Optimizers
import TestSupport
import Testing

@testable import ConvolutionalRecipes

struct UpdateScalesTests {
  /// f(θ) = mean of (θ - 1)², from 0, with coordinates in two groups.
  private final class Bowl: Optimizee, Episode {
    let layout = ParameterLayout([("kernel", [40]), ("weight", [40])], groups: [("kernels", 1), ("others", 1)])
    let initialParameters = [Float](repeating: 0, count: 80)

    func episode(_ stream: RandomStream) throws -> any Episode { self }

    func lossAndGradient(
      at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
    ) throws -> Float {
      for k in parameters.indices { gradient[k] = 2 * (parameters[k] - 1) / Float(parameters.count) }
      return parameters.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Float(parameters.count)
    }
  }

  private let scales = UpdateScales(factors: [1e-4, 1e-3, 0.01, 0.1, 1, 3], problems: 2, steps: 20, lastSteps: 5)

  private func notebook(_ folder: TemporaryFolder) throws -> Notebook {
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet", "--threads", "2"])
    return try Notebook("fig0-test", options: options, command: "swift run fig0-test")
  }

  /// An optimizer that moves every coordinate by about 0.05 a step along its gradient's sign.
  private func optimizer(sizes: [String: Float]) throws -> LSTMOptimizer {
    let lstm = try CoordinatewiseLSTM(hidden: 20, p: 10, outputScale: 0.1)
    let weights = lstm.initialWeights(.wired, stream: RandomStream(seed: 1))
    return try LSTMOptimizer(lstm, weights: ["kernels", "others"].map { .init(group: $0, weights: weights) })
      .scaled(by: sizes)
  }

  /// Of an optimizer whose steps for one group are a third, or ten thousand times, of those for the other. The bowl is
  /// best met with ten times those that it begins with.
  @Test func eachGroupGetsTheFactorThatItNeeds() throws {
    let folder = try TemporaryFolder()
    let (slow, hasty) = (try optimizer(sizes: ["kernels": Float(1) / 3]), try optimizer(sizes: ["others": 10_000]))
    let first = try notebook(folder).scaled(slow, name: "slow", scales, on: Bowl())
    #expect(first.factors == ["kernels": 3, "others": 3])
    #expect(first.optimizer.checksum == (try slow.scaled(by: first.factors)).checksum)
    let second = try notebook(folder).scaled(hasty, name: "hasty", scales, on: Bowl())
    #expect(second.factors == ["kernels": 3, "others": 1e-3])
  }

  @Test func factorsThatLetAllDivergeAreNotTaken() throws {
    var wild = scales
    wild.factors = [1, 1e30]
    let folder = try TemporaryFolder()
    let result = try notebook(folder).scaled(try optimizer(sizes: [:]), name: "wild", wild, on: Bowl())
    #expect(result.factors == ["kernels": 1, "others": 1])
  }
}
