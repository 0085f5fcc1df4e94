extension Figure {
  /// The series of all panels of curves.
  var curves: [[Series]] {
    panels.compactMap { panel in
      if case .curves(let series) = panel.content { return series }
      return nil
    }
  }

  /// The figure's name: its title or else its panels'.
  var name: String {
    if let title { return title }
    let titles = panels.map(\.title).filter { !$0.isEmpty }
    return titles.isEmpty ? "Figure" : titles.prefix(6).joined(separator: ", ") + (titles.count > 6 ? ", …" : "")
  }

  /// What the figure shows, in words.
  var summary: String {
    let parts = panels.map { panel -> String in
      let title = panel.title.isEmpty ? "" : "\(panel.title): "
      switch panel.content {
      case .curves(let series):
        let axes = [panel.y.title, panel.x.title].filter { !$0.isEmpty }.joined(separator: " over ")
        let ends = series.filter { $0.style != .paper && $0.style != .reference }.compactMap { series in
          series.y.last { $0.isFinite }.map { "\(series.name) ends at \(NumberText.significant($0, 3).spoken)" }
        }
        return title + ([axes.isEmpty ? "curves" : axes] + ends).joined(separator: ", ") + "."
      case .bars(let bars):
        return title + "bars for \(bars.categories.joined(separator: ", "))."
      case .heatMap(let map):
        return title + "heat map of \(map.rows.count) rows and \(map.columns.count) columns."
      case .images(let grid):
        return title + "\(grid.images.joined().count { $0 != nil }) images."
      case .contours(let contours):
        let paths = contours.paths.map(\.name)
        return title + "contour lines" + (paths.isEmpty ? "." : " with the paths of \(paths.joined(separator: ", ")).")
      }
    }
    return parts.count > 8
      ? parts.prefix(8).joined(separator: " ") + " And \(parts.count - 8) more." : parts.joined(separator: " ")
  }
}

extension RichText {
  /// Without raised exponents.
  var spoken: String { superscript.isEmpty ? base : "\(base) to the power of \(superscript)" }
}
