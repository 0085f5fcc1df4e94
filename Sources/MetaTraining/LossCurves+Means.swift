extension LossCurves {
  /// The mean loss at every step, over trials that stayed finite.
  public var meanLosses: [Double] { meanLosses(of: wholeTrials) }

  /// The positions of trials that stayed finite.
  public var wholeTrials: [Int] { losses.indices.filter { losses[$0].allSatisfy(\.isFinite) } }

  /// The mean loss at every step over some trials; not finite where one of theirs is not.
  ///
  /// - Parameter trials: their positions in `losses`; one that is named more often counts more often.
  public func meanLosses(of trials: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: losses.first?.count ?? 0)
    for trial in trials {
      for (step, loss) in losses[trial].prefix(sums.count).enumerated() { sums[step] += Double(loss) }
    }
    return sums.map { $0 / Double(trials.count) }
  }
}
