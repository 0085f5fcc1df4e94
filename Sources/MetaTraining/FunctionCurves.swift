/// Curves whose trials are single functions.
extension LossCurves {
  /// The mean curves of batches of so many neighbouring functions, at least 1, a trial each; functions that are left
  /// over are left out, and so are those that the optimizer ran away on, of which a single one decides a mean.
  public func batched(_ size: Int) -> LossCurves {
    let size = max(1, size)
    var batched = self
    batched.losses = (0..<losses.count / size).map { batch in
      meanLosses(of: (batch * size..<(batch + 1) * size).filter { !Self.ranAway(losses[$0]) }).map { Float($0) }
    }
    return batched
  }

  /// Functions that the optimizer ran away on: the last loss is not finite, or over a hundred times the size of the
  /// first.
  public var runaways: Int { losses.count(where: Self.ranAway) }

  private static func ranAway(_ losses: [Float]) -> Bool {
    guard let first = losses.first, let last = losses.last else { return false }
    return !(last.isFinite && last <= 100 * abs(first))
  }

  /// Shares of the functions have losses of at most these: one array a step, of the functions that have it. A function
  /// that diverged counts as infinite.
  ///
  /// - Parameter shares: from 0 to 1; those below count as 0, those above as 1, and nan gives nan.
  public func quantiles(_ shares: [Double]) -> [[Double]] {
    (0..<length).map { step in
      let sorted = losses.filter { step < $0.count }.map { $0[step].isFinite ? Double($0[step]) : .infinity }.sorted()
      return shares.map { share in
        guard !share.isNaN else { return .nan }
        let place = min(max(share, 0), 1) * Double(sorted.count - 1)
        let (below, above) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
        return above.isFinite ? below + (place - place.rounded(.down)) * (above - below) : below
      }
    }
  }
}
