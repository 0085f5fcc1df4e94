extension LossCurves {
  /// The mean loss at every step, over trials that stayed finite.
  public var meanLosses: [Double] { meanLosses(of: wholeTrials) }

  /// The positions of trials that stayed finite.
  public var wholeTrials: [Int] { losses.indices.filter { losses[$0].allSatisfy(\.isFinite) } }

  /// The mean loss at every step over those of some trials that have it; not finite where one of theirs is not, nan
  /// where none has it.
  ///
  /// - Parameter trials: their positions in `losses`; one that is named more often counts more often.
  public func meanLosses(of trials: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: length)
    var counts = sums
    for trial in trials {
      for (step, loss) in losses[trial].enumerated() {
        sums[step] += Double(loss)
        counts[step] += 1
      }
    }
    return zip(sums, counts).map { $0 / $1 }
  }
}
