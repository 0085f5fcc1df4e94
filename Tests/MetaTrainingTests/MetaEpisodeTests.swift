import Foundations
import LSTMKernels
import Optimizees
import TestSupport
import Testing

@testable import MetaTraining

struct MetaEpisodeTests {
  private let lstm: CoordinatewiseLSTM
  private let valleys = Valleys()
  private let stream = RandomStream(seed: 11)
  private let weights: [[Float]]

  init() throws {
    let lstm = try CoordinatewiseLSTM(hidden: 6, p: 8, outputScale: 0.5)
    self.lstm = lstm
    weights = (0..<2).map { group in
      var stream = RandomStream(seed: 2).stream("weights", group)
      return (0..<lstm.shape.weightCount).map { _ in stream.uniform(-0.8, 0.8) }
    }
  }

  private var packed: [PackedWeights] { weights.map { PackedWeights($0, for: lstm) } }

  private func metaEpisode(unroll: Int = 4) throws -> MetaEpisode {
    try MetaEpisode(valleys, stream, lstm, unroll: unroll)
  }

  /// Both unrolls of an episode: the second starts with a state and a θ that the first left, through which nothing is
  /// propagated back.
  @Test(arguments: [Objective.sum, .logarithm])
  func metaGradientOfAnUnrollAgreesWithFiniteDifferences(objective: Objective) throws {
    let episode = try metaEpisode()
    let exact = weights.map { $0.map(Double.init) }
    let s = lstm.shape
    let starts = [
      s.inputWeights1, s.recurrentWeights1, s.bias1, s.inputWeights2, s.recurrentWeights2, s.bias2, s.outputWeights,
      s.outputBias, s.weightCount,
    ]
    var draw = RandomStream(seed: 3)
    for unroll in 0..<2 {
      let result = try #require(
        try episode.unroll(packed, objective: objective, fraction: 1, stream: stream, workers: .one))
      let replay = ReplayedTraining(
        valleys, ValleysEpisode(valleys, stream), lstm, weights: exact, unroll: unroll, steps: 4)
      for (ours, expected) in zip(result.losses, replay.losses(weights: exact)) {
        #expect(abs(Double(ours) - expected) < 1e-5 * expected)
      }
      #expect(result.losses.count == 4 && result.gradients.count == 2)
      for (group, gradient) in result.gradients.enumerated() {
        let size = (gradient.reduce(0) { $0 + $1 * $1 } / Float(gradient.count)).squareRoot()
        #expect(size > 0.01)
        for tensor in 0..<8 {
          for _ in 0..<min(5, starts[tensor + 1] - starts[tensor]) {
            let index = starts[tensor] + draw.integer(below: starts[tensor + 1] - starts[tensor])
            let expected = replay.slope(objective, weights: exact, group: group, index: index)
            #expect(
              abs(Double(gradient[index]) - expected) < 1e-3 * (abs(expected) + Double(size)),
              "unroll \(unroll), group \(group), weight \(index): \(gradient[index]) against \(expected)")
          }
        }
      }
    }
  }

  @Test func logarithmsOfLossesBelowZeroAreAnError() throws {
    let optimizee = Faulty(Valleys(), .loss(-0.5), at: 3) { _ in true }
    for (objective, fails) in [(Objective.sum, false), (.logarithm, true)] {
      let episode = try MetaEpisode(optimizee, stream, lstm, unroll: 4)
      let packed = optimizee.layout.groups.map { _ in self.packed[0] }
      let run = { try episode.unroll(packed, objective: objective, fraction: 1, stream: stream, workers: .one) }
      if fails {
        let error = #expect(throws: SettingError.self) { try run() }
        #expect(error?.value == "-0.5")
      } else {
        #expect(try run()?.losses.contains(-0.5) == true)
      }
    }
  }

  /// An unroll of 70 steps goes back in segments of 20, the last one of 10. Both unrolls of an episode, against the same
  /// steps taken here and backpropagated all at a time.
  @Test func segmentsOfALongUnrollGiveTheGradientOfTheWhole() throws {
    let steps = 70
    let valleys = Valleys(
      ParameterLayout([("a", [4, 9]), ("b", [5]), ("c", [7])], groups: [("first", 2), ("second", 1)]))
    let groups = valleys.layout.groups
    let packed = packed
    let episode = try MetaEpisode(valleys, stream, lstm, unroll: steps)
    let plain = ValleysEpisode(valleys, stream)
    var parameters = plain.initialParameters
    var update = [Float](repeating: 0, count: parameters.count)
    let states = groups.map { LSTMState(lstm, coordinates: $0.range.count) }
    let history = GradientHistory(steps: steps, coordinates: parameters.count)
    for unroll in 0..<2 {
      let first = unroll * steps + 1
      let starts = groups.map { LSTMState(lstm, coordinates: $0.range.count) }
      for (start, state) in zip(starts, states) { start.copy(from: state) }
      var losses: [Float] = []
      for t in 0...steps {
        let gradient = UnsafeBufferPointer(history[t])
        let loss = parameters.withUnsafeBufferPointer {
          plain.lossAndGradient(at: $0, step: first + t, gradient: history[t])
        }
        if t > 0 { losses.append(loss) }
        if t == steps { break }
        update.withUnsafeMutableBufferPointer { update in
          for (index, group) in groups.enumerated() {
            lstm.step(
              packed[index], state: states[index], gradient: UnsafeBufferPointer(rebasing: gradient[group.range]),
              update: UnsafeMutableBufferPointer(rebasing: update[group.range]))
          }
        }
        for k in parameters.indices { parameters[k] += update[k] }
      }
      let result = try #require(
        try episode.unroll(packed, objective: .sum, fraction: 1, stream: stream, workers: .one))
      #expect(result.losses == losses)
      for (index, group) in groups.enumerated() {
        let whole = lstm.metaGradient(
          packed[index], starts: [starts[index]], history: history, range: group.range,
          lossWeights: [Float](repeating: 1, count: steps + 1), sample: .all(coordinates: group.range.count),
          segment: steps)
        let size = whole.map(abs).max() ?? 0
        #expect(size > 0)
        let distances = zip(result.gradients[index], whole).map { abs($0 - $1) }
        #expect(distances.allSatisfy { $0 < 1e-5 * size }, "unroll \(unroll), group \(group.name)")
      }
    }
  }

  @Test func sampledBackpropagationIsUnbiased() throws {
    // 400 coordinates in 13 tiles, of which five are drawn.
    let valleys = Valleys(
      ParameterLayout([("a", [10, 20]), ("b", [20]), ("c", [180])], groups: [("first", 2), ("second", 1)]))
    func unroll(_ fraction: Float, _ draw: Int) throws -> [Float] {
      let episode = try MetaEpisode(valleys, stream, lstm, unroll: 3)
      let result = try episode.unroll(
        packed, objective: .sum, fraction: fraction, stream: RandomStream(seed: 4).stream("draw", draw), workers: .one)
      return try #require(result).gradients.flatMap { $0 }
    }
    let exact = try unroll(1, 0).map(Double.init)
    let draws = try (0..<400).map { try unroll(0.4, $0).map(Double.init) }
    var (distance, spread) = (0.0, 0.0)
    for k in exact.indices {
      let mean = draws.reduce(0) { $0 + $1[k] } / Double(draws.count)
      distance += (mean - exact[k]) * (mean - exact[k])
      spread += draws.reduce(0) { $0 + ($1[k] - mean) * ($1[k] - mean) } / Double(draws.count - 1)
    }
    let size = exact.reduce(0) { $0 + $1 * $1 }
    #expect(spread > 1e-4 * size, "not all tiles were taken")
    // Of an unbiased estimate the expected squared distance is the variance of a mean of 400.
    #expect(distance < 3 * spread / Double(draws.count))
    #expect(distance < 0.01 * size)
  }

  /// Faults at the first step, inside an unroll, on the step that two unrolls share, and on the very last.
  @Test(arguments: [1, 3, 5, 7, 9], [Fault.loss(.nan), .loss(.infinity), .gradient(.nan), .gradient(-.infinity)])
  func whatIsNotFiniteEndsAnEpisodeAtItsUnroll(step: Int, fault: Fault) throws {
    for fraction: Float in [1, 0.5] {
      let faulty = Faulty(valleys, fault, at: step)
      let episode = try MetaEpisode(faulty, stream, lstm, unroll: 4)
      let unrolls = try (0..<2).map { _ in
        try episode.unroll(packed, objective: .sum, fraction: fraction, stream: stream, workers: .one)
      }
      #expect((unrolls[0] == nil) == (step <= 5), "fraction \(fraction)")
      if step > 5 { #expect(unrolls[1] == nil, "fraction \(fraction)") }
    }
  }
}
