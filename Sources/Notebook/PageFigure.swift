import Foundation
import Plotting

/// A figure as a page shows it: drawn for wide and for narrow screens, with the numbers that its script needs, and
/// small for the overview. Kept as `<name>.json` where the figure cannot be drawn again from the CSVs.
struct PageFigure: Codable, Sendable, Equatable {
  struct Drawing: Codable, Sendable, Equatable {
    var svg: String
    /// `Figure.json()`.
    var data: String
  }

  var wide: Drawing
  /// Without the numbers, which are those of the wide one; nil where it would be the same.
  var narrow: Drawing?
  /// Nil for pictures, of which the overview shows the PNG.
  var thumbnail: String?

  init(_ figure: Figure, alt: String) {
    var figure = figure
    figure.caption = nil
    figure.alternativeText = figure.alternativeText ?? alt
    wide = Drawing(svg: figure.svg(switchable: true), data: figure.json())
    let narrow = figure.narrow
    self.narrow = Drawing(svg: narrow.svg(switchable: true), data: narrow.json(values: false))
    if let panel = figure.panels.first, case .images = panel.content { return }
    var small = narrow
    small.panels = figure.panels.prefix(1).map(\.withoutPaper)
    small.title = nil
    small.panelHeight = 210
    thumbnail = small.svg()
  }
}

extension Panel {
  /// The panel without the paper's curves and what marks steps: as a small picture.
  fileprivate var withoutPaper: Panel {
    guard case .curves(let series) = content else { return self }
    var panel = self
    panel.content = .curves(series.filter { $0.style != .paper })
    panel.markers = []
    return panel
  }
}
