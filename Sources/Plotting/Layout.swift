/// Sizes of type and space in CSS pixels.
enum Metrics {
  static let padding = 12.0
  static let columnGap = 26.0
  static let rowGap = 22.0
  static let title = 16.0
  static let panelTitle = 13.5
  static let axisTitle = 11.5
  static let tick = 11.0
  static let label = 12.0
  static let small = 10.5
  static let caption = 12.0
  /// Height of a line of text, in sizes of its font.
  static let leading = 1.35
}

struct Margins {
  var left = 0.0
  var right = 0.0
  var top = 0.0
  var bottom = 0.0
}

/// How one kind of content fills its place in a figure.
protocol PanelDrawing {
  /// Space around the drawing area for numbers and names.
  var margins: Margins { get }
  /// The y axis' title, which stands above it, where it can be read without turning the head.
  var heading: String { get }
  /// The height that a drawing area of that width wants.
  func height(width: Double) -> Double
  func elements(in plot: Rect) -> [Element]
  func frame(in plot: Rect) -> PanelFrame
  /// What the figure's key has to explain.
  var key: [KeyEntry] { get }
}

struct Layout {
  let figure: Figure
  let drawings: [any PanelDrawing]
  private let columns: Int
  private let width: Double

  init(_ figure: Figure) {
    self.figure = figure
    let columns = max(1, min(figure.columns, figure.panels.count))
    let width = max(160, figure.width ?? [640, 940, 1000][min(columns, 3) - 1])
    self.columns = columns
    self.width = width
    drawings = figure.panels.indices.map { i in
      let place = Place(
        showsX: !figure.sharesX || i + columns >= figure.panels.count, showsY: !figure.sharesY || i % columns == 0,
        width: (width - 2 * Metrics.padding) / Double(columns) - Metrics.columnGap)
      let panel = figure.panels[i]
      switch panel.content {
      case .curves(let series): return CurvesDrawing(panel, series, figure, place)
      case .bars(let bars): return BarsDrawing(panel, bars, place)
      case .heatMap(let map): return HeatMapDrawing(panel, map)
      case .images(let grid): return ImageGridDrawing(grid)
      case .contours(let contours): return ContoursDrawing(panel, contours, figure, place)
      }
    }
  }

  /// Where a panel stands among the others.
  struct Place {
    /// Whether it numbers its axes itself.
    var showsX: Bool
    var showsY: Bool
    /// About the width it has.
    var width: Double
  }

  var scene: Scene {
    var elements: [Element] = []
    var y = Metrics.padding
    if let title = figure.title {
      elements += lines(title, Metrics.title, .ink, at: &y, isBold: true, class: "figure-title")
      y += 6
    }
    elements += key(at: &y)
    var frames: [PanelFrame] = []
    elements += panels(at: &y, &frames)
    if let caption = figure.caption, !caption.isEmpty {
      y += 12
      elements += lines(caption, Metrics.caption, .muted, at: &y, class: "figure-caption")
    }
    return Scene(
      width: width, height: (y + Metrics.padding).rounded(.up), title: figure.name,
      description: figure.alternativeText ?? figure.summary, elements: elements, panels: frames)
  }

  private func lines(
    _ text: String, _ size: Double, _ paint: Paint, at y: inout Double, isBold: Bool = false, class name: String
  ) -> [Element] {
    let limit = width - 2 * Metrics.padding
    let elements = TextMetrics.wrapped(text, size: size, bold: isBold, width: limit).map { line -> Element in
      y += size * Metrics.leading
      return .label(
        Label(
          text: RichText(line), at: Point(x: Metrics.padding, y: y - size * 0.3), size: size, paint: paint,
          isBold: isBold))
    }
    return [.group(Group(classes: [name], elements: elements))]
  }

  /// Margins are shared along columns and rows, so that drawing areas line up and are equally wide.
  private func panels(at y: inout Double, _ frames: inout [PanelFrame]) -> [Element] {
    var left = [Double](repeating: 0, count: columns)
    var right = left
    for (i, drawing) in drawings.enumerated() {
      left[i % columns] = max(left[i % columns], drawing.margins.left)
      right[i % columns] = max(right[i % columns], drawing.margins.right)
    }
    let gaps = Metrics.columnGap * Double(columns - 1) + 2 * Metrics.padding
    let plotWidth = max(40, (width - gaps - left.reduce(0, +) - right.reduce(0, +)) / Double(columns))
    var elements: [Element] = []
    for first in stride(from: 0, to: drawings.count, by: columns) {
      let row = first..<min(first + columns, drawings.count)
      let titles = row.map { i in
        let room = left[i - first] + plotWidth + right[i - first]
        let title = figure.panels[i].title
        return title.isEmpty ? [] : TextMetrics.wrapped(title, size: Metrics.panelTitle, bold: true, width: room)
      }
      let titleHeight = Double(titles.map(\.count).max() ?? 0) * Metrics.panelTitle * Metrics.leading
      let hasHeading = row.contains { !drawings[$0].heading.isEmpty }
      let headingHeight = hasHeading ? Metrics.axisTitle * Metrics.leading : 0
      let top = y + titleHeight + headingHeight + (row.map { drawings[$0].margins.top }.max() ?? 0)
      var bottom = top
      var x = Metrics.padding
      for i in row {
        let plot = Rect(
          x: x + left[i - first], y: top, width: plotWidth, height: drawings[i].height(width: plotWidth))
        let title = titles[i - first].enumerated().map { n, line -> Element in
          .label(
            Label(
              text: RichText(line),
              at: Point(x: x, y: y + (Double(n) + 0.78) * Metrics.panelTitle * Metrics.leading),
              size: Metrics.panelTitle, isBold: true))
        }
        let heading = Element.label(
          Label(
            text: RichText(drawings[i].heading),
            at: Point(x: x, y: y + titleHeight + 0.8 * Metrics.axisTitle * Metrics.leading), size: Metrics.axisTitle,
            paint: .muted))
        elements.append(
          .group(
            Group(
              classes: ["panel"], data: [("panel", "\(i)")],
              elements: title + (drawings[i].heading.isEmpty ? [] : [heading]) + drawings[i].elements(in: plot))))
        frames.append(drawings[i].frame(in: plot))
        bottom = max(bottom, plot.bottom + drawings[i].margins.bottom)
        x = plot.right + right[i - first] + Metrics.columnGap
      }
      y = bottom + (row.upperBound < drawings.count ? Metrics.rowGap : 0)
    }
    return elements
  }

  private func key(at y: inout Double) -> [Element] {
    var entries: [KeyEntry] = []
    for entry in drawings.flatMap(\.key) where !entries.contains(entry) { entries.append(entry) }
    let key = Key(entries, width: width - 2 * Metrics.padding)
    defer { y += key.height }
    return key.elements(at: Point(x: Metrics.padding, y: y))
  }
}
