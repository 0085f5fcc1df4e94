import Imaging

struct Point: Equatable {
  var x: Double
  var y: Double
}

struct Rect: Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
}

struct Stroke: Equatable {
  var paint: Paint
  var width: Double
  var dashes: [Double] = []
}

struct Label: Equatable {
  enum Anchor: String { case start, middle, end }

  var text: RichText
  var at: Point
  var size: Double
  var paint: Paint = .ink
  var isBold = false
  var anchor = Anchor.start

  /// How far below the middle of small letters and digits the baseline runs, in sizes of the font.
  static let middle = 0.36
}

/// What a renderer draws. Coordinates are CSS pixels from the upper left corner.
indirect enum Element {
  /// Lines, each through its points.
  case lines([[Point]], Stroke)
  case area([Point], Paint, opacity: Double)
  case rectangle(Rect, Paint)
  case outline(Rect, Stroke)
  case dots([Point], radius: Double, Paint)
  case label(Label)
  case image(Image, Rect, showsPixels: Bool)
  case group(Group)
}

struct Group {
  /// CSS classes and data attributes, which tell a page's script what it has before it.
  var classes: [String] = []
  var data: [(name: String, value: String)] = []
  var clip: Rect?
  /// Drawn only if a page's script shows it.
  var isHidden = false
  var elements: [Element]
}

/// A figure with every position settled.
struct Scene {
  var width: Double
  var height: Double
  var title: String
  var description: String
  var elements: [Element]
  var panels: [PanelFrame]
}

/// Where a panel's drawing area is and what its axes mean.
struct PanelFrame {
  var plot: Rect
  var x: ResolvedAxis?
  var y: ResolvedAxis?
  /// The y axis on the other scale, where the data allow one.
  var otherY: ResolvedAxis?
}
