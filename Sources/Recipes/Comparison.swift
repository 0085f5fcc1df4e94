import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers

extension Notebook {
  /// Tunes the hand-made optimizers on practice problems and keeps every rate tried in tuning.csv.
  ///
  /// - Returns: the best rate of each.
  public func tuned(
    _ baselines: [Baseline] = Baseline.allCases, on practice: any Optimizee, panel: String, tuning: BaselineTuning
  ) throws -> [(baseline: Baseline, learningRate: Double)] {
    let progress = progress("Tuning baselines", of: baselines.count, unit: "optimizers")
    defer { progress.finish() }
    return try baselines.map { baseline in
      let (rate, rows) = try tuning.tune(
        baseline, on: practice, panel: panel, stream: random.stream("tuning").stream(panel))
      write(rows)
      progress.advance()
      return (baseline, rate)
    }
  }

  /// Runs the learned optimizer and tuned baselines on the same fresh problems.
  public func compared(
    _ learned: some Optimizer, with baselines: [(baseline: Baseline, learningRate: Double)], on exam: any Optimizee,
    panel: String, trials: Int, steps: Int
  ) throws -> [LossCurves] {
    let stream = random.stream("evaluation").stream(panel)
    let progress = progress("Evaluating", of: (baselines.count + 1) * trials, unit: "problems")
    defer { progress.finish() }
    func curves(_ optimizer: some Optimizer, rate: Double?) throws -> LossCurves {
      try evaluate(
        optimizer, on: exam, panel: panel, trials: trials, steps: steps, stream: stream, learningRate: rate,
        workers: workers
      ) { _ in progress.advance() }
    }
    var all = [try curves(learned, rate: nil)]
    for (baseline, rate) in baselines { all.append(try curves(baseline.optimizer(learningRate: rate), rate: rate)) }
    return all
  }

  /// The difference of two optimizers' mean losses over some steps, problem by problem, with its interval.
  public func difference(_ a: LossCurves, _ b: LossCurves, steps: ClosedRange<Int>) -> Difference {
    let differences = zip(a.means(of: steps), b.means(of: steps)).map { $0 - $1 }
    return bootstrap(differences, stream: random.stream("bootstrap"))
  }
}

extension [LossCurves] {
  /// The curves of one optimizer; nil if it is not among them.
  public subscript(optimizer: String) -> LossCurves? { first { $0.optimizer == optimizer } }

  /// The hand-made optimizer with the lowest mean over some steps.
  public func best(of baselines: [String] = Baseline.allCases.map(\.rawValue), steps: ClosedRange<Int>) -> LossCurves? {
    func mean(_ curves: LossCurves) -> Double {
      let means = curves.means(of: steps)
      return means.reduce(0, +) / Double(means.count)
    }
    let candidates = filter { baselines.contains($0.optimizer) && mean($0).isFinite }
    return candidates.min { mean($0) < mean($1) }
  }
}
