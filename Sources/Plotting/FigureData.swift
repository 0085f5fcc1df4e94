import Foundation

extension Figure {
  /// Where the panels are and what they show, as JSON that may stand in a page's `script` element.
  ///
  /// `{width, height, panels: [{title, plot: {x, y, width, height}, x, y, otherY, series}]}`, where `plot` is the
  /// drawing area in the SVG's user units, an axis is `{title, scale: "linear"|"log", range: [lower, upper]}` or absent, and a
  /// series `{name, style, colour, x: [...], y: [...], lower, upper}`. A series' colour is that of the CSS property of
  /// that name within the SVG ("orange" for `--orange`). `otherY` is the y axis of the scale that
  /// `svg(switchable: true)` hides. Numbers have six digits; null is what is not finite.
  ///
  /// - Parameter values: whether panels have their series: a second drawing of a figure can do with those of the first.
  public func json(values: Bool = true) -> String {
    let scene = Layout(self).scene
    let data = FigureData(
      width: scene.width, height: scene.height,
      panels: zip(panels, scene.panels).map { panel, frame in
        var series: [FigureData.Series]? = values ? [] : nil
        if values, case .curves(let curves) = panel.content {
          series = zip(curves, SeriesLook.looks(curves, others: otherNames)).map { FigureData.Series($0, $1) }
        }
        return FigureData.Panel(
          title: panel.title, plot: FigureData.Box(frame.plot), x: frame.x.map(FigureData.Axis.init),
          y: frame.y.map(FigureData.Axis.init), otherY: frame.otherY.map(FigureData.Axis.init), series: series)
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Every number is finite by now, which is all that encoding could fail for.
    let text = (try? encoder.encode(data)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return text.replacingOccurrences(of: "<", with: "\\u003c")
  }
}

private struct FigureData: Encodable {
  struct Box: Encodable {
    var x, y, width, height: Double

    init(_ rect: Rect) {
      (x, y, width, height) = (rect.x.short, rect.y.short, rect.width.short, rect.height.short)
    }
  }

  struct Axis: Encodable {
    var title: String
    var scale: Plotting.Axis.Scale
    var range: [Double]

    init(_ axis: ResolvedAxis) {
      title = axis.title
      scale = axis.scale
      range = [axis.lower.short, axis.upper.short]
    }
  }

  struct Series: Encodable {
    var name: String
    var style: String
    var colour: String
    var x: [Double?]
    var y: [Double?]
    var lower: [Double?]?
    var upper: [Double?]?

    init(_ series: Plotting.Series, _ look: SeriesLook) {
      name = series.name
      style = look.kind == .handMade ? "hand-made" : look.kind.rawValue
      colour = look.paint.name ?? ""
      x = series.x.map(\.finite)
      y = series.y.map(\.finite)
      lower = series.band?.lower.map(\.finite)
      upper = series.band?.upper.map(\.finite)
    }
  }

  struct Panel: Encodable {
    var title: String
    var plot: Box
    var x: Axis?
    var y: Axis?
    var otherY: Axis?
    var series: [Series]?
  }

  var width: Double
  var height: Double
  var panels: [Panel]
}

extension Double {
  /// Rounded to six significant digits.
  fileprivate var short: Double {
    guard isFinite, abs(self) > 1e-290 else { return isFinite ? 0 : self }
    let k = 5 - NumberText.decade(of: abs(self))
    let power = NumberText.power(k)
    // Division by a whole power gives the number nearest to its decimals.
    return k >= 0 ? (self * power).rounded() / power : (self / NumberText.power(-k)).rounded() * NumberText.power(-k)
  }

  fileprivate var finite: Double? { isFinite ? short : nil }
}
