import Foundations
import MetaTraining
import Tables

/// One optimizer's loss at the end of a panel, beside the paper's.
struct FinalLoss: Sendable, Equatable {
  var panel: String
  var optimizer: String
  /// Ours, the mean over trials of each trial's mean over `steps`; nil where we have no such curve.
  var ours: Double?
  /// Of `ours`; nil where only means were kept, nan for a single trial.
  var standardError: Double?
  var paper: Double?
  /// Where only ratios mean anything, for an optimizer that diverged: the LSTM's loss on the other trials.
  var unit: Double?
  var steps: ClosedRange<Int>?
  /// Whether `steps` are the ones that the paper's number covers.
  var isComparable: Bool

  /// Of every panel and optimizer of ours, in their order. The networks of Fig 6 have a table of their own.
  static func all(curves: [LossCurves], summaries: [LossSummary], paper: PaperCurves?) -> [FinalLoss] {
    summaries.filter { !PaperCurves.isArchitecture($0.panel) }.map { summary in
      let theirs = paper?[summary.panel, summary.optimizer]
      let reference = theirs ?? paper?[summary.panel].first
      let ours = summary.firstStep...max(summary.firstStep, summary.firstStep + summary.mean.count - 1)
      let wanted = reference.map(\.finalSteps)
      let common = wanted.flatMap { $0.overlaps(ours) ? $0.clamped(to: ours) : nil }
      let isComparable = wanted.flatMap { wanted in common.map { 2 * $0.count >= wanted.count } } ?? false
      let steps = isComparable ? common ?? ours : max(ours.lowerBound, ours.upperBound - 9)...ours.upperBound
      let inWindow = (steps.lowerBound - summary.firstStep)...(steps.upperBound - summary.firstStep)
      func finals(_ optimizer: String) -> [Double?]? {
        curves.first { $0.panel == summary.panel && $0.optimizer == optimizer }?.finiteMeans(of: steps)
      }
      let own = finals(summary.optimizer)
      var unit: Double?
      if PaperCurves.hasRatiosOnly(summary.panel), let own, own.contains(nil), let lstm = finals("LSTM") {
        unit = mean(zip(own, lstm).compactMap { $0 == nil ? nil : $1 })
      }
      return FinalLoss(
        panel: summary.panel, optimizer: summary.optimizer,
        ours: summary.mean.count > inWindow.upperBound ? mean(summary.mean[inWindow]) : nil,
        standardError: own.map { Foundations.standardError($0.compactMap { $0 }) }, paper: theirs?.finalLoss,
        unit: unit, steps: steps, isComparable: isComparable)
    }
  }
}

extension LossCurves {
  /// Each trial's mean over some steps; nil where it diverged. Nil as a whole where the curves do not reach so far
  /// back.
  fileprivate func finiteMeans(of steps: ClosedRange<Int>) -> [Double?]? {
    let (first, last) = (steps.lowerBound - firstStep, steps.upperBound - firstStep)
    guard first >= 0 else { return nil }
    return losses.map { losses in
      guard losses.count > last, losses.allSatisfy(\.isFinite) else { return nil }
      return mean(losses[first...last].map(Double.init))
    }
  }
}
