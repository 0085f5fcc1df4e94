import Foundation
import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers

/// Where our problem, our optimizers and the paper's are held against each other (Fig. 4, left).
extension Notebook {
  /// Whether the LSTM ends below the best of the tuned baselines.
  ///
  /// - Parameters:
  ///   - curves: of one panel; trials are batches of functions, without those that an optimizer ran away on.
  ///   - runaways: functions that the LSTM ran away on; with any there is no lead.
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func checkQuadraticLead(_ curves: [LossCurves], runaways: Int, step: Int) throws {
    let last = step...step
    guard let lstm = curves["LSTM"], let best = curves.best(steps: last) else { return }
    let lead = difference(lstm, best, steps: last)
    let paper = try PaperCurves()
    let theirs = Baseline.allCases.compactMap { baseline in
      paper[lstm.panel, baseline.rawValue]?.loss(at: step).map { (baseline.rawValue, $0) }
    }.min { $0.1 < $1.1 }
    let rival =
      theirs.map { name, loss in
        " The paper's best is \(name), at \(shortNumber(loss, digits: 3)), where ours is at "
          + "\(shortNumber(curves[name].map { mean($0.means(of: last).filter(\.isFinite)) } ?? .nan, digits: 3))."
      } ?? ""
    check(
      Claim(
        "LSTM ends below every tuned baseline at step \(step) (\(lstm.panel))",
        paper: "\"the learned optimizers substantially outperform the baselines in this setting\" (§3.1)",
        quantity: "mean loss at step \(step), LSTM less \(best.optimizer)", ours: lead.mean,
        interval: Interval(lead.low, lead.high), reproduced: lead.high < 0 && runaways == 0,
        note:
          "\(best.optimizer) is the best baseline there, at rate \(shortNumber(best.learningRate ?? .nan, digits: 3))."
          + rival))
  }

  /// Whether the LSTM reaches the paper's, in the reading that the paper's curves have.
  ///
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func checkQuadraticFinal(_ lstm: LossCurves, step: Int) throws {
    guard let theirs = try PaperCurves()[lstm.panel, "LSTM"]?.loss(at: step) else { return }
    let ours = bootstrap(lstm.means(of: step...step), stream: random.stream("bootstrap"))
    check(
      Claim(
        "LSTM reaches the paper's own curve at step \(step)",
        paper: "\(shortNumber(theirs, digits: 3)), read off the figure", quantity: "mean loss at step \(step)",
        ours: ours.mean, interval: Interval(ours.low, ours.high), reproduced: ours.mean <= theirs,
        note: "The paper's curve begins at 0.97, below what any start has: it seems to be plotted one update ahead."))
  }

  /// Whether a hand-made optimizer at a given rate follows the paper's curve from step 2 on. Nothing is learned or
  /// tuned here: this holds our problem against the paper's.
  ///
  /// - Parameter curves: trials are batches of functions.
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func checkFollowsPaper(_ curves: LossCurves, within tolerance: Double) throws {
    guard let rate = curves.learningRate, let theirs = try PaperCurves()[curves.panel, curves.optimizer] else { return }
    let steps = curves.losses.first?.count ?? 0
    let compared = theirs.steps.indices.filter { (2...max(2, steps)).contains(Int(theirs.steps[$0])) }
    func largest(_ batches: [Int]) -> (deviation: Double, step: Int) {
      let means = curves.meanLosses(of: batches)
      var largest = (deviation: 0.0, step: 0)
      for place in compared {
        let step = Int(theirs.steps[place])
        let mean = means[step - 1]
        let deviation = mean.isFinite ? abs(mean / theirs.losses[place] - 1) : .infinity
        if deviation > largest.deviation { largest = (deviation, step) }
      }
      return largest
    }
    guard !curves.losses.isEmpty, !compared.isEmpty else { return }
    let ours = largest(Array(curves.losses.indices))
    let resampled = bootstrap(
      problems: curves.losses.count, resamples: 1000, stream: random.stream("bootstrap")
    ) { largest($0).deviation }
    check(
      Claim(
        "\(curves.optimizer) at rate \(shortNumber(rate, digits: 3)) follows the paper's curve",
        paper: "its curve in Fig. 4, left, within \(shortNumber(100 * tolerance, digits: 1)) % at every step from 2 on",
        quantity: "largest relative difference of mean losses", ours: ours.deviation,
        interval: Interval(resampled.low, resampled.high), reproduced: ours.deviation <= tolerance, origin: .ours,
        note: "Largest at step \(ours.step). The paper does not name its rates; this one fits its curve."))
  }

  /// Says which optimizers ran away on functions, which are left out of their means; nil if none did.
  ///
  /// - Parameter curves: trials are single functions.
  public func runaways(_ curves: [LossCurves]) -> String? {
    let some = curves.filter { $0.runaways > 0 }
    guard let first = some.first else { return nil }
    return "Left out of an optimizer's mean are functions that it ran away on: "
      + some.map { "\($0.optimizer) \($0.runaways)" }.joined(separator: ", ")
      + " of \(first.losses.count) (\(first.panel))."
  }

  /// Final losses of ADAM and RMSprop beside the paper's, on which nothing hangs.
  ///
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func showAdaptiveBesidePaper(_ curves: [LossCurves], step: Int) throws {
    let paper = try PaperCurves()
    var table = TextTable(["optimizer", "rate", "ours at step \(step)", "paper", "ours at step 10", "paper"])
    for name in ["ADAM", "RMSprop"] {
      guard let ours = curves[name], let theirs = paper[ours.panel, name] else { continue }
      func mean(_ step: Int) -> Double {
        Foundations.mean(ours.means(of: step...step))
      }
      func text(_ loss: Double?) -> String { loss.map { shortNumber($0, digits: 3) } ?? "" }
      table.append([
        name, shortNumber(ours.learningRate ?? .nan, digits: 3), text(mean(step)), text(theirs.loss(at: step)),
        text(mean(10)), text(theirs.loss(at: 10)),
      ])
    }
    show(table, caption: "ADAM and RMSprop as the textbooks have them do not give the paper's curves at any one rate")
  }
}

extension PaperCurves.Curve {
  /// The loss at a step; nil where nothing is plotted there.
  func loss(at step: Int) -> Double? { steps.firstIndex(of: Double(step)).map { losses[$0] } }
}
