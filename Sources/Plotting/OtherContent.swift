import Imaging

/// Lying bars for each of some categories, in one or more groups.
public struct Bars: Sendable, Equatable {
  /// One colour of bars: a value for each category.
  public struct Group: Sendable, Equatable {
    public var name: String
    public var values: [Double]

    public init<V: PlotNumber>(_ name: String, _ values: [V]) {
      self.name = name
      self.values = values.map(\.plotted)
    }
  }

  public var categories: [String]
  public var groups: [Group]
  /// Groups on top of each other instead of side by side.
  public var stacked: Bool
  /// Whether the values are written at (stacked: in) the bars.
  public var showsValues: Bool

  public init(_ categories: [String], groups: [Group], stacked: Bool = false, showsValues: Bool = true) {
    self.categories = categories
    self.groups = groups
    self.stacked = stacked
    self.showsValues = showsValues
  }
}

/// A table of numbers as colours.
public struct HeatMap: Sendable, Equatable {
  public enum Colours: Sendable, Equatable {
    /// Dark for small, bright for large values.
    case sequential
    /// White at the given value, blue below and orange above, equally far to both sides: so far that all values are
    /// within it, or as far as is said.
    case diverging(around: Double, reach: Double? = nil)
  }

  public var rows: [String]
  public var columns: [String]
  /// [row][column]; what is not finite is left grey.
  public var values: [[Double]]
  public var colours: Colours
  /// The colour bar's title.
  public var title: String
  /// Significant digits of the numbers in the cells; no numbers when 0.
  public var digits: Int
  /// Whether colours follow the logarithm of the values.
  public var scale: Axis.Scale

  public init<V: PlotNumber>(
    rows: [String], columns: [String], values: [[V]], colours: Colours = .sequential, title: String = "",
    digits: Int = 3, scale: Axis.Scale = .linear
  ) {
    self.rows = rows
    self.columns = columns
    self.values = values.map { $0.map(\.plotted) }
    self.colours = colours
    self.title = title
    self.digits = digits
    self.scale = scale
  }
}

/// Images in rows and columns with captions.
public struct ImageGrid: Sendable, Equatable {
  /// [row][column]; nil leaves a gap.
  public var images: [[Image?]]
  /// At the left of each row.
  public var rows: [String]
  /// Above each column.
  public var columns: [String]
  /// Whether enlarged pixels stay square.
  public var showsPixels: Bool

  public init(_ images: [[Image?]], rows: [String] = [], columns: [String] = [], showsPixels: Bool = false) {
    self.images = images
    self.rows = rows
    self.columns = columns
    self.showsPixels = showsPixels
  }
}
