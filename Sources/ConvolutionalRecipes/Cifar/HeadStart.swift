import Foundations
import MetaTraining
import Notebook

/// How far the learned optimizer is ahead at a step, in loss and in steps.
struct HeadStart: Equatable {
  /// Mean losses over steps, each at the last step of its window.
  struct Curve {
    var steps: [Double]
    var losses: [Double]

    /// The first step at which the loss is no larger.
    func firstStep(atMost loss: Double) -> Double? { zip(steps, losses).first { $0.1 <= loss }?.0 }
  }

  /// How much lower its loss is than the lowest of the others at that step.
  var nats: Double
  /// When the first of the others has come to the loss that it has at that step; nil where none does.
  var step: Int?

  /// - Returns: nil where a curve has no point at that step.
  init?(of learned: Curve?, over others: [Curve], at step: Int) {
    func loss(_ curve: Curve) -> Double? { zip(curve.steps, curve.losses).first { $0.0 == Double(step) }?.1 }
    guard let own = learned.flatMap(loss), let best = others.compactMap(loss).min() else { return nil }
    nats = best - own
    self.step = others.compactMap { $0.firstStep(atMost: own) }.min().map { Int($0) }
  }

  /// "at step 59", or "never".
  var arrival: String { step.map { "at step \($0)" } ?? "never" }
}

extension HeadStart.Curve {
  /// Means over all windows of ten steps.
  init(windowsOf curves: LossCurves) {
    let mean = curves.meanLosses
    steps = mean.indices.dropFirst(9).map { Double($0 + 1) }
    losses = mean.indices.dropFirst(9).map { Foundations.mean(mean[($0 - 9)...$0]) }
  }

  /// The paper's, whose points are such means already.
  init(_ paper: PaperCurves.Curve) { self.init(steps: paper.steps, losses: paper.losses) }
}
