import Datasets
import Foundations
import KernelInterface
import LSTMKernels
import MetaTraining
import Optimizees

/// Something that is timed, with the floating-point operations that it takes.
public struct Measurement: Sendable {
  public var name: String
  public var workers: Int
  /// The median of interleaved repetitions.
  public var seconds: Double
  /// The quickest repetition.
  public var quickest: Double
  /// nil where operations say nothing.
  public var operations: Double?
  /// Of the same repetitions: operations a second at best, on as many workers.
  public var peak: Double

  /// The share of the machine's peak.
  public var fraction: Double? { operations.map { $0 / seconds / peak } }
}

/// The loops of one meta-iteration, timed on problems of a given size.
public struct KernelMeasurements {
  private let lstm: CoordinatewiseLSTM
  private let packed: PackedWeights
  private let history: GradientHistory
  private let state: LSTMState
  private let start: LSTMState
  private let sample: TileSample
  public let coordinates: Int
  public let steps: Int

  public init(coordinates: Int = 15_910, steps: Int = 20) throws {
    self.coordinates = coordinates
    self.steps = steps
    lstm = try CoordinatewiseLSTM()
    var stream = RandomStream(seed: 1)
    packed = PackedWeights(lstm.initialWeights(.wired, stream: stream), for: lstm)
    history = GradientHistory(steps: steps, coordinates: coordinates)
    for t in 0...steps { for k in 0..<coordinates { history[t][k] = 0.01 * stream.normal() } }
    state = LSTMState(lstm, coordinates: coordinates)
    start = LSTMState(lstm, coordinates: coordinates)
    sample = .all(coordinates: coordinates)
  }

  /// Forward steps, backpropagation through time, and both together as one meta-iteration, interleaved with the peak.
  ///
  /// Operations are those of the products alone; recomputation counts, activations do not.
  public func meta(workers: Workers, repetitions: Int) -> [Measurement] {
    let clock = ContinuousClock()
    var update = [Float](repeating: 0, count: coordinates)
    let lossWeights = [Float](repeating: 1, count: steps + 1)
    var times = [[Double]](repeating: [], count: 3)
    var peaks: [Double] = []
    for _ in 0..<repetitions {
      var operations = 0.0
      let peak = clock.measure { operations = PeakRate.run(rounds: 1_000_000, workers: workers) }
      peaks.append(operations / (peak / .seconds(1)))
      let forward = clock.measure {
        for t in 0..<steps {
          update.withUnsafeMutableBufferPointer {
            lstm.step(
              packed, state: state, gradient: UnsafeBufferPointer(history[t]), update: $0, workers: workers)
          }
        }
      }
      let backward = clock.measure {
        _ = lstm.metaGradient(
          packed, start: start, history: history, range: 0..<coordinates, lossWeights: lossWeights, sample: sample,
          workers: workers)
      }
      times[0].append(forward / .seconds(1))
      times[1].append(backward / .seconds(1))
      times[2].append((forward + backward) / .seconds(1))
    }
    let coordinateSteps = Double(coordinates * steps)
    let forward = 2 * Double(lstm.shape.multiplyAddsForward) * coordinateSteps
    let backward = 2 * Double(lstm.shape.multiplyAddsBackward) * coordinateSteps
    return zip(
      ["LSTM forward", "backpropagation through time", "meta-iteration"],
      zip([forward, backward, forward + backward], times)
    ).map { name, rest in
      Measurement(
        name: name, workers: workers.count, seconds: median(rest.1), quickest: rest.1.min() ?? .nan,
        operations: rest.0, peak: median(peaks))
    }
  }

  /// The optimizer in use, backpropagation through time, and both as one meta-iteration.
  ///
  /// In use a coordinate's step reads and writes its 80 numbers of state, reads a gradient and writes an update.
  /// Backpropagation reads the state at the start of the unroll and a gradient for each step, and recomputes the rest.
  public func works(workers: Workers) -> [MeasuredWork] {
    let lossWeights = [Float](repeating: 1, count: steps + 1)
    let coordinateSteps = Double(coordinates * steps)
    let state = 4 * Double(lstm.shape.stateFloatsPerTile) / Double(coordinatesPerTile)
    let forward = 2 * Double(lstm.shape.multiplyAddsForward) * coordinateSteps
    let backward = 2 * Double(lstm.shape.multiplyAddsBackward) * coordinateSteps
    let forwardBytes = (2 * state + 8) * coordinateSteps
    let backwardBytes = (state / Double(steps) + 4) * coordinateSteps
    func use() {
      var update = [Float](repeating: 0, count: coordinates)
      for t in 0..<steps {
        update.withUnsafeMutableBufferPointer {
          lstm.step(
            packed, state: self.state, gradient: UnsafeBufferPointer(history[t]), update: $0, workers: workers)
        }
      }
    }
    func backpropagate() {
      _ = lstm.metaGradient(
        packed, start: start, history: history, range: 0..<coordinates, lossWeights: lossWeights, sample: sample,
        workers: workers)
    }
    let size = coordinates == 15_910 ? "" : ", \(coordinates) coordinates"
    let times = max(1, 15_910 / coordinates / 4)
    return [
      MeasuredWork(
        "LSTM in use\(size)", workers: workers, operations: forward, bytes: forwardBytes, times: times, use),
      MeasuredWork(
        "backpropagation through time\(size)", workers: workers, operations: backward, bytes: backwardBytes,
        times: times, backpropagate),
      MeasuredWork(
        "meta-iteration\(size)", workers: workers, operations: forward + backward, bytes: forwardBytes + backwardBytes,
        times: times
      ) {
        use()
        backpropagate()
      },
    ]
  }

  /// The functions that gates and preprocessing need, on numbers in a cache.
  public static func activations() -> [MeasuredWork] {
    var stream = RandomStream(seed: 1)
    let numbers = (0..<16_384).map { _ in abs(stream.normal()) }
    let functions = [("log", ElementwiseFunction.log), ("exp", .exp), ("tanh", .tanh), ("sigmoid", .sigmoid)]
    return functions.map { name, function in
      var x = numbers
      return MeasuredWork("\(name) of 16,384 numbers", times: 100) {
        x.withUnsafeMutableBufferPointer {
          _ = $0.update(fromContentsOf: numbers)
          VectorMath.map(function, $0)
        }
      }
    }
  }

  /// Loss and gradient of the base network on a minibatch of 128, assembling the minibatch included.
  public static func network(_ images: LabelledImages) throws -> MeasuredWork {
    let network = MLP(inputs: images.imageSize, hidden: [20])
    // Products with the first layer's weights forward and for their gradient; three with the second layer's.
    let products = 2 * 128.0 * Double(2 * images.imageSize * 20 + 3 * 20 * 10)
    return try work(
      "MLP, loss and gradient", Classification(network, on: images).episode(RandomStream(seed: 1)),
      operations: products, times: 20)
  }

  /// The loss and gradient of an optimizee.
  public static func work(
    _ name: String, _ episode: any Episode, operations: Double, times: Int = 1
  ) -> MeasuredWork {
    let parameters = episode.initialParameters
    var gradient = [Float](repeating: 0, count: parameters.count)
    var step = 0
    return MeasuredWork(name, operations: operations, times: times) {
      step += 1
      _ = try parameters.withUnsafeBufferPointer { theta in
        try gradient.withUnsafeMutableBufferPointer {
          try episode.lossAndGradient(at: theta, step: step, gradient: $0)
        }
      }
    }
  }
}

private func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}
