import LSTMKernels
import Testing

struct BoundsTests {
  /// In release too, where the buffers beneath do not look.
  @Test func nothingIsReadOrWrittenBeyondTheEnd() async throws {
    // What fits, so that it is the misfits that end a process.
    try Misfits.step()
    try Misfits.metaGradient()
    try Misfits.metaGradient(tiles: [0, 2], factors: [1, 2])
    await #expect(processExitsWith: .failure) { try Misfits.step(weights: 5) }
    await #expect(processExitsWith: .failure) { try Misfits.step(state: 5) }
    await #expect(processExitsWith: .failure) { try Misfits.metaGradient(weights: 5) }
    await #expect(processExitsWith: .failure) { try Misfits.metaGradient(state: 5) }
    await #expect(processExitsWith: .failure) { try Misfits.metaGradient(tiles: [-1]) }
    await #expect(processExitsWith: .failure) { try Misfits.metaGradient(tiles: [0, 3]) }
    await #expect(processExitsWith: .failure) { try Misfits.metaGradient(tiles: [0, 2], factors: [1]) }
    await #expect(processExitsWith: .failure) { try Misfits.metaGradient(first: -1) }
    await #expect(processExitsWith: .failure) { try Misfits.metaGradient(first: 11) }
    await #expect(processExitsWith: .failure) { _ = GradientHistory(steps: 2, coordinates: 3)[3] }
    await #expect(processExitsWith: .failure) { _ = GradientHistory(steps: 2, coordinates: 3)[-1] }
  }
}

/// An LSTM of six units at work, with what is its own or another's.
private enum Misfits {
  static func step(weights: Int = 6, state: Int = 6) throws {
    let lstm = try CoordinatewiseLSTM(hidden: 6)
    let packed = try packed(weights)
    let memory = LSTMState(try CoordinatewiseLSTM(hidden: state), coordinates: 70)
    let gradient = [Float](repeating: 0.1, count: 70)
    var update = gradient
    gradient.withUnsafeBufferPointer { gradient in
      update.withUnsafeMutableBufferPointer { lstm.step(packed, state: memory, gradient: gradient, update: $0) }
    }
  }

  static func metaGradient(
    weights: Int = 6, state: Int = 6, tiles: [Int32] = [0, 1, 2], factors: [Float] = [], first: Int = 10
  ) throws {
    let lstm = try CoordinatewiseLSTM(hidden: 6)
    let history = GradientHistory(steps: 2, coordinates: 80)
    let start = LSTMState(try CoordinatewiseLSTM(hidden: state), coordinates: 70)
    _ = lstm.metaGradient(
      try packed(weights), starts: [start], history: history, range: first..<first + 70, lossWeights: [0, 1, 1],
      sample: TileSample(tiles: tiles, factors: factors))
  }

  private static func packed(_ hidden: Int) throws -> PackedWeights {
    let lstm = try CoordinatewiseLSTM(hidden: hidden)
    return PackedWeights([Float](repeating: 0.1, count: lstm.shape.weightCount), for: lstm)
  }
}
