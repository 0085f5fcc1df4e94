import Foundations
import MetaTraining
import Notebook

/// How one network of Fig. 5 went, ours and the paper's.
struct TransferRow {
  /// The first step at which a curve is at or below a loss; nil where it never is.
  static func firstStep(of curve: [Double], atMost loss: Double) -> Int? {
    curve.firstIndex { $0 <= loss }.map { $0 + 1 }
  }

  /// The final loss of the LSTM and of the best baseline, and the step at which the one passes the other.
  var lstm: Double
  var best: (name: String, loss: Double)
  var passes: Int?

  /// - Parameter curves: each optimizer's mean loss at every step from 1.
  init?(_ curves: [(optimizer: String, mean: [Double])]) {
    guard let own = curves.first(where: { $0.optimizer == "LSTM" }),
      let best = curves.filter({ $0.optimizer != "LSTM" && finalLoss(of: $0.mean).isFinite })
        .min(by: { finalLoss(of: $0.mean) < finalLoss(of: $1.mean) })
    else { return nil }
    lstm = finalLoss(of: own.mean)
    self.best = (best.optimizer, finalLoss(of: best.mean))
    passes = Self.firstStep(of: own.mean, atMost: self.best.loss)
  }
}

/// The mean of the last ten of a curve's losses.
func finalLoss(of curve: [Double]) -> Double { mean(curve.suffix(10)) }

extension Notebook {
  /// Shows final losses of the LSTM and the best baseline on each network, and how soon the one passes the other.
  ///
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func showTransfer(_ panels: [(name: String, curves: [LossCurves])]) throws {
    let paper = try PaperCurves()
    var table = TextTable([
      "network", "LSTM", "paper's LSTM", "best baseline", "paper's best", "passed at step", "paper: at step",
    ])
    for panel in panels {
      let means = panel.curves.map { ($0.optimizer, $0.meanLosses) }
      let theirs = TransferRow(paper[panel.name].map { ($0.optimizer, $0.losses) })
      guard let ours = TransferRow(means) else { continue }
      table.append([
        panel.name, short(ours.lstm), theirs.map { short($0.lstm) } ?? "",
        "\(short(ours.best.loss)) (\(ours.best.name))",
        theirs.map { "\(short($0.best.loss)) (\($0.best.name))" } ?? "", ours.passes.map { "\($0)" } ?? "never",
        theirs?.passes.map { "\($0)" } ?? "never",
      ])
    }
    show(
      table,
      caption: "Means of the last ten steps, and the step at which the LSTM's mean loss passes the best baseline's "
        + "final one")
  }

  /// Shows the rates that hand-made optimizers were tuned to on each network.
  public func showRates(_ panels: [(name: String, curves: [LossCurves])]) {
    let names = panels.first?.curves.filter { $0.learningRate != nil }.map(\.optimizer) ?? []
    var table = TextTable(["network"] + names)
    for panel in panels {
      table.append([panel.name] + names.map { panel.curves[$0]?.learningRate.map { "\($0)" } ?? "" })
    }
    show(table, caption: "Learning rates, each tuned for its network")
  }
}
