/// How an optimizer's curves look, the same in every figure.
///
/// Colours and dashes both differ, so that a figure printed in grey can still be read.
public struct OptimizerStyle: Sendable, Equatable {
  public let hue: Hue
  /// Lengths of dashes and gaps in CSS pixels; empty for a solid line.
  public let dashes: [Double]
  /// Learned optimizers are drawn bold and in front.
  public let isLearned: Bool

  init(_ hue: Hue, _ dashes: [Double] = [], learned: Bool = false) {
    self.hue = hue
    self.dashes = dashes
    isLearned = learned
  }

  private static let long = [7.0, 3]
  private static let dashDot = [7.0, 3, 1.5, 3]
  private static let short = [3.5, 2.5]
  private static let dots = [1.5, 2.5]
  private static let dashDotDot = [7.0, 2.5, 1.5, 2.5, 1.5, 2.5]

  /// The optimizers of the paper and of this suite by name.
  public static let named: [String: OptimizerStyle] = [
    "LSTM": OptimizerStyle(.black, learned: true),
    "LSTM, unscaled": OptimizerStyle(.black, dashDotDot),
    "LSTM-sub": OptimizerStyle(.vermilion, learned: true),
    "LSTM, one for all": OptimizerStyle(.sky, learned: true),
    "LSTM+GAC": OptimizerStyle(.vermilion, learned: true),
    "NTM-BFGS": OptimizerStyle(.purple, learned: true),
    "NTM-L-BFGS": OptimizerStyle(.orange, learned: true),
    "NAG": OptimizerStyle(.blue, long),
    "RMSprop": OptimizerStyle(.green, dashDot),
    "ADAM": OptimizerStyle(.orange, short),
    "SGD": OptimizerStyle(.purple, dots),
    "L-BFGS": OptimizerStyle(.sky, dashDotDot),
    "BFGS": OptimizerStyle(.sky, dashDotDot),
  ]

  private static let cycle: [Hue] = [.blue, .vermilion, .green, .purple, .orange, .sky, .yellow]

  /// The style of the name, or else of the given place in a cycle of colours.
  static func style(of name: String, _ place: Int) -> OptimizerStyle {
    named[name] ?? OptimizerStyle(cycle[place % cycle.count], [long, dashDot, short, dots][place % 4])
  }
}

/// How one series is drawn, once the automatic style is settled.
struct SeriesLook {
  var paint: Paint
  var label: Paint
  var width: Double
  var dashes: [Double]
  var kind: Series.Style
  /// What stands at the line's end, if anything.
  var labelText: String?

  /// The looks of a panel's series, in order.
  ///
  /// - Parameter others: names of the whole figure that no optimizer has. They take colours in turn, so that one name
  ///   has one colour in all panels.
  static func looks(_ series: [Series], others: [String]) -> [SeriesLook] {
    series.map { one in
      let place = others.firstIndex(of: one.name) ?? 0
      return SeriesLook(
        one, OptimizerStyle.style(of: one.name, place), isKnown: OptimizerStyle.named[one.name] != nil)
    }
  }

  private init(_ series: Series, _ style: OptimizerStyle, isKnown: Bool) {
    kind = series.style
    if kind == .automatic { kind = !isKnown ? .plain : style.isLearned ? .learned : .handMade }
    paint = .hue(style.hue)
    label = .text(style.hue)
    labelText = series.label ?? series.name
    switch kind {
    case .learned: (width, dashes) = (2.6, [])
    case .handMade: (width, dashes) = (1.7, style.dashes.isEmpty ? [7, 3] : style.dashes)
    case .plain, .automatic: (width, dashes) = (1.8, [])
    case .paper, .reference:
      (width, dashes) = (1, kind == .paper && isKnown ? style.dashes : [])
      (paint, label) = (.hue(.grey), .text(.grey))
      labelText = series.label ?? (kind == .reference ? series.name : nil)
    }
    if labelText?.isEmpty == true { labelText = nil }
  }
}

extension [SeriesLook] {
  /// The width of the widest text at a line's end; nil where there is none.
  var widestLabel: Double? {
    compactMap { look in
      look.labelText.map { TextMetrics.width($0, size: Metrics.label, bold: look.kind == .learned) }
    }.max()
  }
}

extension Figure {
  /// The names of curves that no optimizer has, in order.
  var otherNames: [String] {
    var names: [String] = []
    for series in curves.joined() where series.style != .paper && series.style != .reference {
      if OptimizerStyle.named[series.name] == nil, !names.contains(series.name) { names.append(series.name) }
    }
    return names
  }
}
