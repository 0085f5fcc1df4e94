/// How a gradient becomes the LSTM's input features (Appendix A).
public struct GradientFeatures: Sendable, Equatable {
  /// The paper's p: gradients below e^-p in magnitude are scaled, others enter by logarithm and sign. Nil for the raw
  /// gradient as the only feature.
  public var p: Float?

  @inlinable public init(p: Float?) { self.p = p }
}

/// What one forward step of a range of tiles reads and writes. Memory is the caller's.
public struct LSTMForwardArguments {
  public var shape: LSTMShape
  public var features: GradientFeatures
  /// The factor on the LSTM's read-out.
  public var outputScale: Float
  /// Packed by the same module's `packLSTM`.
  public var packed: UnsafePointer<Float>
  /// `stateFloatsPerTile` a tile, advanced in place.
  public var state: UnsafeMutablePointer<Float>
  /// [coordinates]
  public var gradient: UnsafePointer<Float>
  /// [coordinates], overwritten.
  public var update: UnsafeMutablePointer<Float>
  /// Coordinates in all, of which the last tile may hold fewer than 32.
  public var coordinates: Int
  public var tiles: Range<Int>

  @inlinable public init(
    shape: LSTMShape, features: GradientFeatures, outputScale: Float, packed: UnsafePointer<Float>,
    state: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, update: UnsafeMutablePointer<Float>,
    coordinates: Int, tiles: Range<Int>
  ) {
    self.shape = shape
    self.features = features
    self.outputScale = outputScale
    self.packed = packed
    self.state = state
    self.gradient = gradient
    self.update = update
    self.coordinates = coordinates
    self.tiles = tiles
  }
}

/// What backpropagation through an unroll of T steps reads and writes, for some tiles.
public struct LSTMBackwardArguments {
  public var shape: LSTMShape
  public var features: GradientFeatures
  public var outputScale: Float
  /// Packed by the same module's `packLSTM`.
  public var packed: UnsafePointer<Float>
  /// The states before steps 0, S, 2 S, ... of the unroll, as in `LSTMForwardArguments`, where S is `segment`.
  public var states: UnsafePointer<UnsafePointer<Float>>
  /// Steps that are recomputed and backpropagated at a time.
  public var segment: Int
  /// ∇f(θ_t) for t = 0...T: T + 1 rows of `coordinates` numbers, `historyStride` apart.
  public var history: UnsafePointer<Float>
  public var historyStride: Int
  /// w_t for t = 0...T; the first is not used, since f(θ_0) does not depend on the unroll's updates.
  public var lossWeights: UnsafePointer<Float>
  public var steps: Int
  public var coordinates: Int
  /// Which tiles, in increasing order.
  public var tiles: UnsafeBufferPointer<Int32>
  /// A factor on each of those tiles' gradient; nil for 1. Sampled backpropagation gives 1 / probability.
  public var tileFactors: UnsafePointer<Float>?
  /// [weightCount], added to.
  public var weightGradient: UnsafeMutablePointer<Float>

  @inlinable public init(
    shape: LSTMShape, features: GradientFeatures, outputScale: Float, packed: UnsafePointer<Float>,
    states: UnsafePointer<UnsafePointer<Float>>, segment: Int, history: UnsafePointer<Float>, historyStride: Int,
    lossWeights: UnsafePointer<Float>, steps: Int, coordinates: Int, tiles: UnsafeBufferPointer<Int32>,
    tileFactors: UnsafePointer<Float>?, weightGradient: UnsafeMutablePointer<Float>
  ) {
    self.shape = shape
    self.features = features
    self.outputScale = outputScale
    self.packed = packed
    self.states = states
    self.segment = segment
    self.history = history
    self.historyStride = historyStride
    self.lossWeights = lossWeights
    self.steps = steps
    self.coordinates = coordinates
    self.tiles = tiles
    self.tileFactors = tileFactors
    self.weightGradient = weightGradient
  }
}
