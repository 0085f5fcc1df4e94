import Foundations
import KernelInterface
import LSTMKernels

/// Draws tiles for sampled backpropagation: an unbiased meta-gradient at a fraction of its cost.
///
/// A tile's part in the meta-gradient is about as large as its adjoints. So tiles are drawn with probability
/// proportional to the norm of their adjoints (at most 1), systematically, and those drawn count 1 / probability times.
///
/// - Parameters:
///   - range: the coordinates of one group of parameters.
///   - fraction: how many of the tiles to draw, on average.
func sampleTiles(
  _ history: GradientHistory, range: Range<Int>, lossWeights: [Float], fraction: Float, stream: RandomStream
) -> TileSample {
  let norms = adjointNorms(history, range: range, lossWeights: lossWeights)
  // Squares that are too large would leave no tile, and a meta-gradient of zero: with all tiles it shows as not finite.
  guard norms.reduce(0, +).isFinite else { return .all(coordinates: range.count) }
  let wanted = max(1, fraction * Float(norms.count))
  let probabilities = inclusionProbabilities(norms, wanted: wanted)
  var stream = stream
  var threshold = stream.uniform()
  var sum: Float = 0
  var sample = TileSample(tiles: [])
  for (tile, probability) in probabilities.enumerated() where probability > 0 {
    sum += probability
    if sum > threshold {
      threshold += 1
      sample.tiles.append(Int32(tile))
      sample.factors.append(1 / probability)
    }
  }
  return sample
}

/// The norm of each tile's adjoints: √Σ_t Σ_coordinates (Σ_{s>t} w_s ∇_s)².
private func adjointNorms(_ history: GradientHistory, range: Range<Int>, lossWeights: [Float]) -> [Float] {
  var suffix = [Float](repeating: 0, count: range.count)
  var squares = [Float](repeating: 0, count: CoordinatewiseLSTM.tiles(coordinates: range.count))
  for t in stride(from: history.steps, to: 0, by: -1) {
    let gradient = history[t]
    let weight = lossWeights[t]
    for tile in squares.indices {
      var sum: Float = 0
      for k in tile * coordinatesPerTile..<min((tile + 1) * coordinatesPerTile, range.count) {
        suffix[k] += weight * gradient[range.lowerBound + k]
        sum += suffix[k] * suffix[k]
      }
      squares[tile] += sum
    }
  }
  return squares.map { $0.squareRoot() }
}

/// min(1, c norm) with c such that they sum to `wanted`, as nearly as norms of zero allow.
func inclusionProbabilities(_ norms: [Float], wanted: Float) -> [Float] {
  var certain = [Bool](repeating: false, count: norms.count)
  var left = wanted
  while true {
    let rest = zip(norms, certain).reduce(Float(0)) { $1.1 ? $0 : $0 + $1.0 }
    guard rest > 0, left > 0 else { break }
    let scale = left / rest
    var found = false
    for k in norms.indices where !certain[k] && norms[k] * scale >= 1 {
      certain[k] = true
      left -= 1
      found = true
    }
    if !found { return norms.indices.map { certain[$0] ? 1 : norms[$0] * scale } }
  }
  return norms.indices.map { certain[$0] ? 1 : 0 }
}
