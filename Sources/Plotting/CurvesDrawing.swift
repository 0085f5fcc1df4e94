/// Curves and points over two axes.
struct CurvesDrawing: PanelDrawing {
  private let series: [Series]
  private let looks: [SeriesLook]
  private let markers: [Marker]
  private let x: ResolvedAxis
  private let y: ResolvedAxis
  private let otherY: ResolvedAxis?
  private let axes: AxisDrawing
  private let labels: Figure.Labels
  private let panelHeight: Double
  private let hasPoints: Bool

  init(_ panel: Panel, _ series: [Series], _ figure: Figure, _ place: Layout.Place) {
    self.series = series
    looks = SeriesLook.looks(series, others: figure.otherNames)
    markers = panel.markers
    labels = figure.labels
    panelHeight = figure.panelHeight
    axes = AxisDrawing(showsX: place.showsX, showsY: place.showsY)
    hasPoints = series.contains { $0.mark != .line }
    let xs = figure.sharesX ? figure.curves.flatMap { $0.flatMap(\.x) } : series.flatMap(\.x)
    x = ResolvedAxis(
      panel.x, values: xs, padding: hasPoints ? .loose : .none, about: max(2, min(7, Int(place.width / 75))))
    let rows = max(2, min(7, Int(panelHeight / 48)))
    let shown = figure.sharesY ? figure.curves.flatMap { $0 } : series
    // A band that reaches below zero must not stretch a logarithmic axis.
    let logYs: [Double] = shown.flatMap(\.y) + shown.flatMap { $0.band?.upper ?? [] }
    let ys: [Double] = logYs + shown.flatMap { $0.band?.lower ?? [] }
    y = ResolvedAxis(panel.y, values: panel.y.scale == .log ? logYs : ys, padding: .snapped, about: rows)
    var other = panel.y
    other.scale = panel.y.scale == .log ? .linear : .log
    other.ticks = nil
    let isPositive = logYs.allSatisfy { !$0.isFinite || $0 > 0 } && logYs.contains { $0.isFinite }
    let hasRange = panel.y.range.map { $0.lowerBound > 0 } ?? true
    otherY =
      other.scale == .linear || isPositive && hasRange
      ? ResolvedAxis(other, values: other.scale == .log ? logYs : ys, padding: .snapped, about: rows) : nil
  }

  var margins: Margins {
    let widest = labels == .lineEnds ? looks.widestLabel : nil
    return Margins(
      left: axes.leftMargin([y] + (otherY.map { [$0] } ?? [])), right: widest.map { $0 + 16 } ?? 12,
      top: 8, bottom: axes.bottomMargin(x))
  }

  var heading: String { axes.showsY ? y.title : "" }

  func height(width: Double) -> Double { panelHeight }

  func frame(in plot: Rect) -> PanelFrame { PanelFrame(plot: plot, x: x, y: y, otherY: otherY) }

  var key: [KeyEntry] {
    zip(series, looks).compactMap { series, look in
      if look.kind == .paper {
        return KeyEntry(
          name: "the paper’s curves, in the same dashes", sample: .line(Stroke(paint: look.paint, width: look.width)),
          isPaper: true)
      }
      guard labels == .key, look.labelText != nil else { return nil }
      return KeyEntry(
        name: series.label ?? series.name,
        sample: series.mark == .points
          ? .dot(look.paint) : .line(Stroke(paint: look.paint, width: look.width, dashes: look.dashes)))
    }
  }

  func elements(in plot: Rect) -> [Element] {
    let steps = axes.xAxis(x, in: plot)
    guard series.contains(where: { $0.y.contains(where: \.isFinite) }) else {
      let middle = Point(x: plot.x + plot.width / 2, y: plot.y + plot.height / 2)
      let note = Label(text: "nothing to show", at: middle, size: Metrics.label, paint: .muted, anchor: .middle)
      return [steps, axes.yAxis(y, in: plot), .label(note)]
    }
    return [steps]
      + [(y, false), (otherY, true)].compactMap { axis, isHidden in
        axis.map { scale($0, in: plot, isHidden: isHidden) }
      }
  }

