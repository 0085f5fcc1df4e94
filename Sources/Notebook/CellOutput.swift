/// What a cell left behind, and the line of main.swift that said so: an entry of outputs.json.
struct CellOutput: Codable, Sendable, Equatable {
  enum Content: Codable, Sendable, Equatable {
    case text(text: String)
    case table(table: TextTable, caption: String?)
    /// Files `<name>.png` and `<name>.svg`; either may be absent. A figure of losses is drawn from curves.csv
    /// or summary.csv; of any other one `<name>.json` holds a `PageFigure`, where it was drawn by Plotting.
    case figure(name: String, alt: String, caption: String?, losses: LossFigure?)
    /// Pictures to look at, each a file of its own, and `<name>.png` with all of them.
    case gallery(gallery: GalleryRecord)
    /// An entry of claims.json, by position.
    case claim(index: Int)
  }

  var line: Int
  var content: Content
}

extension [CellOutput] {
  /// What library code showed before any line of main.swift was known goes with what follows it.
  var placed: [CellOutput] {
    var placed = self
    for k in indices.dropLast().reversed() where placed[k].line == 0 { placed[k].line = placed[k + 1].line }
    return placed
  }
}

extension CellOutput.Content {
  /// Files that are drawn from the CSVs once these are written.
  var filesDrawnLater: [String] {
    guard case .figure(let name, _, _, .some) = self else { return [] }
    return ["\(name).png", "\(name).svg"]
  }

  var isFigure: Bool {
    if case .figure = self { return true }
    return false
  }
}
