import Datasets
import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers

extension Notebook {
  /// Tests what the paper says of Fig. 4, centre and right.
  ///
  /// - Parameters:
  ///   - horizon: the step for which the paper's optimizer was trained.
  ///   - trained: the step to which ours was; the curves run to twice that.
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func checkMNISTClaims(_ curves: [LossCurves], horizon: Int, trained: Int) throws {
    guard let lstm = curves["LSTM"] else { return }
    for (end, panel) in [(horizon, "MNIST"), (2 * horizon, "MNIST 100-200")] {
      let isLater = end > horizon
      let isTrainedLonger = isLater && trained >= end
      checkLead(
        of: lstm, curves, end - 9...end,
        isLater ? "LSTM keeps its lead at step \(end)" : "LSTM ends below every tuned baseline at step \(end)",
        paper: isTrainedLonger
          ? "the same of one trained to step \(horizon)"
          : isLater ? Self.longerRuns : "\"the LSTM optimizer outperforms them by a significant margin\" (§3.2)",
        origin: isTrainedLonger ? .ours : .paper, note: isLater ? Self.rates(of: horizon) : "")
      try checkPaperReached(
        by: lstm, curves, panel: panel, end - 9...end, "LSTM reaches the paper's own curve at step \(end)",
        origin: isTrainedLonger ? .ours : .paper,
        note: isTrainedLonger ? " Ours was trained to step \(trained), the paper's to \(horizon)." : "")
    }
    checkBaselinesAgree(curves, steps: horizon - 9...horizon)
    if trained > horizon {
      checkLead(
        of: lstm, curves, 2 * trained - 9...2 * trained,
        "LSTM keeps its lead at step \(2 * trained), twice as far as it was trained",
        paper: "the same of its own at step \(2 * horizon)", origin: .ours, note: Self.rates(of: horizon))
    }
  }

  private static let longerRuns =
    "\"the LSTM optimizer continues to outperform the baseline optimizers\" on longer runs (§3.2; Fig. 4, right)"

  private static func rates(of horizon: Int) -> String {
    " The baselines' rates are those tuned for step \(horizon)."
  }

  /// Tests what the paper says of longer runs with an optimizer that was trained as far as the paper's was, where the
  /// one that is compared was trained farther.
  ///
  /// - Parameters:
  ///   - curves: the baselines' are held against it.
  ///   - horizon: the step to which it is trained; the lead is that at twice as many.
  /// - Throws: `FileError`, `LockedError` and `Interrupted` as `digitOptimizer`, and what `compared` throws.
  public func checkShorterTraining(
    of digits: ImageDataset, on exam: Classification, among curves: [LossCurves], trials: Int, horizon: Int
  ) throws {
    let recipe = DigitRecipe.toTheHorizonOfThePaper(options.preset)
    let encore = DigitRecipe.toTheHorizonOfThePaperAgain(options.preset)
    for (stage, text) in [recipe, encore].compactMap(\.self).flatMap(\.summaries) {
      record("to step \(horizon), stage \"\(stage)\"", text)
    }
    let trained = try shortTraining(recipe, encore: encore, digits)
    var optimizer = trained.optimizer
    optimizer.name = "LSTM, trained to step \(horizon)"
    let last = 2 * horizon - 9...2 * horizon
    let lstm = try compared([optimizer], with: [], on: exam, panel: "MNIST", trials: trials, steps: 2 * horizon)[0]
    write([lstm].cut(to: 1...2 * horizon, panel: "MNIST, longer runs"), everyTrialOf: last)
    let atHorizon = mean(lstm.means(of: horizon - 9...horizon))
    let note =
      " At step \(horizon) it is at \(short(atHorizon)), after \(trained.rows.last?.episode ?? 0) episodes "
      + "of meta-training."
    checkLead(
      of: lstm, curves, last, "LSTM, trained to step \(horizon), keeps its lead at step \(2 * horizon)",
      paper: Self.longerRuns, note: Self.rates(of: horizon) + note)
    try checkPaperReached(
      by: lstm, curves, panel: "MNIST 100-200", last,
      "LSTM, trained to step \(horizon), reaches the paper's own curve at step \(2 * horizon)", note: note)
  }

