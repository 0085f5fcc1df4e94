/// Curves whose trials are single functions.
extension LossCurves {
  /// The mean curves of batches of so many neighbouring functions, a trial each; functions that are left over are left
  /// out, and so are those that the optimizer ran away on, of which a single one decides a mean.
  public func batched(_ size: Int) -> LossCurves {
    var batched = self
    batched.losses = (0..<losses.count / max(1, size)).map { batch in
      let part = losses[batch * size..<(batch + 1) * size].filter { !Self.ranAway($0) }
      return (losses.first ?? []).indices.map { step in
        Float(part.reduce(0) { $0 + Double($1[step]) } / Double(part.count))
      }
    }
    return batched
  }

  /// Functions that the optimizer ran away on: the last loss is over a hundred times the first.
  public var runaways: Int { losses.count(where: Self.ranAway) }

  private static func ranAway(_ losses: [Float]) -> Bool {
    guard let first = losses.first, let last = losses.last else { return false }
    return !(last <= 100 * first)
  }

  /// Shares of the functions have losses of at most these: one array a step. A function that diverged counts as infinite.
  public func quantiles(_ shares: [Double]) -> [[Double]] {
    guard let first = losses.first else { return [] }
    return first.indices.map { step in
      let sorted = losses.map { $0[step].isFinite ? Double($0[step]) : .infinity }.sorted()
      return shares.map { share in
        let place = share * Double(sorted.count - 1)
        let (below, above) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
        return above.isFinite ? below + (place - place.rounded(.down)) * (above - below) : below
      }
    }
  }
}
