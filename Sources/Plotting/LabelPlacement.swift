/// Moves labels apart so that none overlaps another, each as near to its place as the others allow.
enum LabelPlacement {
  /// - Parameters:
  ///   - wanted: where each label's centre would like to be.
  ///   - spacing: the least distance between two centres.
  ///   - bounds: where centres may be; exceeded only when there are too many labels for it.
  /// - Returns: the centres, in the order of `wanted`, minimizing the sum of squared displacements.
  static func spread(_ wanted: [Double], spacing: Double, within bounds: ClosedRange<Double>) -> [Double] {
    // With sorted labels, taking i * spacing off turns "at least spacing apart" into "not decreasing": isotonic
    // regression, solved by pooling neighbours.
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    var pools: [(sum: Double, count: Int)] = []
    for (i, label) in order.enumerated() {
      pools.append((wanted[label] - Double(i) * spacing, 1))
      while pools.count > 1 {
        let (last, before) = (pools[pools.count - 1], pools[pools.count - 2])
        guard before.sum / Double(before.count) > last.sum / Double(last.count) else { break }
        pools.removeLast(2)
        pools.append((before.sum + last.sum, before.count + last.count))
      }
    }
    // Clamping keeps the order; too many labels start at the lower bound and run over the upper.
    let room = bounds.upperBound - Double(wanted.count - 1) * spacing
    let highest = max(bounds.lowerBound, room)
    var result = wanted
    var i = 0
    for pool in pools {
      let base = min(max(pool.sum / Double(pool.count), bounds.lowerBound), highest)
      for _ in 0..<pool.count {
        result[order[i]] = base + Double(i) * spacing
        i += 1
      }
    }
    return result
  }
}
