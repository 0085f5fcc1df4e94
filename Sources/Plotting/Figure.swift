/// A figure as a value: what is to be seen, not how it is drawn.
///
/// ```swift
/// let figure = Figure(
///   panels: [
///     Panel(
///       title: "MNIST", x: Axis("Step"), y: Axis("Loss", scale: .log),
///       series: [
///         Series("LSTM", x: steps, y: means, band: (lower, upper)),
///         Series("ADAM", x: steps, y: adam),
///         Series("LSTM", x: steps, y: paper, style: .paper),
///       ],
///       markers: [.vertical(100, "training horizon")])
///   ],
///   caption: "Mean of 32 networks; band: one standard error.")
/// try AtomicFile.write(figure.png(text: ["Title": "MNIST"]), to: "mnist.png")
/// try AtomicFile.write(figure.svg().utf8, to: "mnist.svg")
/// ```
///
/// One layout serves `png(text:)`, `svg(switchable:)` and `json()`; each gives the same bytes for the same figure.
public struct Figure: Sendable, Equatable {
  /// How curves say which optimizer they belong to.
  public enum Labels: Sendable, Equatable {
    /// At the end of each line, in its colour.
    case lineEnds
    /// One key above all panels: for small multiples.
    case key
    case none
  }

  public var panels: [Panel]
  /// Panels a row.
  public var columns: Int
  /// A heading above all panels.
  public var title: String?
  /// The text below: setting, number of trials, meaning of the band. Wrapped to the figure's width.
  public var caption: String?
  /// What a reader who cannot see the figure is told; made from panels and series when nil.
  public var alternativeText: String?
  public var labels: Labels
  /// One range for all x axes, numbered only below the lowest panel of each column.
  public var sharesX: Bool
  /// One range for all y axes, numbered only in the first column.
  public var sharesY: Bool
  /// The whole figure's width in CSS pixels; made from the number of columns when nil.
  public var width: Double?
  /// The height of the drawing area of a panel of curves in CSS pixels.
  public var panelHeight: Double

  public init(
    panels: [Panel], columns: Int = 1, title: String? = nil, caption: String? = nil, alternativeText: String? = nil,
    labels: Labels = .lineEnds, sharesX: Bool = false, sharesY: Bool = false, width: Double? = nil,
    panelHeight: Double = 260
  ) {
    self.panels = panels
    self.columns = columns
    self.title = title
    self.caption = caption
    self.alternativeText = alternativeText
    self.labels = labels
    self.sharesX = sharesX
    self.sharesY = sharesY
    self.width = width
    self.panelHeight = panelHeight
  }

  /// The same figure for narrow screens: one panel under the other, 400 pixels wide. Names that would leave a curve
  /// less than two thirds of that go into a key.
  public var narrow: Figure {
    var figure = self
    let widest = curves.compactMap { SeriesLook.looks($0, others: otherNames).widestLabel }.max() ?? 0
    if labels == .lineEnds, widest > 130 { figure.labels = .key }
    figure.columns = 1
    figure.width = 400
    figure.panelHeight = min(panelHeight, 240)
    return figure
  }
}

/// One of a figure's drawings: axes with curves, bars, a heat map, a grid of images or contour lines.
public struct Panel: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    case curves([Series])
    case bars(Bars)
    case heatMap(HeatMap)
    case images(ImageGrid)
    case contours(Contours)
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  public var content: Content
  public var markers: [Marker]

  /// Curves or points over two axes.
  public init(
    title: String = "", x: Axis = Axis(), y: Axis = Axis(), series: [Series], markers: [Marker] = []
  ) {
    self.title = title
    self.x = x
    self.y = y
    content = .curves(series)
    self.markers = markers
  }

  /// Bars; `values` is the axis along which they grow.
  public init(title: String = "", values: Axis = Axis(), bars: Bars) {
    self.title = title
    x = values
    y = values
    content = .bars(bars)
    markers = []
  }

  public init(title: String = "", x: String = "", y: String = "", heatMap: HeatMap) {
    self.title = title
    self.x = Axis(x)
    self.y = Axis(y)
    content = .heatMap(heatMap)
    markers = []
  }

  public init(title: String = "", images: ImageGrid) {
    self.title = title
    x = Axis()
    y = Axis()
    content = .images(images)
    markers = []
  }

  /// Contour lines over two axes, whose ranges are theirs.
  public init(title: String = "", x: String = "", y: String = "", contours: Contours) {
    self.title = title
    self.x = Axis(x)
    self.y = Axis(y)
    content = .contours(contours)
    markers = []
  }
}

/// A line across a panel of curves that marks a value on one axis.
public enum Marker: Sendable, Equatable {
  case vertical(Double, String)
  case horizontal(Double, String)
}

/// An axis of a panel.
public struct Axis: Sendable, Equatable {
  public enum Scale: String, Sendable, Equatable, Codable { case linear, log }

  public var title: String
  public var scale: Scale
  /// The range shown; made from the data when nil. On a logarithmic axis both ends are to be above zero.
  public var range: ClosedRange<Double>?
  /// Where the ticks stand; round numbers when nil.
  public var ticks: [Double]?

  public init(
    _ title: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil, ticks: [Double]? = nil
  ) {
    self.title = title
    self.scale = scale
    self.range = range
    self.ticks = ticks
  }
}
