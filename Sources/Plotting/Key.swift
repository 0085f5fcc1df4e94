/// A sample of a line or bar and its name.
struct KeyEntry: Equatable {
  enum Sample: Equatable {
    case line(Stroke)
    case dot(Paint)
    case box(Paint)
  }

  var name: String
  var sample: Sample
  /// Set for entries that come and go with the paper's curves.
  var isPaper = false
}

/// Samples and names in rows.
struct Key {
  private let entries: [(entry: KeyEntry, x: Double, row: Int)]
  private let rows: Int

  private static let sampleWidth = 26.0
  private static let rowHeight = Metrics.label * 1.5

  init(_ entries: [KeyEntry], width: Double) {
    var (x, row) = (0.0, 0)
    self.entries = entries.map { entry in
      let entryWidth = Self.sample(entry) + 6 + TextMetrics.width(entry.name, size: Metrics.label)
      if x > 0, x + entryWidth > width { (x, row) = (0, row + 1) }
      defer { x += entryWidth + 18 }
      return (entry, x, row)
    }
    rows = entries.isEmpty ? 0 : row + 1
  }

  private static func sample(_ entry: KeyEntry) -> Double {
    if case .line = entry.sample { sampleWidth } else { 12 }
  }

  var height: Double { rows == 0 ? 0 : Double(rows) * Self.rowHeight + 8 }

  func elements(at corner: Point) -> [Element] {
    entries.map { entry, x, row in
      let left = corner.x + x
      let middle = corner.y + (Double(row) + 0.5) * Self.rowHeight
      let sample: Element =
        switch entry.sample {
        case .line(let stroke):
          .lines([[Point(x: left, y: middle), Point(x: left + Self.sampleWidth, y: middle)]], stroke)
        case .dot(let paint): .dots([Point(x: left + 6, y: middle)], radius: 3.2, paint)
        case .box(let paint): .rectangle(Rect(x: left, y: middle - 6, width: 12, height: 12), paint)
        }
      let label = Label(
        text: RichText(entry.name),
        at: Point(x: left + Self.sample(entry) + 6, y: middle + Metrics.label * Label.middle), size: Metrics.label)
      return .group(Group(classes: entry.isPaper ? ["key", "paper"] : ["key"], elements: [sample, .label(label)]))
    }
  }
}
