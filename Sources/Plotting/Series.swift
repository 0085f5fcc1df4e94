/// A number that can be drawn.
public protocol PlotNumber: Sendable {
  var plotted: Double { get }
}

extension Double: PlotNumber { public var plotted: Double { self } }
extension Float: PlotNumber { public var plotted: Double { Double(self) } }
extension Int: PlotNumber { public var plotted: Double { Double(self) } }

/// One curve, or one set of points.
public struct Series: Sendable, Equatable {
  public enum Style: String, Sendable, Equatable, Codable {
    /// As `OptimizerStyle` has the name: learned optimizers `.learned`, the paper's hand-made ones `.handMade`, every
    /// other name `.plain`.
    case automatic
    /// Solid and bold.
    case learned
    /// Dashed.
    case handMade
    /// Solid, of middle weight.
    case plain
    /// Thin and grey: a curve of the paper, for comparison. Has the name of the optimizer, and its dashes.
    case paper
    /// Thin and grey: a guide such as a slope.
    case reference
  }

  public enum Mark: String, Sendable, Equatable, Codable { case line, points, linePoints }

  /// A range around the curve.
  public struct Band: Sendable, Equatable {
    public var lower: [Double]
    public var upper: [Double]
  }

  /// The optimizer's name as the paper has it ("LSTM", "ADAM", ...), or any other.
  public var name: String
  public var x: [Double]
  /// What is not finite, and on a logarithmic axis what is not above zero, leaves a gap.
  public var y: [Double]
  public var band: Band?
  public var style: Style
  public var mark: Mark
  /// The text at the line's end; the name when nil, none when empty. The paper's curves have none unless it is given.
  public var label: String?

  public init<X: PlotNumber, Y: PlotNumber>(
    _ name: String, x: [X], y: [Y], band: (lower: [Y], upper: [Y])? = nil, style: Style = .automatic,
    mark: Mark = .line, label: String? = nil
  ) {
    self.name = name
    self.x = x.map(\.plotted)
    self.y = y.map(\.plotted)
    self.band = band.map { Band(lower: $0.lower.map(\.plotted), upper: $0.upper.map(\.plotted)) }
    self.style = style
    self.mark = mark
    self.label = label
  }

  /// A curve over whole numbers: steps counted from `first`.
  public init<Y: PlotNumber>(
    _ name: String, from first: Int = 1, y: [Y], band: (lower: [Y], upper: [Y])? = nil, style: Style = .automatic,
    mark: Mark = .line, label: String? = nil
  ) {
    self.init(
      name, x: Array(first..<first + y.count), y: y, band: band, style: style, mark: mark, label: label)
  }
}
