import Foundations
import LSTMKernels
import Optimizers
import TestSupport
import Testing

struct LSTMOptimizerTests {
  private let lstm: CoordinatewiseLSTM
  /// Groups whose border lies inside a tensor's tile; neither a multiple of the kernels' 32 coordinates.
  private let layout = ParameterLayout(
    [("kernel", [5, 7]), ("offset", [5]), ("weight", [9, 5]), ("bias", [9])], groups: [("conv", 2), ("dense", 2)])

  init() throws { lstm = try CoordinatewiseLSTM(hidden: 6) }

  private func weights(_ seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed)
    return (0..<lstm.shape.weightCount).map { _ in stream.uniform(-0.6, 0.6) }
  }

  private func group(_ name: String, _ seed: UInt64) -> LSTMOptimizer.GroupWeights {
    LSTMOptimizer.GroupWeights(group: name, weights: weights(seed))
  }

  /// Gradients of three steps, of many sizes.
  private var gradients: [[Float]] {
    var stream = RandomStream(seed: 3)
    return (0..<3).map { _ in (0..<layout.count).map { stream.normal() * ($0 % 4 == 0 ? 1e-6 : 1) } }
  }

  private var start: [Float] { (0..<layout.count).map { Float($0) / 10 } }

  private func run(_ optimizer: LSTMOptimizer, workers: Workers = .one) -> [[Float]] {
    let gradients = gradients
    return trajectory(optimizer, from: start, layout: layout, steps: 3, workers: workers) { gradients[$1 - 1] }
  }

  @Test func everyCoordinateMovesByItsOwnLSTM() throws {
    let groups = [group("conv", 1), group("dense", 2)]
    let steps = run(try LSTMOptimizer(lstm, weights: groups))
    var worst = 0.0
    for k in 0..<layout.count {
      let own = layout.groups[0].range.contains(k) ? groups[0] : groups[1]
      var scalar = ScalarLSTM(lstm, weights: own.weights.map(Double.init))
      var theta = Double(start[k])
      for t in 0..<3 {
        theta += scalar.step(Double(gradients[t][k]))
        worst = max(worst, abs(Double(steps[t][k]) - theta))
      }
    }
    #expect(worst < 5e-6)
  }

  @Test func scalingMultipliesTheUpdatesOfAGroup() throws {
    let plain = try LSTMOptimizer(lstm, weights: [group("conv", 1), group("dense", 2)])
    let scaled = try plain.scaled(by: ["conv": 4])
    let (was, now) = (run(plain)[0], run(scaled)[0])
    for k in layout.groups[0].range { #expect(abs((now[k] - start[k]) - 4 * (was[k] - start[k])) < 1e-5) }
    #expect(now[layout.groups[1].range] == was[layout.groups[1].range])
    #expect(throws: SettingError.self) { try plain.scaled(by: ["dense": .infinity]) }
    #expect(throws: SettingError.self) { try plain.scaled(by: ["dence": 2]) }
  }

  @Test func groupsAreFoundByNameAndNotByPlace() throws {
    let groups = [group("conv", 1), group("dense", 2)]
    let steps = run(try LSTMOptimizer(lstm, weights: groups))
    #expect(run(try LSTMOptimizer(lstm, weights: groups.reversed())) == steps)
    let swapped = [group("conv", 2), group("dense", 1)]
    #expect(run(try LSTMOptimizer(lstm, weights: swapped)) != steps)
  }

  @Test func oneSetOfWeightsServesAllGroups() throws {
    let shared = run(try LSTMOptimizer(lstm, weights: [group("all", 1)]))
    #expect(shared == run(try LSTMOptimizer(lstm, weights: [group("conv", 1), group("dense", 1)])))
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let optimizer = try LSTMOptimizer(lstm, weights: [group("conv", 1), group("dense", 2)])
    for threads in [2, 3] { #expect(run(optimizer, workers: Workers(threads)) == run(optimizer)) }
  }

  @Test func everyEpisodeBeginsWithAFreshMemory() throws {
    let optimizer = try LSTMOptimizer(lstm, weights: [group("all", 1)])
    #expect(run(optimizer) == run(optimizer))
    // Within one, the memory counts: the same gradient twice gives two different updates.
    let gradient = gradients[0]
    let steps = trajectory(optimizer, from: start, layout: layout, steps: 2) { _, _ in gradient }
    #expect(zip(steps[1], steps[0]).map { $0 - $1 } != zip(steps[0], start).map { $0 - $1 })
  }

  /// A step that is tried with a copy of the state, for a line search or another batch, leaves the state as it is.
  @Test func aCopyOfTheStateGoesItsOwnWay() throws {
    let optimizer = try LSTMOptimizer(lstm, weights: [group("conv", 1), group("dense", 2)])
    let gradients = gradients
    func step(_ theta: [Float], _ index: Int, _ state: inout LSTMOptimizer.State) -> [Float] {
      var theta = theta
      theta.withUnsafeMutableBufferPointer { theta in
        gradients[index].withUnsafeBufferPointer {
          optimizer.update(theta, gradient: $0, state: &state, workers: .one)
        }
      }
      return theta
    }
    var state = optimizer.initialState(for: layout)
    let first = step(start, 0, &state)
    var trial = state
    let tried = (1..<3).reduce(first) { step($0, $1, &trial) }
    let steps = run(optimizer)
    #expect(first == steps[0] && tried == steps[2])
    #expect(step(first, 1, &state) == steps[1], "as if nothing had been tried")
  }

  @Test func weightsOfAnotherSizeAreRefused() throws {
    let short = LSTMOptimizer.GroupWeights(group: "dense", weights: Array(weights(1).dropLast()))
    let error = try #require(throws: SettingError.self) {
      try LSTMOptimizer(lstm, weights: [group("conv", 1), short])
    }
    #expect(error.setting.contains("dense"))
    #expect(error.expected.contains("\(lstm.shape.weightCount)"))
    #expect(error.value == "\(lstm.shape.weightCount - 1)")
    #expect(throws: SettingError.self) { try LSTMOptimizer(lstm, weights: []) }
  }

  @Test func twoSetsOfWeightsOfOneGroupAreRefused() throws {
    let groups = [group("conv", 1), group("dense", 2), group("conv", 3)]
    #expect(throws: SettingError("groups of weights", value: "conv, dense, conv", expected: "each name once")) {
      try LSTMOptimizer(lstm, weights: groups)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func weightsThatAreNotFiniteAreRefused(bad: Float) throws {
    for place in [0, lstm.shape.bias2, lstm.shape.outputBias] {
      var damaged = group("dense", 1)
      damaged.weights[place] = bad
      let error = try #require(throws: SettingError.self) {
        try LSTMOptimizer(lstm, weights: [group("conv", 1), damaged])
      }
      #expect(error.setting.contains("dense"))
    }
  }
}
