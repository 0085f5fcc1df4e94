/// The geometry of one series in a drawing area.
struct CurveShape {
  private let series: Series
  private let look: SeriesLook
  private let x: ResolvedAxis
  private let y: ResolvedAxis
  private let plot: Rect

  init(_ series: Series, _ look: SeriesLook, _ x: ResolvedAxis, _ y: ResolvedAxis, _ plot: Rect) {
    self.series = series
    self.look = look
    self.x = x
    self.y = y
    self.plot = plot
  }

  private func place(_ valueX: Double, _ valueY: Double) -> Point? {
    guard let fx = x.fraction(valueX), let fy = y.fraction(valueY) else { return nil }
    // What lies far outside is clipped anyway, but would overflow Cairo's fixed-point numbers.
    return Point(
      x: plot.x + min(max(fx, -9), 10) * plot.width, y: plot.bottom - min(max(fy, -9), 10) * plot.height)
  }

  private var points: [Point?] { zip(series.x, series.y).map(place) }

  /// The last point that can be drawn.
  var end: Point? { points.last { $0 != nil } ?? nil }

  private var runs: [[Point]] {
    points.split(omittingEmptySubsequences: true) { $0 == nil }.map { $0.compactMap { $0 } }
  }

  private var group: Group {
    var classes = ["curve", look.kind.rawValue]
    if look.kind == .handMade { classes[1] = "hand-made" }
    return Group(classes: classes, data: [("series", series.name)], elements: [])
  }

  var bands: [Element] {
    guard let band = series.band else { return [] }
    // A lower bound that a logarithmic axis does not have is drawn at the axis' end.
    let floor = y.scale == .log ? y.lower / 10 : -.infinity
    var areas: [[Point]] = []
    var (above, below): ([Point], [Point]) = ([], [])
    for i in 0..<min(series.x.count, band.lower.count, band.upper.count) {
      let lower = band.lower[i] > floor ? band.lower[i] : floor
      if let top = place(series.x[i], band.upper[i]), let bottom = place(series.x[i], lower) {
        above.append(top)
        below.append(bottom)
      } else if !above.isEmpty {
        areas.append(above + below.reversed())
        (above, below) = ([], [])
      }
    }
    if !above.isEmpty { areas.append(above + below.reversed()) }
    var group = group
    group.classes[0] = "band"
    group.elements = areas.map { .area($0, look.paint, opacity: 0.17) }
    return [.group(group)]
  }

  var strokes: [Element] {
    var group = group
    let runs = runs
    if series.mark != .points {
      group.elements.append(
        .lines(
          runs.filter { $0.count > 1 }, Stroke(paint: look.paint, width: look.width, dashes: look.dashes)))
    }
    let dots = series.mark == .line ? runs.filter { $0.count == 1 }.flatMap { $0 } : runs.flatMap { $0 }
    if !dots.isEmpty {
      let radius = series.mark == .line ? look.width : look.width + 1.2
      group.elements.append(.dots(dots, radius: radius, look.paint))
    }
    return [.group(group)]
  }
}