  /// All that depends on the scale of the y axis.
  private func scale(_ y: ResolvedAxis, in plot: Rect, isHidden: Bool) -> Element {
    let order = series.indices.sorted { (layer(looks[$0]), $0) < (layer(looks[$1]), $1) }
    // Room for line widths at the edges, and for dots.
    let edge = hasPoints ? 5.0 : 2
    let clip = Rect(
      x: plot.x - edge, y: plot.y - edge, width: plot.width + 2 * edge, height: plot.height + 2 * edge)
    let shapes = order.map { CurveShape(series[$0], looks[$0], x, y, plot) }
    return .group(
      Group(
        classes: ["scale"], data: [("scale", y.scale.rawValue)], isHidden: isHidden,
        elements: [axes.grid(y, in: plot), axes.yAxis(y, in: plot)] + markers.flatMap { marker($0, y, in: plot) }
          + [
            .group(
              Group(classes: ["curves"], clip: clip, elements: shapes.flatMap(\.bands) + shapes.flatMap(\.strokes)))
          ] + endLabels(y, in: plot)))
  }

  private func layer(_ look: SeriesLook) -> Int {
    switch look.kind {
    case .reference: 0
    case .paper: 1
    case .learned: 3
    default: 2
    }
  }

  private struct End {
    var name: String
    var text: String
    var look: SeriesLook
    var point: Point
  }

  private func endLabels(_ y: ResolvedAxis, in plot: Rect) -> [Element] {
    guard labels == .lineEnds else { return [] }
    let ends = zip(series, looks).compactMap { series, look -> End? in
      guard let text = look.labelText, let end = CurveShape(series, look, x, y, plot).end else { return nil }
      let point = Point(x: end.x, y: min(max(end.y, plot.y), plot.bottom))
      return End(name: series.name, text: text, look: look, point: point)
    }
    let centres = LabelPlacement.spread(
      ends.map(\.point.y), spacing: Metrics.label * 1.2, within: plot.y...plot.bottom)
    return zip(ends, centres).map { end, centre in
      let name = Label(
        text: RichText(end.text), at: Point(x: plot.right + 13, y: centre + Metrics.label * Label.middle),
        size: Metrics.label, paint: end.look.label, isBold: end.look.kind == .learned)
      var elements = [Element.label(name)]
      if abs(centre - end.point.y) > 2.5 || end.point.x < plot.right - 3 {
        let line = [Point(x: end.point.x + 3, y: end.point.y), Point(x: plot.right + 11, y: centre)]
        elements.append(.lines([line], Stroke(paint: end.look.paint, width: 0.7)))
      }
      return .group(
        Group(
          classes: end.look.kind == .paper ? ["end-label", "paper"] : ["end-label"], data: [("series", end.name)],
          elements: elements))
    }
  }

  private func marker(_ marker: Marker, _ y: ResolvedAxis, in plot: Rect) -> [Element] {
    let (line, text): ([Point], String)
    var label: Label
    switch marker {
    case .vertical(let value, let name):
      guard let fraction = x.fraction(value), (0...1).contains(fraction) else { return [] }
      let at = plot.x + fraction * plot.width
      (line, text) = ([Point(x: at, y: plot.y), Point(x: at, y: plot.bottom)], name)
      let fits = at + 6 + TextMetrics.width(name, size: Metrics.small) < plot.right
      label = Label(
        text: RichText(name), at: Point(x: at + (fits ? 5 : -5), y: plot.y + Metrics.small), size: Metrics.small)
      label.anchor = fits ? .start : .end
    case .horizontal(let value, let name):
      guard let fraction = y.fraction(value), (0...1).contains(fraction) else { return [] }
      let at = plot.bottom - fraction * plot.height
      (line, text) = ([Point(x: plot.x, y: at), Point(x: plot.right, y: at)], name)
      label = Label(text: RichText(name), at: Point(x: plot.x + 6, y: at - 4), size: Metrics.small)
    }
    label.paint = .muted
    let stroke = Stroke(paint: .spine, width: 1, dashes: [2, 3])
    return [
      .group(
        Group(
          classes: ["marker"], elements: [.lines([line], stroke)] + (text.isEmpty ? [] : [.label(label)])))
    ]
  }
}
