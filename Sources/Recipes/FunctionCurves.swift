import Foundation
import MetaTraining
import Notebook
import Plotting

/// Curves whose trials are single functions.
extension LossCurves {
  /// The mean curves of batches of so many neighbouring functions, a trial each; functions that are left over are left
  /// out, and so are those that the optimizer ran away on, of which a single one decides a mean.
  public func batched(_ size: Int) -> LossCurves {
    var batched = self
    batched.losses = (0..<losses.count / max(1, size)).map { batch in
      let part = losses[batch * size..<(batch + 1) * size].filter { !Self.ranAway($0) }
      return (losses.first ?? []).indices.map { step in
        Float(part.reduce(0) { $0 + Double($1[step]) } / Double(part.count))
      }
    }
    return batched
  }

  /// Functions that the optimizer ran away on: the last loss is over a hundred times the first.
  public var runaways: Int { losses.count(where: Self.ranAway) }

  private static func ranAway(_ losses: [Float]) -> Bool {
    guard let first = losses.first, let last = losses.last else { return false }
    return !(last <= 100 * first)
  }

  /// Shares of the functions have losses of at most these: one array a step. A function that diverged counts as infinite.
  public func quantiles(_ shares: [Double]) -> [[Double]] {
    guard let first = losses.first else { return [] }
    return first.indices.map { step in
      let sorted = losses.map { $0[step].isFinite ? Double($0[step]) : .infinity }.sorted()
      return shares.map { share in
        let place = share * Double(sorted.count - 1)
        let (below, above) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
        return above.isFinite ? below + (place - place.rounded(.down)) * (above - below) : below
      }
    }
  }
}

extension Notebook {
  /// The quantiles of every step in quantiles.csv, and a figure of the medians; a panel for each panel of the curves.
  ///
  /// - Parameter curves: trials are single functions.
  public func showMedians(
    _ curves: [LossCurves], named name: String, line: Int = #line, fileID: String = #fileID
  ) throws {
    let shares = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
    var rows = "panel,optimizer,step,functions," + shares.map { "q\(Int($0 * 100))" }.joined(separator: ",") + "\n"
    var panels: [Panel] = []
    for curve in curves {
      let quantiles = curve.quantiles(shares)
      let panel = curve.panel.contains(",") ? "\"\(curve.panel)\"" : curve.panel
      for (index, step) in quantiles.enumerated() {
        rows += "\(panel),\(curve.optimizer),\(curve.firstStep + index),\(curve.losses.count),"
        rows += step.map { "\(Float($0))" }.joined(separator: ",") + "\n"
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
    write(Array(rows.utf8), to: "quantiles.csv")
    let functions = curves.map(\.losses.count).max() ?? 0
    try show(
      Figure(
        panels: panels, columns: 2,
        caption: "Median of the same test functions, \(functions) in all; band: the LSTM’s quartiles. Means are "
          + "larger, the LSTM’s by most: a few functions with nearly singular matrices have much of its loss."),
      named: name, alt: "Median loss over optimization steps for the learned optimizer and four tuned baselines",
      line: line, fileID: fileID)
  }
}
