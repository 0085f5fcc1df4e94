/// The size of a coordinatewise LSTM of two layers, and the order of its weights in a flat buffer.
///
/// Each layer has `hidden` units with gates in the order input, forget, candidate, output: i, f, g, o. The buffer holds
/// W_x1 [4H, F], W_h1 [4H, H], b1 [4H], W_x2 [4H, H], W_h2 [4H, H], b2 [4H], w_out [H], b_out [1], row major, one after
/// the other. The paper's optimizer (H = 20) has 5,141 weights with two input features and 5,061 with one.
public struct LSTMShape: Sendable, Equatable, Codable {
  /// Units a layer: 1...32.
  public var hidden: Int
  /// Input features a coordinate: 1 (the raw gradient) or 2 (its logarithm and sign).
  public var features: Int

  @inlinable public init(hidden: Int = 20, features: Int = 2) {
    self.hidden = hidden
    self.features = features
  }

  /// Units a layer as the kernels see them: blocks of five, the last one filled up with units of zero weights, whose
  /// states stay zero.
  @inlinable public var paddedHidden: Int { (hidden + 4) / 5 * 5 }

  @inlinable public var inputWeights1: Int { 0 }
  @inlinable public var recurrentWeights1: Int { 4 * hidden * features }
  @inlinable public var bias1: Int { recurrentWeights1 + 4 * hidden * hidden }
  @inlinable public var inputWeights2: Int { bias1 + 4 * hidden }
  @inlinable public var recurrentWeights2: Int { inputWeights2 + 4 * hidden * hidden }
  @inlinable public var bias2: Int { recurrentWeights2 + 4 * hidden * hidden }
  @inlinable public var outputWeights: Int { bias2 + 4 * hidden }
  @inlinable public var outputBias: Int { outputWeights + hidden }
  @inlinable public var weightCount: Int { outputBias + 1 }

  /// Floats of state a tile of 32 coordinates: h1, c1, h2, c2, each of `paddedHidden` units.
  @inlinable public var stateFloatsPerTile: Int { 4 * paddedHidden * coordinatesPerTile }

  /// Multiply-adds of both layers in one step of one coordinate, products only: 4,960 for H = 20, F = 2. As many
  /// recompute a step for backpropagation, which needs no update.
  @inlinable public var multiplyAddsOfLayers: Int { 4 * hidden * (features + 3 * hidden) }

  /// Multiply-adds of one forward step of one coordinate, the read-out's included: 4,980 for H = 20, F = 2.
  @inlinable public var multiplyAddsForward: Int { multiplyAddsOfLayers + hidden }

  /// Multiply-adds of backpropagation through an unroll of one coordinate, recomputation included: 14,760 a step for
  /// H = 20, F = 2, but for the first one, before which nothing asks for adjoints: 14,600 on average of 20 steps.
  ///
  /// - Parameter steps: of the unroll, 1 or more.
  @inlinable public func multiplyAddsBackward(steps: Int) -> Int {
    let transposed = 4 * hidden * hidden
    let adjoints = 3 * transposed + hidden
    let weights = multiplyAddsOfLayers + hidden
    return steps * (multiplyAddsOfLayers + adjoints + weights) - 2 * transposed
  }
}

/// Coordinates that the kernels take together. State is kept tile by tile, the last tile filled up; the order inside a
/// tile is each kernel's own.
public let coordinatesPerTile = 32
