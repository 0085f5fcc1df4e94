import Foundations
import KernelInterface
import KernelsPortable
import KernelsV3
import KernelsV4

extension CoordinatewiseLSTM {
  /// One step on every coordinate: g = m(∇, h, φ), and h moves on (equation 3 and Fig. 3).
  ///
  /// - Parameters:
  ///   - gradient: ∇f(θ), as many numbers as the state has coordinates.
  ///   - update: receives g; what is to be added to θ.
  public func step(
    _ weights: PackedWeights, state: LSTMState, gradient: UnsafeBufferPointer<Float>,
    update: UnsafeMutableBufferPointer<Float>, workers: Workers = .one
  ) {
    precondition(weights.shape == shape && state.shape == shape, "weights and states of this LSTM")
    precondition(
      gradient.count == state.coordinates && update.count == state.coordinates, "one gradient and update a coordinate")
    guard let input = gradient.baseAddress, let output = update.baseAddress else { return }
    nonisolated(unsafe) let arguments = LSTMForwardArguments(
      shape: shape, features: features, outputScale: outputScale, packed: weights.packed.base,
      state: state.floats.base, gradient: input, update: output, coordinates: state.coordinates, tiles: 0..<0)
    // Nothing is summed over chunks here: there may be as many as workers.
    let chunks = chunks(of: Self.tiles(coordinates: state.coordinates), atMost: max(8, workers.count))
    withExtendedLifetime((weights, state)) {
      workers.forEach(chunks.count) { index in
        var part = arguments
        part.tiles = chunks[index]
        switch weights.level {
        case .v4: KernelsV4.lstmForward(part)
        case .v3: KernelsV3.lstmForward(part)
        case .portable: KernelsPortable.lstmForward(part)
        }
      }
    }
  }
}
