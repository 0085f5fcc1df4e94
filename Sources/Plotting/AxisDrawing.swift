/// The lines, numbers and titles of the two axes of a drawing area.
struct AxisDrawing {
  var showsX = true
  var showsY = true

  func bottomMargin(_ x: ResolvedAxis) -> Double {
    guard showsX else { return 6 }
    return 6 + Metrics.tick * Metrics.leading + (x.title.isEmpty ? 0 : Metrics.axisTitle * Metrics.leading + 2)
  }

  func leftMargin(_ axes: [ResolvedAxis]) -> Double {
    guard showsY else { return 2 }
    let widths = axes.flatMap { $0.ticks }.compactMap { $0.label }.map { TextMetrics.width($0, size: Metrics.tick) }
    return (widths.max() ?? 0) + 9
  }

  func grid(_ y: ResolvedAxis, in plot: Rect) -> Element {
    let lines = y.ticks.filter { $0.label != nil }.compactMap { tick in
      y.fraction(tick.value).map { fraction in
        let at = plot.bottom - fraction * plot.height
        return [Point(x: plot.x, y: at), Point(x: plot.right, y: at)]
      }
    }
    return .group(Group(classes: ["grid"], elements: [.lines(lines, Stroke(paint: .grid, width: 1))]))
  }

  func yAxis(_ y: ResolvedAxis, in plot: Rect) -> Element {
    var elements: [Element] = [
      .lines(
        [[Point(x: plot.x, y: plot.y), Point(x: plot.x, y: plot.bottom)]], Stroke(paint: .spine, width: 1))
    ]
    var small: [[Point]] = []
    for tick in y.ticks {
      guard let fraction = y.fraction(tick.value) else { continue }
      let at = plot.bottom - fraction * plot.height
      small.append([Point(x: plot.x - (tick.label == nil ? 2.5 : 4), y: at), Point(x: plot.x, y: at)])
      if showsY, let text = tick.label {
        elements.append(
          .label(
            Label(
              text: text, at: Point(x: plot.x - 7, y: at + Metrics.tick * Label.middle), size: Metrics.tick,
              paint: .muted, anchor: .end)))
      }
    }
    elements.append(.lines(small, Stroke(paint: .spine, width: 1)))
    return .group(Group(classes: ["axis", "y"], elements: elements))
  }

  func xAxis(_ x: ResolvedAxis, in plot: Rect) -> Element {
    var elements: [Element] = [
      .lines(
        [[Point(x: plot.x, y: plot.bottom), Point(x: plot.right, y: plot.bottom)]], Stroke(paint: .spine, width: 1))
    ]
    var small: [[Point]] = []
    for tick in x.ticks {
      guard let fraction = x.fraction(tick.value) else { continue }
      let at = plot.x + fraction * plot.width
      small.append([Point(x: at, y: plot.bottom), Point(x: at, y: plot.bottom + (tick.label == nil ? 2.5 : 4))])
      if showsX, let text = tick.label {
        elements.append(
          .label(
            Label(
              text: text, at: Point(x: at, y: plot.bottom + 6 + Metrics.tick * 0.95), size: Metrics.tick,
              paint: .muted, anchor: .middle)))
      }
    }
    elements.append(.lines(small, Stroke(paint: .spine, width: 1)))
    if showsX, !x.title.isEmpty {
      let baseline = plot.bottom + 6 + Metrics.tick * Metrics.leading + Metrics.axisTitle
      elements.append(
        .label(
          Label(
            text: RichText(x.title), at: Point(x: plot.x + plot.width / 2, y: baseline), size: Metrics.axisTitle,
            paint: .muted, anchor: .middle)))
    }
    return .group(Group(classes: ["axis", "x"], elements: elements))
  }
}
