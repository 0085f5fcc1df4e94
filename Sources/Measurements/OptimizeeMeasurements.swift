import Foundations
import LSTMKernels
import LabelledData
import Optimizees
import Synchronization
import Vectors

extension KernelMeasurements {
  /// Loss and gradient of the base network on a minibatch of 128, assembling the minibatch included.
  ///
  /// - Throws: `SettingError` for no images, and for labels beyond ten classes.
  public static func network(_ images: LabelledImages, workers: Workers) throws -> MeasuredWork {
    let network = MLP(inputs: images.imageSize, hidden: [20])
    return try work(
      networkName, Classification(network, on: images), operations: operations(of: network), times: 20,
      level: .current, workers: workers)
  }

  /// A step of the optimizer in use, loss and gradient included, on 10,000 functions of 10 dimensions side by side and
  /// on one network of as many coordinates.
  ///
  /// - Throws: `SettingError` for no images, and for labels beyond ten classes.
  public static func sideBySide(_ images: LabelledImages) throws -> [MeasuredWork] {
    let quadratics = try Quadratic(.uniform, functions: 10_000)
    // 126 hidden units: 100,180 coordinates.
    let network = MLP(inputs: images.imageSize, hidden: [126])
    // Two products of each function's matrix with a vector.
    let products = 2 * Double(2 * quadratics.functions * Quadratic.dimension * Quadratic.dimension)
    return [
      try step(manyFunctionsName, quadratics, operations: products),
      try step(largeNetworkName, Classification(network, on: images), operations: operations(of: network)),
    ]
  }

  static let networkName = "MLP, loss and gradient"
  static let manyFunctionsName = "a step of 10,000 functions of 10 dimensions"
  static let largeNetworkName = "a step of one network of 100,180 coordinates"

  /// Products with the first layer's weights forward and for their gradient; three with the second layer's.
  private static func operations(of network: MLP) -> Double {
    let units = network.hidden[0]
    return 2 * 128.0 * Double(2 * network.inputs * units + 3 * units * network.classes)
  }

  /// The loss and gradient of an optimizee whose products are oneDNN's: an episode on each thread at once.
  ///
  /// - Parameter operations: of one episode.
  /// - Throws: what the optimizee throws where it begins an episode.
  public static func work(
    _ name: String, _ optimizee: some Optimizee, operations: Double, workers: Workers
  ) throws -> MeasuredWork {
    try work(name, optimizee, operations: operations, times: 1, level: .best, workers: workers)
  }

  private static func work(
    _ name: String, _ optimizee: some Optimizee, operations: Double, times: Int, level: VectorLevel, workers: Workers
  ) throws -> MeasuredWork {
    let episodes = try (0..<workers.count).map {
      try RunningEpisode(optimizee, RandomStream(seed: 1).stream("run", $0))
    }
    return MeasuredWork(
      name, workers: workers, operations: operations * Double(workers.count), times: times, level: level
    ) {
      _ = try workers.map(episodes.count) { try episodes[$0].step() }
    }
  }

  /// The loss, the gradient and the learned optimizer's update, on one core.
  private static func step(_ name: String, _ optimizee: some Optimizee, operations: Double) throws -> MeasuredWork {
    let updates = try LearnedUpdates(coordinates: optimizee.layout.count)
    let operations = operations + updates.operations
    let episode = try RunningEpisode(optimizee, RandomStream(seed: 1), updates)
    return MeasuredWork(name, operations: operations) { try episode.step() }
  }
}

/// The learned optimizer, with the state and the updates of some coordinates.
private struct LearnedUpdates {
  let lstm: CoordinatewiseLSTM
  let packed: PackedWeights
  let state: LSTMState
  var update: [Float]

  init(coordinates: Int) throws {
    lstm = try CoordinatewiseLSTM()
    packed = PackedWeights(lstm.initialWeights(.wired, stream: RandomStream(seed: 1)), for: lstm)
    state = LSTMState(lstm, coordinates: coordinates)
    update = [Float](repeating: 0, count: coordinates)
  }

  /// Of one step.
  var operations: Double { 2 * Double(lstm.shape.multiplyAddsForward * update.count) }

  mutating func step(_ gradient: [Float]) {
    update.withUnsafeMutableBufferPointer { update in
      gradient.withUnsafeBufferPointer {
        lstm.step(packed, state: state, gradient: $0, update: update, workers: .one)
      }
    }
  }
}

/// An episode at its initial parameters, step by step; one thread at a time.
private final class RunningEpisode: Sendable {
  private struct Contents {
    let episode: any Episode
    let parameters: [Float]
    var gradient: [Float]
    var updates: LearnedUpdates?
    var step = 0

    init(_ episode: any Episode, _ updates: LearnedUpdates?) {
      self.episode = episode
      self.updates = updates
      parameters = episode.initialParameters
      gradient = [Float](repeating: 0, count: parameters.count)
    }

    mutating func advance() throws {
      step += 1
      _ = try parameters.withUnsafeBufferPointer { theta in
        try gradient.withUnsafeMutableBufferPointer {
          try episode.lossAndGradient(at: theta, step: step, gradient: $0)
        }
      }
      updates?.step(gradient)
    }
  }

  private let contents: Mutex<Contents>

  init(_ optimizee: some Optimizee, _ stream: RandomStream, _ updates: sending LearnedUpdates? = nil) throws {
    contents = Mutex(Contents(try optimizee.episode(stream), updates))
  }

  /// The loss and gradient on the next minibatch, and the updates from it where there are any.
  func step() throws { try contents.withLock { try $0.advance() } }
}
