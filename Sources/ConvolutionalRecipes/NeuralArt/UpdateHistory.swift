import ConvolutionalOptimizees
import Foundations
import Imaging
import MetaTraining
import Optimizees
import Optimizers

/// The gradients that some coordinates met while the LSTM painted, and the updates that optimizers propose for them
/// (Fig. 10): all are given the same gradients, those of the LSTM's own trajectory.
public struct UpdateHistory: Sendable, Codable {
  /// Places in θ.
  public var coordinates: [Int]
  /// Of the painting, step by step.
  public var losses: [Float]
  /// [step][coordinate]
  public var gradients: [[Float]]
  /// By optimizer: [step][coordinate]
  public var updates: [String: [[Float]]]

  /// - Parameters:
  ///   - count: coordinates drawn from all of them.
  ///   - others: optimizers that are asked, but not followed.
  ///   - progress: called after each step.
  /// - Throws: what the network throws, and `Interrupted`.
  public init(
    _ problems: NeuralArt, over content: Image, by learned: LSTMOptimizer, and others: [any Optimizer], steps: Int,
    count: Int, stream: RandomStream, progress: @escaping () -> Void = {}
  ) throws {
    var stream = stream
    let chosen = Array(stream.permutation(problems.layout.count).prefix(count)).sorted()
    var gradients: [[Float]] = []
    var own: [[Float]] = []
    let painting = try problems.painting(over: content, by: learned, steps: steps) { _, gradient, update in
      gradients.append(chosen.map { gradient[$0] })
      own.append(chosen.map { update[$0] })
      progress()
    }
    coordinates = chosen
    losses = painting.losses
    self.gradients = gradients
    updates = [learned.name: own]
    for other in others { updates[other.name] = proposedUpdates(other, for: gradients) }
  }

  /// One coordinate's gradients or updates, step by step.
  func series(_ optimizer: String, _ place: Int) -> [Float] { (updates[optimizer] ?? []).map { $0[place] } }
}

/// What an optimizer proposes for gradients that it does not influence.
///
/// - Parameter gradients: [step][coordinate], each coordinate with a state of its own.
/// - Returns: updates in the same form.
public func proposedUpdates(_ optimizer: some Optimizer, for gradients: [[Float]]) -> [[Float]] {
  guard let count = gradients.first?.count else { return [] }
  var state = optimizer.initialState(for: ParameterLayout(["coordinates": [count]]))
  return gradients.map { gradient in
    var update = [Float](repeating: 0, count: count)
    update.withUnsafeMutableBufferPointer { update in
      gradient.withUnsafeBufferPointer {
        optimizer.update(update, gradient: $0, state: &state, workers: .one)
      }
    }
    return update
  }
}

/// What an optimizer would propose at one step for other gradients than the one that came, after the same history
/// (Figs. 11 to 13).
///
/// - Parameter history: the gradients of one coordinate at the steps before.
public func proposedUpdates(
  _ optimizer: some Optimizer, after history: [Float], for hypothetical: [Float]
) -> [Float] {
  let before = history.map { [Float](repeating: $0, count: hypothetical.count) }
  return proposedUpdates(optimizer, for: before + [hypothetical]).last ?? []
}

/// The statistics behind the paper's words on Figs. 10 to 13, one number for each coordinate.
public struct UpdateStatistics: Sendable {
  /// The share of steps at which the LSTM goes further than the other.
  public var further: [Double]
  /// The correlation of each step's update with the one before.
  public var autocorrelation: (learned: [Double], other: [Double])
  /// The share of steps at which the two go in opposite directions.
  public var opposite: [Double]

  public init(_ history: UpdateHistory, learned: String = "LSTM", other: String) {
    let pairs = history.coordinates.indices.map { (history.series(learned, $0), history.series(other, $0)) }
    further = pairs.map { pair in Self.share(pair) { abs($0) > abs($1) } }
    opposite = pairs.map { pair in Self.share(pair) { $0 * $1 < 0 } }
    let correlations = pairs.map { (autocorrelationOfUpdates($0), autocorrelationOfUpdates($1)) }
    // A coordinate that never moves has none.
    let defined = correlations.filter { $0.0.isFinite && $0.1.isFinite }
    autocorrelation = (defined.map(\.0), defined.map(\.1))
  }

  private static func share(_ pair: ([Float], [Float]), _ condition: (Float, Float) -> Bool) -> Double {
    Double(zip(pair.0, pair.1).count { condition($0, $1) }) / Double(max(1, pair.0.count))
  }
}

/// The correlation of a series with itself one step later; nan for a constant one.
public func autocorrelationOfUpdates(_ series: [Float]) -> Double {
  let values = series.map(Double.init)
  guard values.count > 2 else { return .nan }
  let centre = mean(values)
  let square = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
  let product = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - centre) * ($1.1 - centre) }
  return square > 0 ? product / square : .nan
}

/// How much of a curve's rise lies in the middle tenth of its range: 0.1 for a straight line, 1 for a step.
///
/// - Parameter proposals: updates over gradients at equal distances: a multiple of 20 distances, so that the tenth
///   begins and ends at one of them.
/// - Returns: nan for any other number of proposals, and for a curve that ends where it begins.
public func stepLikeness(_ proposals: [Float]) -> Double {
  let distances = proposals.count - 1
  guard distances > 0, distances % 20 == 0, let first = proposals.first, let last = proposals.last, first != last
  else { return .nan }
  let (middle, reach) = (distances / 2, distances / 20)
  return Double((proposals[middle + reach] - proposals[middle - reach]) / (last - first))
}
