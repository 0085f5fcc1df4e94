import MetaTraining
import Notebook

/// Two optimizers' mean losses, problem by problem.
public struct Lead: Sendable {
  public var baseline: String
  /// The first less the second, over problems on which neither diverged.
  public var difference: Difference
  /// Problems on which the first diverged, and on which the second did.
  public var diverged: (own: Int, baseline: Int)

  /// What a claim's note says of diverged trials; nil where there are none.
  var note: String? {
    guard diverged.own + diverged.baseline > 0 else { return nil }
    return "Problems on which either diverged are left out: LSTM \(diverged.own), \(baseline) \(diverged.baseline)."
  }
}

extension Notebook {
  /// How far an optimizer lies below each baseline at some steps; the smallest lead first.
  public func leads(of lstm: LossCurves, over baselines: [LossCurves], steps: ClosedRange<Int>) -> [Lead] {
    let own = lstm.means(of: steps)
    return baselines.map { baseline in
      let other = baseline.means(of: steps)
      let pairs = zip(own, other).filter { $0.isFinite && $1.isFinite }
      return Lead(
        baseline: baseline.optimizer,
        difference: bootstrap(pairs.map { $0 - $1 }, stream: random.stream("bootstrap")),
        diverged: (own.count { !$0.isFinite }, other.count { !$0.isFinite }))
    }.sorted { $0.difference.mean > $1.difference.mean }
  }

  /// Tests what the paper says of one panel of Fig. 5.
  ///
  /// - Parameters:
  ///   - curves: of the panel: the LSTM's and its baselines'.
  ///   - steps: the last ones.
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func checkTransferClaims(_ curves: [LossCurves], panel: String, steps: ClosedRange<Int>) throws {
    guard let lstm = curves["LSTM"] else { return }
    let baselines = curves.filter { $0.optimizer != "LSTM" }
    let leads = leads(of: lstm, over: baselines, steps: steps)
    guard let closest = leads.first else { return }
    let lead = closest.difference
    let quantity = "mean loss of steps \(steps.lowerBound) to \(steps.upperBound), LSTM less \(closest.baseline) (nats)"
    let published = try PaperCurves()
    let paper = published[panel, "LSTM"]?.finalLoss ?? .nan
    let finals = lstm.means(of: steps).filter(\.isFinite)
    let ours = bootstrap(finals, stream: random.stream("bootstrap"))
    if panel == "ReLU" {
      check(
        Claim(
          "The optimizer does not transfer to ReLU: it ends above the best tuned baseline",
          paper: "ReLU makes \"the dynamics of the learning procedure sufficiently different that the learned "
            + "optimizer is no longer able to generalize\" (§3.2)",
          quantity: quantity, ours: lead.mean, interval: Interval(lead.low, lead.high),
          reproduced: lead.low > 0 || closest.diverged.own > 0, note: closest.note))
      // A few trials that run away decide the mean.
      let learned = bootstrap(
        lstm.means(of: steps).map { $0 < chance ? 1 : 0 }, stream: random.stream("bootstrap"))
      let median = finals.sorted().dropFirst(finals.count / 2).first ?? .nan
      check(
        Claim(
          "On ReLU most trials learn all the same", paper: "\(short(paper)) in the mean, above the loss of chance",
          quantity: "share of trials that end below the loss of chance", ours: learned.mean,
          interval: Interval(max(0, learned.low), min(1, learned.high)), reproduced: learned.low > 0.5, origin: .ours,
          note: "Of steps \(steps.lowerBound) to \(steps.upperBound) the median is \(short(median)), the mean "
            + "\(short(ours.mean)) (95 % interval \(short(ours.low)) to \(short(ours.high)))."))
      return
    }
    check(
      Claim(
        "On \(panel) the LSTM ends below every tuned baseline",
        paper:
          "\"the LSTM optimizer generalizes well, and continues to outperform the hand-designed baselines\" (§3.2)",
        quantity: quantity, ours: lead.mean, interval: Interval(lead.low, lead.high),
        reproduced: leads.allSatisfy { $0.difference.high < 0 } && closest.diverged.own == 0, note: closest.note))
    check(
      Claim(
        "On \(panel) the LSTM reaches the paper's own curve", paper: "\(short(paper)), read off the figure",
        quantity: "mean loss of steps \(steps.lowerBound) to \(steps.upperBound) (nats)", ours: ours.mean,
        interval: Interval(ours.low, ours.high), reproduced: ours.mean <= paper && closest.diverged.own == 0,
        note: [closest.note, noteOfPaper(published, lstm, baselines, panel: panel, steps: steps)].compactMap(\.self)
          .joined(separator: " ")))
  }

  /// The loss of a network that knows nothing of ten classes, ln 10.
  private var chance: Double { 2.302585 }
}