  /// Tests whether the lead is there on images on which nothing was chosen, neither rates nor weights.
  ///
  /// - Parameters:
  ///   - held: the comparison on images on which validation chose weights; there will be as many trials.
  ///   - panel: of that comparison.
  /// - Throws: what `compared` throws.
  public func checkUnseenImages(
    _ learned: LSTMOptimizer, with baselines: [(baseline: Baseline, learningRate: Double)], on exam: Classification,
    steps: Int, held: [LossCurves], panel: String = "MNIST"
  ) throws {
    guard let before = held["LSTM"] else { return }
    let last = steps - 9...steps
    guard let best = held.best(steps: last) else { return }
    let curves = try compared(
      [learned], with: baselines.filter { $0.baseline.rawValue == best.optimizer }, on: exam,
      panel: "\(panel), test images", trials: before.losses.count, steps: steps)
    guard let lstm = curves["LSTM"], let other = curves[best.optimizer] else { return }
    write(curves, everyTrialOf: last)
    func end(_ curves: LossCurves) -> String { short(mean(curves.means(of: last).filter(\.isFinite))) }
    checkLead(
      of: lstm, curves, last,
      "\(panel == "MNIST" ? "" : "On \(panel) the ")LSTM ends below the best baseline on images that nothing was chosen on",
      paper: "no such statement", origin: .ours,
      note:
        " Problems are made of the test images, which both find easier or harder alike: the LSTM is at \(end(lstm)), "
        + "on the images that judged before at \(end(before)), \(best.optimizer) at \(end(other)) and \(end(best)).")
  }

  /// That the LSTM ends below the best of the baselines.
  ///
  /// - Parameter note: what follows the name of that baseline.
  private func checkLead(
    of lstm: LossCurves, _ curves: [LossCurves], _ steps: ClosedRange<Int>, _ statement: String, paper: String,
    origin: Claim.Origin = .paper, note: String
  ) {
    guard let best = curves.best(steps: steps) else { return }
    let lead = difference(lstm, best, steps: steps)
    check(
      Claim(
        statement, paper: paper, quantity: "mean loss of the last ten steps, LSTM less \(best.optimizer) (nats)",
        ours: lead.mean, interval: Interval(lead.low, lead.high), reproduced: lead.high < 0, origin: origin,
        note: best.noteOfBest(steps: steps) + note))
  }

  /// That the LSTM ends no higher than the paper's.
  ///
  /// - Parameters:
  ///   - curves: the best baseline's is held against the paper's of that one, since images and starts are not the paper's.
  ///   - panel: the paper's.
  ///   - note: what follows.
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  private func checkPaperReached(
    by lstm: LossCurves, _ curves: [LossCurves], panel: String, _ steps: ClosedRange<Int>, _ statement: String,
    origin: Claim.Origin = .paper, note: String
  ) throws {
    let paper = try PaperCurves()
    guard let theirs = paper[panel, "LSTM"] else { return }
    let ours = bootstrap(lstm.means(of: steps), stream: random.stream("bootstrap"))
    check(
      Claim(
        statement, paper: "\(short(theirs.finalLoss)), read off the figure",
        quantity: "mean loss of the last ten steps (nats)", ours: ours.mean, interval: Interval(ours.low, ours.high),
        reproduced: ours.mean <= theirs.finalLoss, origin: origin,
        note: noteOfPaper(paper, lstm, curves, panel: panel, steps: steps) + note))
  }

  /// What a claim's note says of the best baseline's loss beside the paper's, since images and starts are not the
  /// paper's.
  func noteOfPaper(
    _ paper: PaperCurves, _ lstm: LossCurves, _ curves: [LossCurves], panel: String, steps: ClosedRange<Int>
  ) -> String {
    func ratio(_ curves: LossCurves, to name: String) -> Double? {
      paper[panel, name].map { mean(curves.means(of: steps).filter(\.isFinite)) / $0.finalLoss }
    }
    guard let best = curves.best(steps: steps), let own = ratio(lstm, to: "LSTM"),
      let other = ratio(best, to: best.optimizer)
    else { return "" }
    return "Our LSTM's loss is \(short(own)) times the paper's, our \(best.optimizer)'s \(short(other)) times"
      + (other < 1 ? ": this tells of the problem too." : ".")
  }

  /// "NAG, ADAM and RMSprop are roughly equal": the largest of their losses over the smallest.
  private func checkBaselinesAgree(_ curves: [LossCurves], steps: ClosedRange<Int>) {
    let all = ["NAG", "ADAM", "RMSprop"].compactMap { curves[$0]?.means(of: steps) }
    let finite = (all.first?.indices ?? 0..<0).filter { trial in all.allSatisfy { $0[trial].isFinite } }
    guard all.count == 3, !finite.isEmpty else { return }
    let three = all.map { losses in finite.map { losses[$0] } }
    func ratio(_ problems: [Int]) -> Double {
      let means = three.map { losses in problems.reduce(0) { $0 + losses[$1] } / Double(problems.count) }
      return (means.max() ?? .nan) / (means.min() ?? .nan)
    }
    let ours = bootstrap(problems: finite.count, stream: random.stream("bootstrap"), statistic: ratio)
    check(
      Claim(
        "NAG, ADAM and RMSprop are roughly equal", paper: "within 11 % of each other, read off the figure",
        quantity: "largest over smallest mean loss of the last ten steps", ours: ours.mean,
        interval: Interval(ours.low, ours.high), reproduced: ours.mean <= 1.2, note: "Within 20 % counts as equal."))
  }
}
