import Imaging

/// Images in rows and columns, as large as the width allows.
struct ImageGridDrawing: PanelDrawing {
  private let grid: ImageGrid
  private let gap = 6.0

  init(_ grid: ImageGrid) { self.grid = grid }

  var heading: String { "" }

  private var columns: Int { max(1, grid.images.map(\.count).max() ?? 0) }

  /// Height over width of the tallest image.
  private var aspect: Double {
    grid.images.joined().compactMap { $0 }.map { Double($0.height) / Double($0.width) }.max() ?? 1
  }

  /// Captions of rows are wrapped to this width.
  private let captionWidth = 90.0

  private func lines(_ caption: String, width: Double) -> [String] {
    TextMetrics.wrapped(caption, size: Metrics.tick, width: width)
  }

  var margins: Margins {
    let rows = grid.rows.flatMap { lines($0, width: captionWidth) }.map { TextMetrics.width($0, size: Metrics.tick) }
    return Margins(
      left: rows.max().map { $0 + 8 } ?? 0, right: 0,
      top: grid.columns.isEmpty ? 4 : Metrics.tick * Metrics.leading + 6, bottom: 2)
  }

  private func cell(_ plot: Rect) -> Double { (plot.width - gap * Double(columns - 1)) / Double(columns) }

  func height(width: Double) -> Double {
    let rows = Double(max(1, grid.images.count))
    return cell(Rect(x: 0, y: 0, width: width, height: 0)) * aspect * rows + gap * (rows - 1)
  }

  func frame(in plot: Rect) -> PanelFrame { PanelFrame(plot: plot, x: nil, y: nil, otherY: nil) }

  var key: [KeyEntry] { [] }

  func elements(in plot: Rect) -> [Element] {
    let width = cell(plot)
    let height = width * aspect
    var elements: [Element] = []
    for (c, caption) in grid.columns.prefix(columns).enumerated() {
      let middle = plot.x + Double(c) * (width + gap) + width / 2
      elements.append(
        .label(
          Label(
            text: RichText(caption), at: Point(x: middle, y: plot.y - 6), size: Metrics.tick, paint: .muted,
            anchor: .middle)))
    }
    for (r, row) in grid.images.enumerated() {
      let top = plot.y + Double(r) * (height + gap)
      if r < grid.rows.count {
        let lines = lines(grid.rows[r], width: captionWidth)
        let leading = Metrics.tick * Metrics.leading
        for (n, line) in lines.enumerated() {
          let middle = top + height / 2 + (Double(n) - Double(lines.count - 1) / 2) * leading
          elements.append(
            .label(
              Label(
                text: RichText(line), at: Point(x: plot.x - 8, y: middle + Metrics.tick * Label.middle),
                size: Metrics.tick, paint: .muted, anchor: .end)))
        }
      }
      for (c, image) in row.enumerated() {
        guard let image else { continue }
        // As large as its cell allows, in the cell's middle.
        let scale = min(width / Double(image.width), height / Double(image.height))
        let size = (width: Double(image.width) * scale, height: Double(image.height) * scale)
        let place = Rect(
          x: plot.x + Double(c) * (width + gap) + (width - size.width) / 2, y: top + (height - size.height) / 2,
          width: size.width, height: size.height)
        elements.append(.image(image, place, showsPixels: grid.showsPixels))
      }
    }
    return elements
  }
}
