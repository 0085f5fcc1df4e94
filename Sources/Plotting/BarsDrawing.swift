/// Lying bars, in groups or stacked.
struct BarsDrawing: PanelDrawing {
  private let bars: Bars
  private let values: ResolvedAxis
  private let looks: [SeriesLook]
  private let axes = AxisDrawing()
  private let own: Key

  init(_ panel: Panel, _ bars: Bars, _ place: Layout.Place) {
    self.bars = bars
    looks = SeriesLook.looks(
      bars.groups.map { Series($0.name, x: [Int](), y: [Double](), style: .plain) }, others: bars.groups.map(\.name))
    own = Key(
      bars.groups.count < 2 ? [] : zip(bars.groups, looks).map { KeyEntry(name: $0.name, sample: .box($1.paint)) },
      width: place.width)
    var ends: [Double] = [0]
    for c in bars.categories.indices {
      let column = bars.groups.map { c < $0.values.count ? $0.values[c] : .nan }.filter(\.isFinite)
      let (up, down) = (column.filter { $0 > 0 }.reduce(0, +), column.filter { $0 < 0 }.reduce(0, +))
      ends += bars.stacked ? [up, down] : column
    }
    // Bars show amounts: they start at zero, on a linear axis.
    var axis = panel.y
    axis.scale = .linear
    let lowest = ends.min() ?? 0
    let highest = ends.max() ?? 1
    let span = highest > lowest ? highest - lowest : 1
    if axis.range == nil { axis.range = (lowest < 0 ? lowest - 0.05 * span : 0)...(highest + 0.05 * span) }
    values = ResolvedAxis(axis, values: ends, padding: .none, about: max(2, min(7, Int(place.width / 85))))
  }

  private var perCategory: Int { bars.stacked ? 1 : max(1, bars.groups.count) }

  var margins: Margins {
    let names = bars.categories.map { TextMetrics.width($0, size: Metrics.tick) }
    let room = bars.showsValues ? TextMetrics.width("0.000", size: Metrics.small) + 8 : 12
    return Margins(left: (names.max() ?? 0) + 10, right: room, top: 8 + own.height, bottom: axes.bottomMargin(values))
  }

  func height(width: Double) -> Double {
    Double(bars.categories.count) * (Double(perCategory) * 15 + 9) + 6
  }

  func frame(in plot: Rect) -> PanelFrame { PanelFrame(plot: plot, x: values, y: nil, otherY: nil) }

  var heading: String { "" }

  /// Groups are explained in the panel itself: in the next panel the same colours may mean others.
  var key: [KeyEntry] { [] }

  func elements(in plot: Rect) -> [Element] {
    var elements = [grid(in: plot), axes.xAxis(values, in: plot)]
    let step = plot.height / Double(max(1, bars.categories.count))
    for (c, category) in bars.categories.enumerated() {
      let start = plot.y + step * Double(c)
      elements.append(name(category, middle: start + step / 2, in: plot))
      let thickness = step * 0.78 / Double(perCategory)
      var (up, down) = (0.0, 0.0)
      for (g, group) in bars.groups.enumerated() where c < group.values.count && group.values[c].isFinite {
        let value = group.values[c]
        let base = bars.stacked ? (value < 0 ? down : up) : 0
        if value < 0 { down += value } else { up += value }
        let at = start + step * 0.11 + (bars.stacked ? 0 : thickness * Double(g))
        elements.append(bar(g, from: base, to: base + value, at: at, thickness: thickness * 0.94, in: plot))
      }
    }
    let zero = position(0, in: plot)
    let line = [Point(x: zero, y: plot.y), Point(x: zero, y: plot.bottom)]
    return own.elements(at: Point(x: plot.x - margins.left, y: plot.y - own.height - 4)) + elements
      + [.lines([line], Stroke(paint: .spine, width: 1))]
  }

  private func position(_ value: Double, in plot: Rect) -> Double {
    plot.x + min(max(values.fraction(value) ?? 0, 0), 1) * plot.width
  }

  private func bar(
    _ g: Int, from base: Double, to value: Double, at: Double, thickness: Double, in plot: Rect
  ) -> Element {
    let (a, b) = (position(base, in: plot), position(value, in: plot))
    let rectangle = Rect(x: min(a, b), y: at, width: abs(b - a), height: thickness)
    let paint = looks[g].paint
    var elements: [Element] = [.rectangle(rectangle, paint)]
    // Neighbours in a stack stay apart in grey too.
    if bars.stacked { elements.append(.outline(rectangle, Stroke(paint: .ground, width: 1))) }
    if bars.showsValues {
      let text = NumberText.significant(value - base, 3)
      let width = TextMetrics.width(text, size: Metrics.small)
      var label = Label(text: text, at: Point(x: 0, y: 0), size: Metrics.small, paint: .ink, anchor: .middle)
      if bars.stacked {
        if width <= rectangle.width - 6 {
          label.at = Point(
            x: rectangle.x + rectangle.width / 2, y: rectangle.y + rectangle.height / 2 + Metrics.small * Label.middle)
          label.paint = .fixed(RGB(looks[g].paint.light.isBright ? 0x000000 : 0xFFFFFF))
          elements.append(.label(label))
        }
      } else {
        label.at = Point(x: b + (value < 0 ? -4 : 4), y: at + thickness / 2 + Metrics.small * Label.middle)
        label.anchor = value < 0 ? .end : .start
        elements.append(.label(label))
      }
    }
    return .group(Group(classes: ["bar"], data: [("series", bars.groups[g].name)], elements: elements))
  }

  private func name(_ category: String, middle: Double, in plot: Rect) -> Element {
    .label(
      Label(
        text: RichText(category), at: Point(x: plot.x - 7, y: middle + Metrics.tick * Label.middle),
        size: Metrics.tick, paint: .ink, anchor: .end))
  }

  private func grid(in plot: Rect) -> Element {
    let lines = values.ticks.compactMap { tick in
      values.fraction(tick.value).map { fraction in
        let at = plot.x + fraction * plot.width
        return [Point(x: at, y: plot.y), Point(x: at, y: plot.bottom)]
      }
    }
    return .group(Group(classes: ["grid"], elements: [.lines(lines, Stroke(paint: .grid, width: 1))]))
  }
}
