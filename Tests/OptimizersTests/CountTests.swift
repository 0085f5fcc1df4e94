import Foundations
import LSTMKernels
import Optimizers
import Testing

/// Numbers of different counts end a process, in release too: beneath are pointers.
struct CountTests {
  private static func step(_ optimizer: some Optimizer, parameters: Int = 5, gradient: Int = 5, state: Int = 5) {
    var memory = optimizer.initialState(for: ParameterLayout(["all": [state]]))
    var theta = [Float](repeating: 1, count: parameters)
    optimizer.update(&theta, gradient: [Float](repeating: 0.1, count: gradient), state: &memory, workers: .one)
  }

  private static func lstm() throws -> LSTMOptimizer {
    let lstm = try CoordinatewiseLSTM(hidden: 4)
    let weights = [Float](repeating: 0.01, count: lstm.shape.weightCount)
    return try LSTMOptimizer(lstm, weights: [.init(group: "all", weights: weights)])
  }

  @Test func countsThatDifferEndTheProcess() async throws {
    for optimizer in try [SGD(learningRate: 0.1), NAG(learningRate: 0.1), Self.lstm()] as [any Optimizer] {
      Self.step(optimizer)
    }
    await #expect(processExitsWith: .failure) { Self.step(SGD(learningRate: 0.1), gradient: 4) }
    await #expect(processExitsWith: .failure) { Self.step(NAG(learningRate: 0.1), state: 4) }
    await #expect(processExitsWith: .failure) { Self.step(RMSprop(learningRate: 0.1), gradient: 6) }
    await #expect(processExitsWith: .failure) { Self.step(Adam(learningRate: 0.1), parameters: 6) }
    await #expect(processExitsWith: .failure) { try Self.step(Self.lstm(), gradient: 4) }
    await #expect(processExitsWith: .failure) { try Self.step(Self.lstm(), state: 40_000) }
  }

  /// Step by step the same as on buffers, which all other tests use.
  @Test func arraysAreUpdatedAsBuffersAre() throws {
    let optimizer = Adam(learningRate: 0.1)
    var (first, second) = (optimizer.initialState(count: 3), optimizer.initialState(count: 3))
    var (array, buffer): ([Float], [Float]) = ([1, 2, 3], [1, 2, 3])
    for k in 0..<3 {
      let gradient: [Float] = [0.1, -0.2, Float(k)]
      optimizer.update(&array, gradient: gradient, state: &first)
      buffer.withUnsafeMutableBufferPointer { theta in
        gradient.withUnsafeBufferPointer { optimizer.update(theta, gradient: $0, state: &second, workers: .one) }
      }
    }
    #expect(array == buffer && array != [1, 2, 3] && first == second)
  }
}
