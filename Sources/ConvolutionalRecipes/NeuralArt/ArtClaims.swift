import Foundations
import MetaTraining
import Notebook
import Recipes

extension Notebook {
  /// Tests what the paper says of one panel of Fig. 8, and how much of its lead is reached.
  ///
  /// - Parameter steps: the length of the curves.
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func checkArtClaims(_ curves: [LossCurves], panel: String, steps: Int) throws {
    guard let lstm = curves["LSTM"] else { return }
    let last = steps...steps
    let paper = try PaperCurves()
    let ours = lstm.means(of: last)
    if let best = curves.best(steps: last) {
      let lead = bootstrapRatio(best.means(of: last), ours)
      check(
        Claim(
          "\(panel): the LSTM ends below every tuned baseline",
          paper: "\"outperforms all standard optimizers\", and \"continues to perform very well\" in a new style at "
            + "another resolution (§3.4)",
          quantity: "mean final loss of \(best.optimizer), the best of them, over the LSTM's", ours: lead.mean,
          interval: Interval(lead.low, lead.high), reproduced: lead.low > 1,
          note: lead.leftOut > 0 ? leftOut(lead.leftOut, of: ours.count) : nil))
    }
    for baseline in [Baseline.rmsprop, .adam, .nag, .sgd] {
      guard let theirs = curves[baseline.rawValue]?.means(of: last),
        let target = paper[panel, baseline.rawValue]?.losses.last, let unit = paper[panel, "LSTM"]?.losses.last
      else { continue }
      let ratio = target / unit
      let mean = bootstrapRatio(theirs, ours)
      check(
        Claim(
          "\(panel): \(baseline.rawValue) ends at \(short(ratio)) times the LSTM's loss or more",
          paper: "\(short(ratio)), read off Fig. 8",
          quantity: "mean final loss of \(baseline.rawValue) over the LSTM's", ours: mean.mean,
          interval: Interval(mean.low, mean.high), reproduced: mean.mean >= ratio && mean.low > 1,
          note: "Of the last step; the interval is over photographs, and has to lie above 1."
            + (mean.leftOut > 0 ? " " + leftOut(mean.leftOut, of: theirs.count) : "")))
    }
    guard let best = curves.best(steps: last) else { return }
    let ends = best.means(of: last)
    /// The first step at which the mean of some photographs' curves is as low as their mean end with the best baseline.
    func reached(_ photographs: [Int]) -> Double {
      let goal = mean(photographs.map { ends[$0] }.filter(\.isFinite))
      let step = lstm.meanLosses(of: photographs).firstIndex { $0 <= goal }
      return step.map { Double($0 + lstm.firstStep) } ?? .infinity
    }
    let step = bootstrap(problems: lstm.losses.count, stream: random.stream("bootstrap"), statistic: reached)
    let limit = 77 * steps / 128
    let goal = Baseline.allCases.compactMap { paper[panel, $0.rawValue]?.finalLoss }.min()
    let point = paper[panel, "LSTM"].flatMap { curve in
      zip(curve.steps, curve.losses).first { $0.1 <= goal ?? -.infinity }?.0
    }
    check(
      Claim(
        "\(panel): the LSTM reaches the best baseline's final loss by step \(limit)",
        paper: "step 77 of 128, read off Fig. 8"
          + (point.map { "; of the points taken from its curve the first that low is at \(Int($0))" } ?? ""),
        quantity: "first step of the mean curve below \(best.optimizer)'s end",
        ours: step.mean.isFinite ? step.mean : .nan, interval: step.low.isFinite ? Interval(step.low, step.high) : nil,
        reproduced: step.mean <= Double(limit), note: step.mean.isFinite ? nil : "It does not get there."))
    if let lbfgs = curves["L-BFGS"] {
      let ratio = bootstrapRatio(lbfgs.means(of: last), ours)
      check(
        Claim(
          "\(panel): L-BFGS, which looks at losses too, ends above the LSTM after as many evaluations",
          paper: "not in the paper", quantity: "mean final loss of L-BFGS over the LSTM's", ours: ratio.mean,
          interval: Interval(ratio.low, ratio.high), reproduced: ratio.low > 1, origin: .ours,
          note: "Nothing of L-BFGS is tuned." + (ratio.leftOut > 0 ? " \(leftOut(ratio.leftOut, of: ours.count))" : ""))
      )
    }
  }

  private func leftOut(_ count: Int, of all: Int) -> String {
    "Diverged and left out: \(count) of \(all) photographs."
  }

  /// The ratio of two means over the same problems, with a 95 % interval: that of the mean of each problem's share in
  /// the ratio's change, to first order.
  ///
  /// - Returns: also how many problems were left out since the first diverged there; nan where all were, and where the
  ///   second, the LSTM, diverged on one.
  public func bootstrapRatio(_ a: [Double], _ b: [Double]) -> (mean: Double, low: Double, high: Double, leftOut: Int) {
    let pairs = zip(a, b).filter { $0.0.isFinite }
    let leftOut = max(a.count, b.count) - pairs.count
    guard !pairs.isEmpty, b.allSatisfy(\.isFinite) else { return (.nan, .nan, .nan, leftOut) }
    let below = mean(pairs.map(\.1))
    let ratio = mean(pairs.map(\.0)) / below
    let spread = bootstrap(pairs.map { ratio + ($0 - ratio * $1) / below }, stream: random.stream("bootstrap"))
    return (ratio, spread.low, spread.high, leftOut)
  }
}
