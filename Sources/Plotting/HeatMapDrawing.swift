import Foundation

/// A table of numbers as coloured cells, with a colour bar.
struct HeatMapDrawing: PanelDrawing {
  private let map: HeatMap
  private let colours: ResolvedAxis
  private let axes = AxisDrawing()
  private let title: (x: String, y: String)

  init(_ panel: Panel, _ map: HeatMap) {
    self.map = map
    title = (panel.x.title, panel.y.title)
    let values = map.values.flatMap { $0 }.filter { $0.isFinite && (map.scale == .linear || $0 > 0) }
    var range = (values.min() ?? 0)...(values.max() ?? 1)
    if case .diverging(let middle, let reach) = map.colours, map.scale == .linear {
      let reach = reach ?? values.map { abs($0 - middle) }.max() ?? 1
      range = (middle - reach)...(middle + reach)
    }
    if range.lowerBound == range.upperBound {
      let value = range.lowerBound
      range =
        map.scale == .log ? value / 2...value * 2 : value - max(abs(value), 1) / 2...value + max(abs(value), 1) / 2
    }
    colours = ResolvedAxis(
      Axis(map.title, scale: map.scale, range: range), values: [], padding: .none, about: 4)
  }

  private var cellHeight: Double { 24 }

  var margins: Margins {
    let rows = map.rows.map { TextMetrics.width($0, size: Metrics.tick) }.max() ?? 0
    let numbers = colours.ticks.compactMap(\.label).map { TextMetrics.width($0, size: Metrics.tick) }.max() ?? 0
    return Margins(
      left: rows + 9, right: max(34 + numbers, TextMetrics.width(map.title, size: Metrics.axisTitle) + 18),
      top: map.title.isEmpty ? 6 : 8,
      bottom: 6 + Metrics.tick * Metrics.leading + (title.x.isEmpty ? 0 : Metrics.axisTitle * Metrics.leading + 2))
  }

  /// A space keeps the line above the drawing area for the colour bar's title.
  var heading: String { title.y.isEmpty && !map.title.isEmpty ? " " : title.y }

  func height(width: Double) -> Double { max(80, Double(map.rows.count) * cellHeight) }

  func frame(in plot: Rect) -> PanelFrame { PanelFrame(plot: plot, x: nil, y: nil, otherY: nil) }

  var key: [KeyEntry] { [] }

  func elements(in plot: Rect) -> [Element] {
    let width = plot.width / Double(max(1, map.columns.count))
    let height = plot.height / Double(max(1, map.rows.count))
    var elements: [Element] = []
    for (r, row) in map.rows.enumerated() {
      let middle = plot.y + (Double(r) + 0.5) * height
      elements.append(
        text(RichText(row), Point(x: plot.x - 6, y: middle + Metrics.tick * Label.middle), .end))
      for c in map.columns.indices where r < map.values.count && c < map.values[r].count {
        let value = map.values[r][c]
        let colour = colour(value)
        let cell = Rect(
          x: plot.x + Double(c) * width + 0.5, y: plot.y + Double(r) * height + 0.5, width: width - 1,
          height: height - 1)
        elements.append(.rectangle(cell, colour.map { .fixed($0) } ?? .grid))
        let number = NumberText.significant(value, max(1, map.digits))
        if map.digits > 0, TextMetrics.width(number, size: Metrics.small) + 4 <= width, height >= Metrics.small + 3 {
          elements.append(
            .label(
              Label(
                text: number,
                at: Point(x: cell.x + cell.width / 2, y: middle + Metrics.small * Label.middle), size: Metrics.small,
                paint: colour.map { .fixed(RGB($0.isBright ? 0x000000 : 0xFFFFFF)) } ?? .muted,
                anchor: .middle)))
        }
      }
    }
    // Where column names would touch, only every n-th stands.
    let widest = (map.columns.map { TextMetrics.width($0, size: Metrics.tick) }.max() ?? 0) + 6
    let every = max(1, Int((widest / width).rounded(.up)))
    for (c, column) in map.columns.enumerated() where c % every == 0 {
      let at = Point(x: plot.x + (Double(c) + 0.5) * width, y: plot.bottom + 5 + Metrics.tick)
      elements.append(text(RichText(column), at, .middle))
    }
    return elements + titles(in: plot) + bar(in: plot)
  }

  private func text(_ text: RichText, _ at: Point, _ anchor: Label.Anchor, size: Double = Metrics.tick) -> Element {
    .label(Label(text: text, at: at, size: size, paint: .muted, anchor: anchor))
  }

  private func titles(in plot: Rect) -> [Element] {
    [
      text(
        RichText(title.x),
        Point(x: plot.x + plot.width / 2, y: plot.bottom + 6 + Metrics.tick * Metrics.leading + Metrics.axisTitle),
        .middle, size: Metrics.axisTitle),
      text(RichText(map.title), Point(x: plot.right + 14, y: plot.y - 11), .start, size: Metrics.axisTitle),
    ].filter { element in
      if case .label(let label) = element { return !label.text.base.isEmpty }
      return true
    }
  }

  private func bar(in plot: Rect) -> [Element] {
    let steps = 48
    let height = plot.height / Double(steps)
    var elements: [Element] = (0..<steps).map { i -> Element in
      // A little overlap leaves no seams.
      let overlap = i == 0 ? 0 : 0.5
      let top = plot.bottom - Double(i + 1) * height
      let share = (Double(i) + 0.5) / Double(steps)
      return .rectangle(
        Rect(x: plot.right + 14, y: top, width: 11, height: height + overlap), .fixed(colour(fraction: share)))
    }
    for tick in colours.ticks {
      guard let fraction = colours.fraction(tick.value), let label = tick.label else { continue }
      let at = plot.bottom - fraction * plot.height
      elements.append(
        .lines(
          [[Point(x: plot.right + 25, y: at), Point(x: plot.right + 28, y: at)]], Stroke(paint: .spine, width: 1)))
      elements.append(text(label, Point(x: plot.right + 31, y: at + Metrics.tick * Label.middle), .start))
    }
    return elements
  }

  private func colour(_ value: Double) -> RGB? { colours.fraction(value).map { colour(fraction: $0) } }

  private func colour(fraction: Double) -> RGB {
    let stops = map.colours == .sequential ? Self.sequential : Self.diverging
    let at = min(max(fraction, 0), 1) * Double(stops.count - 1)
    let lower = min(Int(at), stops.count - 2)
    return stops[lower].mixed(with: stops[lower + 1], at - Double(lower))
  }

  /// Cividis (Nuñez, Anderton and Renslow 2018): even steps of brightness, the same for all common colour vision.
  private static let sequential: [RGB] = [
    0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xE1CC55, 0xFEE838,
  ].map { RGB($0) }

  private static let diverging: [RGB] = [
    0x0A4F7D, 0x2E86BE, 0x8CC0E0, 0xD9E9F3, 0xFFFFFF, 0xFBE3CC, 0xF3B27A, 0xD9741E, 0x8F4400,
  ].map { RGB($0) }
}
