import Datasets
import Foundations
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

  /// Loss and gradient of the base network on a minibatch of 128, assembling the minibatch included.
  public static func network(_ images: LabelledImages, repetitions: Int) throws -> Measurement {
    let network = MLP(inputs: images.imageSize, hidden: [20])
    let episode = try Classification(network, on: images).episode(RandomStream(seed: 1))
    var gradient = [Float](repeating: 0, count: network.layout.count)
    let parameters = episode.initialParameters
    let clock = ContinuousClock()
    var times: [Double] = []
    var peaks: [Double] = []
    for step in 1...repetitions {
      var operations = 0.0
      let peak = clock.measure { operations = PeakRate.run(rounds: 10_000, workers: .one) }
      peaks.append(operations / (peak / .seconds(1)))
      let time = try clock.measure {
        _ = try parameters.withUnsafeBufferPointer { theta in
          try gradient.withUnsafeMutableBufferPointer {
            try episode.lossAndGradient(at: theta, step: step, gradient: $0)
          }
        }
      }
      times.append(time / .seconds(1))
    }
    // Products with the first layer's weights forward and for their gradient; three with the second layer's.
    let products = 2 * 128.0 * Double(2 * images.imageSize * 20 + 3 * 20 * 10)
    return Measurement(
      name: "MLP, loss and gradient", workers: 1, seconds: median(times), quickest: times.min() ?? .nan,
      operations: products, peak: median(peaks))
  }
}

private func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}
