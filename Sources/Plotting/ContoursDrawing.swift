/// Contour lines between two axes, with paths over them.
struct ContoursDrawing: PanelDrawing {
  private let contours: Contours
  private let looks: [SeriesLook]
  private let x: ResolvedAxis
  private let y: ResolvedAxis
  private let axes = AxisDrawing()

  init(_ panel: Panel, _ contours: Contours, _ figure: Figure, _ place: Layout.Place) {
    self.contours = contours
    looks = SeriesLook.looks(contours.paths, others: figure.otherNames)
    func axis(_ axis: Axis, _ range: ClosedRange<Double>, about count: Int) -> ResolvedAxis {
      ResolvedAxis(
        Axis(axis.title, range: range, ticks: axis.ticks), values: [range.lowerBound, range.upperBound], padding: .none,
        about: count)
    }
    x = axis(panel.x, contours.x, about: max(2, min(7, Int(place.width / 75))))
    y = axis(panel.y, contours.y, about: 6)
  }

  var margins: Margins {
    Margins(left: axes.leftMargin([y]), right: 12, top: 8, bottom: axes.bottomMargin(x))
  }

  var heading: String { y.title }

  /// One unit is as long in both directions where that gives a panel of a usual shape.
  func height(width: Double) -> Double {
    let shape = (y.upper - y.lower) / (x.upper - x.lower)
    return width * min(max(shape, 0.5), 0.9)
  }

  func frame(in plot: Rect) -> PanelFrame { PanelFrame(plot: plot, x: nil, y: nil, otherY: nil) }

  var key: [KeyEntry] {
    zip(contours.paths, looks).compactMap { path, look in
      look.labelText.map {
        KeyEntry(name: $0, sample: .line(Stroke(paint: look.paint, width: look.width, dashes: look.dashes)))
      }
    }
  }

  func elements(in plot: Rect) -> [Element] {
    let order = contours.paths.indices.sorted { (isLearned($0) ? 1 : 0, $0) < (isLearned($1) ? 1 : 0, $1) }
    let shapes = order.map { CurveShape(contours.paths[$0], looks[$0], x, y, plot) }
    let ends = zip(order, shapes).compactMap { index, shape in
      shape.end.map { Element.dots([$0], radius: looks[index].width + 1.2, looks[index].paint) }
    }
    let starts = contours.paths.compactMap { path -> Point? in
      guard let (first, second) = zip(path.x, path.y).first(where: { $0.isFinite && $1.isFinite }) else { return nil }
      return place(first, second, in: plot)
    }
    return [axes.xAxis(x, in: plot), axes.yAxis(y, in: plot)]
      + [
        .group(Group(classes: ["contours"], clip: plot, elements: [levels(in: plot), crosses(in: plot)])),
        .group(Group(classes: ["curves"], clip: plot, elements: shapes.flatMap(\.strokes) + ends)),
        .group(
          Group(classes: ["starts"], clip: plot, elements: starts.isEmpty ? [] : [.dots(starts, radius: 3.6, .ink)])),
      ]
  }

  private func isLearned(_ index: Int) -> Bool { looks[index].kind == .learned }

  private func place(_ valueX: Double, _ valueY: Double, in plot: Rect) -> Point? {
    guard let fx = x.fraction(valueX), let fy = y.fraction(valueY) else { return nil }
    return Point(x: plot.x + fx * plot.width, y: plot.bottom - fy * plot.height)
  }

  private func levels(in plot: Rect) -> Element {
    let rows = Double(max(1, contours.values.count - 1))
    let columns = Double(max(1, (contours.values.first?.count ?? 0) - 1))
    let lines = contours.levels.flatMap(contours.lines(at:)).map { line in
      line.map { Point(x: plot.x + $0.x / columns * plot.width, y: plot.bottom - $0.y / rows * plot.height) }
    }
    return .lines(lines, Stroke(paint: .hue(.grey), width: 0.6))
  }

  private func crosses(in plot: Rect) -> Element {
    let arm = 4.5
    let lines = contours.minima.compactMap { place($0.x, $0.y, in: plot) }.flatMap { at in
      [
        [Point(x: at.x - arm, y: at.y - arm), Point(x: at.x + arm, y: at.y + arm)],
        [Point(x: at.x - arm, y: at.y + arm), Point(x: at.x + arm, y: at.y - arm)],
      ]
    }
    return .lines(lines, Stroke(paint: .ink, width: 1.6))
  }
}
