import Foundations
import KernelInterface
import LSTMKernels
import MetaTraining
import Vectors

/// The loops of one meta-iteration, timed on problems of a given size.
public struct KernelMeasurements {
  private let lstm: CoordinatewiseLSTM
  private let packed: PackedWeights
  private let history: GradientHistory
  private let state: LSTMState
  private let starts: [LSTMState]
  private let sample: TileSample
  public let coordinates: Int
  public let steps: Int

  /// Makes the weights, states and gradients of so many coordinates and steps.
  ///
  /// - Throws: nothing but what an LSTM of the paper's size throws.
  public init(coordinates: Int = 15_910, steps: Int = 20) throws {
    self.coordinates = coordinates
    self.steps = steps
    lstm = try CoordinatewiseLSTM()
    var stream = RandomStream(seed: 1)
    packed = PackedWeights(lstm.initialWeights(.wired, stream: stream), for: lstm)
    history = GradientHistory(steps: steps, coordinates: coordinates)
    for t in 0...steps { for k in 0..<coordinates { history[t][k] = 0.01 * stream.normal() } }
    state = LSTMState(lstm, coordinates: coordinates)
    starts = lstm.segmentStarts(coordinates: coordinates, steps: steps)
    sample = .all(coordinates: coordinates)
  }

  /// The optimizer in use, backpropagation through time, and both as one meta-iteration.
  ///
  /// Operations are those of the products alone; recomputation counts, activations do not. The last tile's lanes
  /// without a coordinate do not count either.
  public func works(workers: Workers) -> [MeasuredWork] {
    [use(workers: workers), backpropagation(workers: workers), metaIteration(workers: workers)]
  }

  /// The optimizer in use and backpropagation, one after the other.
  func metaIteration(workers: Workers) -> MeasuredWork {
    let (use, back) = (use(workers: workers), backpropagation(workers: workers))
    func sum(_ value: KeyPath<MeasuredWork, Double?>) -> Double? {
      use[keyPath: value].flatMap { a in back[keyPath: value].map { a + $0 } }
    }
    return MeasuredWork(
      "meta-iteration\(size)", workers: workers, operations: sum(\.operations),
      recomputed: back.recomputed, bytes: sum(\.bytes), times: times
    ) {
      try use.work()
      try back.work()
    }
  }

  private var size: String { coordinates == 15_910 ? "" : ", \(coordinates) coordinates" }
  private var times: Int { max(1, 15_910 / coordinates / 4) }
  private var coordinateSteps: Double { Double(coordinates * steps) }
  /// Bytes of a coordinate's state.
  private var stateBytes: Double { 4 * Double(lstm.shape.stateFloatsPerTile) / Double(coordinatesPerTile) }

  /// A step reads and writes a coordinate's 80 numbers of state, reads a gradient and writes an update.
  private func use(workers: Workers) -> MeasuredWork {
    MeasuredWork(
      "LSTM in use\(size)", workers: workers,
      operations: 2 * Double(lstm.shape.multiplyAddsForward) * coordinateSteps,
      bytes: (2 * stateBytes + 8) * coordinateSteps, times: times
    ) {
      var update = [Float](repeating: 0, count: coordinates)
      for t in 0..<steps {
        update.withUnsafeMutableBufferPointer {
          lstm.step(packed, state: state, gradient: UnsafeBufferPointer(history[t]), update: $0, workers: workers)
        }
      }
    }
  }

  /// Reads the state at the start of each segment and a gradient for each step, and recomputes the rest.
  public func backpropagation(workers: Workers) -> MeasuredWork {
    let lossWeights = [Float](repeating: 1, count: steps + 1)
    return MeasuredWork(
      "backpropagation through time\(size)", workers: workers,
      operations: 2 * Double(lstm.shape.multiplyAddsBackward(steps: steps)) * Double(coordinates),
      recomputed: 2 * Double(lstm.shape.multiplyAddsOfLayers) * coordinateSteps,
      bytes: (stateBytes * Double(starts.count) / Double(steps) + 4) * coordinateSteps, times: times
    ) {
      _ = lstm.metaGradient(
        packed, starts: starts, history: history, range: 0..<coordinates, lossWeights: lossWeights, sample: sample,
        workers: workers)
    }
  }

  /// The functions that gates and preprocessing need, on numbers of each thread's own. They are copied each time, from
  /// one array to another: 8 KB each, so that the nearest cache holds both. Operations are those that the kernels'
  /// sources have for a number, without those on integers.
  public static func activations(workers: Workers) -> [MeasuredWork] {
    let (count, times) = (2_048, 800)
    var stream = RandomStream(seed: 1)
    let numbers = (0..<count).map { _ in abs(stream.normal()) }
    let functions: [(name: String, function: ElementwiseFunction, operations: Int)] = [
      ("log", .log, 27), ("exp", .exp, 24), ("tanh", .tanh, 18), ("sigmoid", .sigmoid, 19),
    ]
    return functions.map { name, function, operations in
      MeasuredWork(
        "\(name) of 2,048 numbers, \(times) times", workers: workers,
        operations: Double(operations * count * times * workers.count)
      ) {
        _ = workers.map(workers.count) { _ in
          var x = numbers
          x.withUnsafeMutableBufferPointer { x in
            for _ in 0..<times {
              _ = x.update(fromContentsOf: numbers)
              VectorMath.map(function, x)
            }
          }
          return x[0]
        }
      }
    }
  }
}
