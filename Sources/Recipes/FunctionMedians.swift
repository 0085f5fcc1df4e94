import MetaTraining
import Notebook
import Plotting

extension Notebook {
  /// The quantiles of every step in quantiles.csv, and a figure of the medians; a panel for each panel of the curves.
  ///
  /// - Parameter curves: trials are single functions.
  /// - Throws: `SettingError` where the PNG cannot be drawn.
  public func showMedians(
    _ curves: [LossCurves], named name: String, line: Int = #line, fileID: String = #fileID
  ) throws {
    let shares = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
    var table = TextTable(
      ["panel", "optimizer", "step", "functions", "runaways"] + shares.map { "q\(Int($0 * 100))" })
    var panels: [Panel] = []
    for curve in curves {
      let quantiles = curve.quantiles(shares)
      let counts = ["\(curve.losses.count)", "\(curve.runaways)"]
      for (index, step) in quantiles.enumerated() {
        table.append(
          [curve.panel, curve.optimizer, "\(curve.firstStep + index)"] + counts + step.map { "\(Float($0))" })
      }
      let isLearned = curve.learningRate == nil
      let series = Series(
        curve.optimizer, from: curve.firstStep, y: quantiles.map { $0[2] },
        band: isLearned ? (quantiles.map { $0[1] }, quantiles.map { $0[3] }) : nil)
      let place = panels.firstIndex { $0.title == curve.panel }
      if let place, case .curves(let others) = panels[place].content {
        panels[place].content = .curves(others + [series])
      } else {
        panels.append(Panel(title: curve.panel, x: Axis("Step"), y: Axis("Loss", scale: .log), series: [series]))
      }
    }
    write(table, to: "quantiles.csv")
    let functions = curves.map(\.losses.count).max() ?? 0
    try show(
      Figure(
        panels: panels, columns: 2,
        caption: "Median of the same test functions, \(functions) in all; band: the LSTM’s quartiles, cut off "
          + "at the plot’s edge. Means are larger, the LSTM’s by most: a few functions with nearly singular matrices have "
          + "much of its loss."),
      named: name, alt: "Median loss over optimization steps for the learned optimizer and four tuned baselines",
      line: line, fileID: fileID)
  }
}
