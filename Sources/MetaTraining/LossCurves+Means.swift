extension LossCurves {
  /// The mean loss at every step, over trials that stayed finite.
  public var meanLosses: [Double] { meanLosses(of: Array(losses.indices)) }

  /// The mean loss at every step, over those of some trials that stayed finite.
  ///
  /// - Parameter trials: their positions in `losses`; one that is named more often counts more often.
  public func meanLosses(of trials: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: losses.first?.count ?? 0)
    var count = 0.0
    for trial in trials where losses[trial].allSatisfy(\.isFinite) {
      for (step, loss) in losses[trial].prefix(sums.count).enumerated() { sums[step] += Double(loss) }
      count += 1
    }
    return sums.map { $0 / count }
  }
}
