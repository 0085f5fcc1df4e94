import Foundations
import KernelInterface
import KernelsPortable
import KernelsV3
import KernelsV4
import Vectors

/// The gradients of one unroll, all that its meta-gradient needs: rows t = 0...T of ∇f(θ_t).
///
/// Copies share one memory, for one thread at a time.
public struct GradientHistory {
  public let steps: Int
  public let coordinates: Int
  let floats: AlignedFloats

  public init(steps: Int, coordinates: Int) {
    precondition(steps >= 0 && coordinates >= 0, "numbers of steps and of coordinates")
    self.steps = steps
    self.coordinates = coordinates
    floats = AlignedFloats(count: (steps + 1) * coordinates)
  }

  /// The gradient at θ_t.
  public subscript(t: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition(t >= 0 && t <= steps, "a row that there is")
    return UnsafeMutableBufferPointer(start: floats.base + t * coordinates, count: coordinates)
  }
}

/// Some of the tiles, each with the factor that makes a sum over them stand for all.
public struct TileSample: Sendable, Equatable {
  /// In increasing order.
  public var tiles: [Int32]
  /// 1 / probability of each; empty for 1.
  public var factors: [Float]

  public init(tiles: [Int32], factors: [Float] = []) {
    self.tiles = tiles
    self.factors = factors
  }

  /// All tiles of a range of coordinates.
  public static func all(coordinates: Int) -> TileSample {
    TileSample(tiles: (0..<Int32(CoordinatewiseLSTM.tiles(coordinates: coordinates))).map { $0 })
  }
}

extension CoordinatewiseLSTM {
  /// How many steps of an unroll are recomputed and backpropagated at a time. What is recomputed of them, 36 KB a step
  /// with AVX-512 and 18 KB elsewhere, has to stay in the L2 cache: all at a time, a step of 200 took 1.9 times as long.
  ///
  /// Up to 50 steps are one segment, though 20 at a time are up to a fifth faster: the committed optimizers were
  /// trained so, and sums over other segments differ in their last bits.
  public static func segment(of steps: Int) -> Int { steps <= 50 ? max(1, steps) : 20 }

  /// Room for the states before each segment of an unroll.
  public func segmentStarts(coordinates: Int, steps: Int) -> [LSTMState] {
    stride(from: 0, to: steps, by: Self.segment(of: steps)).map { _ in LSTMState(self, coordinates: coordinates) }
  }

  /// ∂L/∂φ for L = Σ_t w_t f(θ_t), t = 1...T, over one unroll (equation 3 with ∂∇/∂φ = 0).
  ///
  /// - Parameters:
  ///   - starts: the states before the first step of the unroll, and before every further segment's.
  ///   - segment: steps that are backpropagated at a time; nil for `segment(of:)` of the history's.
  ///   - range: the coordinates of the history that belong to this state.
  ///   - lossWeights: w_0...w_T; w_0 is not used.
  /// - Returns: the gradient in the order of `LSTMShape`.
  public func metaGradient(
    _ weights: PackedWeights, starts: [LSTMState], history: GradientHistory, range: Range<Int>, lossWeights: [Float],
    sample: TileSample, segment: Int? = nil, workers: Workers = .one
  ) -> [Float] {
    precondition(
      weights.shape == shape && starts.allSatisfy { $0.shape == shape }, "weights and states of this LSTM")
    precondition(lossWeights.count == history.steps + 1, "a weight for each loss")
    let segment = segment ?? Self.segment(of: history.steps)
    precondition(segment > 0, "segments of at least one step")
    precondition(starts.count == (history.steps + segment - 1) / segment, "a state before each segment")
    precondition(
      starts.allSatisfy { $0.coordinates == range.count } && range.lowerBound >= 0
        && range.upperBound <= history.coordinates,
      "coordinates match")
    let tiles = 0..<Self.tiles(coordinates: range.count)
    precondition(sample.tiles.allSatisfy { tiles.contains(Int($0)) }, "tiles of the range")
    precondition(
      sample.factors.isEmpty || sample.factors.count == sample.tiles.count, "a factor for each tile, or for none")
    let chunks = chunks(of: sample.tiles.count)
    let parts = AlignedFloats(count: chunks.count * shape.weightCount)
    let states = starts.map { UnsafePointer($0.floats.base) }
    withExtendedLifetime((weights, starts, history)) {
      states.withUnsafeBufferPointer { states in
        lossWeights.withUnsafeBufferPointer { lossWeights in
          sample.tiles.withUnsafeBufferPointer { tiles in
            sample.factors.withUnsafeBufferPointer { factors in
              guard let states = states.baseAddress, let losses = lossWeights.baseAddress else { return }
              nonisolated(unsafe) let arguments = LSTMBackwardArguments(
                shape: shape, features: features, outputScale: outputScale, packed: weights.packed.base,
                states: states, segment: segment, history: history.floats.base + range.lowerBound,
                historyStride: history.coordinates, lossWeights: losses, steps: history.steps,
                coordinates: range.count, tiles: tiles, tileFactors: factors.isEmpty ? nil : factors.baseAddress,
                weightGradient: parts.base)
              workers.forEach(chunks.count) { index in
                var part = arguments
                part.tiles = UnsafeBufferPointer(rebasing: arguments.tiles[chunks[index]])
                part.tileFactors = arguments.tileFactors.map { $0 + chunks[index].lowerBound }
                part.weightGradient = parts.base + index * shape.weightCount
                backward(part, level: weights.level)
              }
            }
          }
        }
      }
    }
    var gradient = [Float](repeating: 0, count: shape.weightCount)
    withExtendedLifetime(parts) {
      for chunk in chunks.indices {
        for k in gradient.indices { gradient[k] += parts.base[chunk * shape.weightCount + k] }
      }
    }
    return gradient
  }

  private func backward(_ arguments: LSTMBackwardArguments, level: VectorLevel) {
    // Not set to zero: the kernels do that to the sums, and write a record before they read it.
    func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
      let scratch = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
      defer { scratch.deallocate() }
      body(scratch.bindMemory(to: Float.self, capacity: count))
    }
    let segment = arguments.segment
    switch level {
    case .v4:
      withScratch(KernelsV4.lstmBackwardScratchCount(shape, segment: segment)) {
        KernelsV4.lstmBackward(arguments, scratch: $0)
      }
    case .v3:
      withScratch(KernelsV3.lstmBackwardScratchCount(shape, segment: segment)) {
        KernelsV3.lstmBackward(arguments, scratch: $0)
      }
    case .portable:
      withScratch(KernelsPortable.lstmBackwardScratchCount(shape, segment: segment)) {
        KernelsPortable.lstmBackward(arguments, scratch: $0)
      }
    }
  }
}
