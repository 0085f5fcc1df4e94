import Foundations
import KernelInterface
import KernelsPortable
import KernelsV3
import KernelsV4
import Vectors

public typealias LSTMShape = KernelInterface.LSTMShape

/// The paper's optimizer network (§2.1): two LSTM layers and a linear read-out, run on every coordinate with shared
/// weights and separate state.
public struct CoordinatewiseLSTM: Sendable, Equatable {
  public let shape: LSTMShape
  /// p of the preprocessing (Appendix A), nil for the raw gradient.
  public let p: Float?
  /// The factor on the read-out.
  public let outputScale: Float

  /// - Throws: `SettingError` for a size or number that makes no sense.
  public init(hidden: Int = 20, p: Float? = 10, outputScale: Float = 0.1) throws {
    guard (1...32).contains(hidden) else { throw SettingError("hidden units", value: hidden, expected: "1 to 32") }
    if let p, !(p.isFinite && p > 0 && p < 80) {
      throw SettingError("preprocessing p", value: p, expected: "a number above 0 and below 80")
    }
    guard outputScale.isFinite, outputScale > 0 else {
      throw SettingError("output scale", value: outputScale, expected: "a finite number above 0")
    }
    shape = LSTMShape(hidden: hidden, features: p == nil ? 1 : 2)
    self.p = p
    self.outputScale = outputScale
  }

  /// Tiles of 32 coordinates, the last one filled up.
  public static func tiles(coordinates: Int) -> Int { (coordinates + coordinatesPerTile - 1) / coordinatesPerTile }

  var features: GradientFeatures { GradientFeatures(p: p) }
}

/// Weights brought into the order in which the kernels read them. Immutable.
public struct PackedWeights: Sendable {
  let shape: LSTMShape
  let level: VectorLevel
  let packed: AlignedFloats

  /// - Parameter weights: in the order of `LSTMShape`.
  public init(_ weights: [Float], for lstm: CoordinatewiseLSTM, level: VectorLevel = .current) {
    precondition(weights.count == lstm.shape.weightCount, "as many weights as the LSTM has")
    shape = lstm.shape
    self.level = level
    switch level {
    case .v4:
      packed = AlignedFloats(count: KernelsV4.packedLSTMCount(lstm.shape))
      KernelsV4.packLSTM(lstm.shape, weights: weights, into: packed.base)
    case .v3:
      packed = AlignedFloats(count: KernelsV3.packedLSTMCount(lstm.shape))
      KernelsV3.packLSTM(lstm.shape, weights: weights, into: packed.base)
    case .portable:
      packed = AlignedFloats(count: KernelsPortable.packedLSTMCount(lstm.shape))
      KernelsPortable.packLSTM(lstm.shape, weights: weights, into: packed.base)
    }
  }
}

/// The hidden and cell states of all coordinates: 320 bytes a coordinate at 20 units. Starts at zero.
///
/// Memory that every step changes, for one thread at a time: those that a step works with are its own affair.
public final class LSTMState {
  public let coordinates: Int
  let shape: LSTMShape
  let floats: AlignedFloats

  public init(_ lstm: CoordinatewiseLSTM, coordinates: Int) {
    precondition(coordinates >= 0, "a number of coordinates")
    self.coordinates = coordinates
    shape = lstm.shape
    floats = AlignedFloats(
      count: CoordinatewiseLSTM.tiles(coordinates: coordinates) * lstm.shape.stateFloatsPerTile)
  }

  public func copy(from other: LSTMState) {
    precondition(other.shape == shape && other.coordinates == coordinates, "states of one LSTM and one size")
    floats.copy(from: other.floats)
  }

  /// All states, in an order that only the same kernels understand: for checkpoints and comparisons.
  public var contents: [Float] {
    get { withExtendedLifetime(floats) { Array(UnsafeBufferPointer(start: floats.base, count: floats.count)) } }
    set {
      precondition(newValue.count == floats.count, "as many states as before")
      floats.base.update(from: newValue, count: floats.count)
    }
  }
}

/// Chunks in which work on many tiles is handed out. Where sums are made over them, their number has to depend on the
/// tiles alone, so that sums do not depend on the number of threads.
func chunks(of tiles: Int, atMost most: Int = 8) -> [Range<Int>] {
  let count = min(most, max(1, tiles / 4))
  return (0..<count).map { $0 * tiles / count..<($0 + 1) * tiles / count }
}
