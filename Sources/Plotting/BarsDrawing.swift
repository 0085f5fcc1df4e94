/// Bars, in groups or stacked, lying or standing.
struct BarsDrawing: PanelDrawing {
  private let bars: Bars
  private let values: ResolvedAxis
  private let looks: [SeriesLook]
  private let axes: AxisDrawing
  private let panelHeight: Double
  private let own: Key

  init(_ panel: Panel, _ bars: Bars, _ figure: Figure, _ place: Layout.Place) {
    self.bars = bars
    panelHeight = figure.panelHeight
    axes = AxisDrawing(showsX: true, showsY: true)
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
      for group in bars.groups where !bars.stacked && c < group.values.count && c < group.errors?.count ?? 0 {
        ends.append(group.values[c] + (group.errors?[c] ?? 0))
      }
    }
    // Bars show amounts: they start at zero, on a linear axis.
    var axis = panel.y
    axis.scale = .linear
    let lowest = ends.min() ?? 0
    let highest = ends.max() ?? 1
    let span = highest > lowest ? highest - lowest : 1
    if axis.range == nil { axis.range = (lowest < 0 ? lowest - 0.05 * span : 0)...(highest + 0.05 * span) }
    let room = bars.direction == .horizontal ? place.width / 85 : panelHeight / 48
    values = ResolvedAxis(axis, values: ends, padding: .none, about: max(2, min(7, Int(room))))
  }

  private var isLying: Bool { bars.direction == .horizontal }

  private var perCategory: Int { bars.stacked ? 1 : max(1, bars.groups.count) }

  var margins: Margins {
    guard isLying else {
      return Margins(
        left: axes.leftMargin([values]), right: 8, top: 8 + own.height,
        bottom: 8 + Metrics.tick * Metrics.leading)
    }
    let names = bars.categories.map { TextMetrics.width($0, size: Metrics.tick) }
    let room = bars.showsValues ? TextMetrics.width("0.000", size: Metrics.small) + 8 : 12
    return Margins(left: (names.max() ?? 0) + 10, right: room, top: 8 + own.height, bottom: axes.bottomMargin(values))
  }

  func height(width: Double) -> Double {
    isLying ? Double(bars.categories.count) * (Double(perCategory) * 15 + 9) + 6 : panelHeight
  }

  func frame(in plot: Rect) -> PanelFrame {
    isLying
      ? PanelFrame(plot: plot, x: values, y: nil, otherY: nil)
      : PanelFrame(plot: plot, x: nil, y: values, otherY: nil)
  }

  var heading: String { isLying ? "" : values.title }

  /// Groups are explained in the panel itself: in the next panel the same colours may mean others.
  var key: [KeyEntry] { [] }

  func elements(in plot: Rect) -> [Element] {
    var elements: [Element] = []
    if isLying {
      elements = [verticalGrid(in: plot), axes.xAxis(values, in: plot)]
    } else {
      elements = [axes.grid(values, in: plot), axes.yAxis(values, in: plot)]
    }
    let step = (isLying ? plot.height : plot.width) / Double(max(1, bars.categories.count))
    for (c, category) in bars.categories.enumerated() {
      let start = (isLying ? plot.y : plot.x) + step * Double(c)
      elements.append(name(category, middle: start + step / 2, in: plot))
      let thickness = step * 0.78 / Double(perCategory)
      var (up, down) = (0.0, 0.0)
      for (g, group) in bars.groups.enumerated() where c < group.values.count && group.values[c].isFinite {
        let value = group.values[c]
        let base = bars.stacked ? (value < 0 ? down : up) : 0
        if value < 0 { down += value } else { up += value }
        let at = start + step * 0.11 + (bars.stacked ? 0 : thickness * Double(g))
        let error = group.errors.flatMap { c < $0.count ? $0[c] : nil }
        elements.append(bar(g, from: base, to: base + value, error, at: at, thickness: thickness * 0.94, in: plot))
      }
    }
    let zero = position(0, in: plot)
    let line =
      isLying
      ? [Point(x: zero, y: plot.y), Point(x: zero, y: plot.bottom)]
      : [Point(x: plot.x, y: zero), Point(x: plot.right, y: zero)]
    return own.elements(at: Point(x: plot.x - margins.left, y: plot.y - own.height - 4)) + elements
      + [.lines([line], Stroke(paint: .spine, width: 1))]
  }

  private func position(_ value: Double, in plot: Rect) -> Double {
    let fraction = min(max(values.fraction(value) ?? 0, 0), 1)
    return isLying ? plot.x + fraction * plot.width : plot.bottom - fraction * plot.height
  }

  private func bar(
    _ g: Int, from base: Double, to value: Double, _ error: Double?, at: Double, thickness: Double, in plot: Rect
  ) -> Element {
    let (a, b) = (position(base, in: plot), position(value, in: plot))
    let rectangle =
      isLying
      ? Rect(x: min(a, b), y: at, width: abs(b - a), height: thickness)
      : Rect(x: at, y: min(a, b), width: thickness, height: abs(b - a))
    let paint = looks[g].paint
    var elements: [Element] = [.rectangle(rectangle, paint)]
    // Neighbours in a stack stay apart in grey too.
    if bars.stacked { elements.append(.outline(rectangle, Stroke(paint: .ground, width: 1))) }
    let middle = at + thickness / 2
    if let error, error.isFinite, error > 0 {
      let (low, high) = (position(value - error, in: plot), position(value + error, in: plot))
      let ends =
        isLying
        ? [Point(x: low, y: middle), Point(x: high, y: middle)] : [Point(x: middle, y: low), Point(x: middle, y: high)]
      elements.append(.lines([ends], Stroke(paint: .ink, width: 1.2)))
    }
    if bars.showsValues {
      let text = NumberText.significant(value - base, 3)
      let width = TextMetrics.width(text, size: Metrics.small)
      var label = Label(text: text, at: Point(x: 0, y: 0), size: Metrics.small, paint: .ink, anchor: .middle)
      if bars.stacked {
        let room = isLying ? rectangle.width - 6 : rectangle.height - Metrics.small
        if isLying ? width <= room : room >= 2 && width <= thickness {
          label.at = Point(
            x: rectangle.x + rectangle.width / 2, y: rectangle.y + rectangle.height / 2 + Metrics.small * Label.middle)
          label.paint = .fixed(RGB(looks[g].paint.light.isBright ? 0x000000 : 0xFFFFFF))
          elements.append(.label(label))
        }
      } else {
        let end = position(value + (value < 0 ? -1 : 1) * (error ?? 0), in: plot)
        label.at =
          isLying
          ? Point(x: end + (value < 0 ? -4 : 4), y: middle + Metrics.small * Label.middle)
          : Point(x: middle, y: value < 0 ? end + Metrics.small + 2 : end - 4)
        if isLying { label.anchor = value < 0 ? .end : .start }
        if isLying || width <= thickness + 4 { elements.append(.label(label)) }
      }
    }
    return .group(Group(classes: ["bar"], data: [("series", bars.groups[g].name)], elements: elements))
  }

  private func name(_ category: String, middle: Double, in plot: Rect) -> Element {
    .label(
      Label(
        text: RichText(category),
        at: isLying
          ? Point(x: plot.x - 7, y: middle + Metrics.tick * Label.middle)
          : Point(x: middle, y: plot.bottom + 6 + Metrics.tick * 0.95), size: Metrics.tick, paint: .ink,
        anchor: isLying ? .end : .middle))
  }

  private func verticalGrid(in plot: Rect) -> Element {
    let lines = values.ticks.compactMap { tick in
      values.fraction(tick.value).map { fraction in
        let at = plot.x + fraction * plot.width
        return [Point(x: at, y: plot.y), Point(x: at, y: plot.bottom)]
      }
    }
    return .group(Group(classes: ["grid"], elements: [.lines(lines, Stroke(paint: .grid, width: 1))]))
  }
}
