import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import Synchronization

extension Notebook {
  /// Tunes the hand-made optimizers on practice problems and keeps every rate tried in tuning.csv.
  ///
  /// What was tried is not tried again by a run that goes on where it was stopped.
  ///
  /// - Parameters:
  ///   - identity: what the problems depend on besides the options and the recorded data.
  ///   - grids: where the search for a baseline's rate begins, in place of the grid of `tuning`.
  ///   - before: rates that earlier runs tried, which are taken from there; new ones are added.
  ///   - problems: all that the problems are made of, data included, where such rates are kept.
  /// - Returns: the best rate of each.
  /// - Throws: `SettingError` where losses diverge at every rate, `FileError` where what was tried cannot be kept, what
  ///   the optimizee throws, and `Interrupted`.
  public func tuned(
    _ baselines: [Baseline] = Baseline.allCases, on practice: any Optimizee, panel: String, identity: String = "",
    tuning: BaselineTuning, grids: [Baseline: ClosedRange<Int>] = [:], before: inout KeptRates, problems: String
  ) throws -> [(baseline: Baseline, learningRate: Double)] {
    let settings = settings(of: tuning, on: problems)
    let tunings = baselines.map { baseline in
      var own = tuning
      own.grid = grids[baseline] ?? tuning.grid
      return own
    }
    // A rate takes seconds on digits, and minutes on CIFAR-2: there each of its trials is kept.
    let parts = problems.isEmpty ? 1 : tuning.trials
    let progress = progress(
      "Tuning baselines", of: tunings.reduce(0) { $0 + $1.expectedRates } * parts,
      unit: parts == 1 ? "rates" : "trainings")
    defer { progress.finish() }
    var (tried, new) = (0, 0)
    defer {
      if tried > 0, new == 0, !problems.isEmpty {
        print("Rates on \(panel) were tried before with these settings; --retrain tries them anew.")
      }
    }
    return try zip(baselines, tunings).map { baseline, tuning in
      let rows = try tuning.tune(
        baseline, on: practice, panel: panel, stream: random.stream("tuning").stream(panel)
      ) { [before] trials in
        let known = trials.rates.map { before.row(panel, baseline.rawValue, rate: $0, settings: settings) }
        let missing = trials.rates.indices.filter { known[$0] == nil }
        let isNew = Atomic(false)
        let losses = try self.kept(
          missing.flatMap { rate in
            (0..<parts).map { part in
              "tuning \(panel) \(baseline.rawValue) \(trials.rates[rate])" + (parts == 1 ? "" : " trial \(part + 1)")
            }
          }, settings: tuning.text + identity, workers: tuning.workers
        ) { index in
          isNew.store(true, ordering: .relaxed)
          defer { progress.advance() }
          let first = index % parts * tuning.trials / parts
          return try (first..<first + tuning.trials / parts).map {
            try trials.finalLoss(ofRate: missing[index / parts], trial: $0)
          }
        }
        let made = missing.indices.map {
          trials.row(ofRate: missing[$0], finalLosses: losses[$0 * parts..<($0 + 1) * parts].joined())
        }
        tried += trials.rates.count
        new += missing.count
        progress.update(tried * parts, from: isNew.load(ordering: .relaxed) ? nil : tried * parts)
        return known.compactMap { $0 } + made
      }.rows
      write(rows)
      keep(rows, in: &before, settings: settings)
      return (baseline, rows.first(where: \.chosen)?.learningRate ?? .nan)
    }
  }

  /// The same for problems that are quick to tune on: rates that were tried are kept until the report is written.
  ///
  /// - Throws: the same.
  public func tuned(
    _ baselines: [Baseline] = Baseline.allCases, on practice: any Optimizee, panel: String, identity: String = "",
    tuning: BaselineTuning
  ) throws -> [(baseline: Baseline, learningRate: Double)] {
    var none = KeptRates()
    return try tuned(
      baselines, on: practice, panel: panel, identity: identity, tuning: tuning, before: &none, problems: "")
  }

  /// Runs learned optimizers and tuned baselines on the same fresh problems.
  ///
  /// Optimizers that are done are not run again by a run that goes on where it was stopped.
  ///
  /// - Parameter identity: what the problems depend on besides the options and the recorded data.
  /// - Throws: `SettingError` for less than one trial or step, `FileError` if the folder cannot be written, what an
  ///   optimizee throws, and `Interrupted`.
  public func compared(
    _ learned: [LSTMOptimizer], with baselines: [(baseline: Baseline, learningRate: Double)], on exam: any Optimizee,
    panel: String, identity: String = "", trials: Int, steps: Int
  ) throws -> [LossCurves] {
    let stream = random.stream("evaluation").stream(panel)
    let progress = progress("Evaluating", of: (baselines.count + learned.count) * trials, unit: "problems")
    defer { progress.finish() }
    var done = 0
    func curves(_ optimizer: some Optimizer, rate: Double?, _ which: String) throws -> LossCurves {
      var isNew = false
      let curves = try kept(
        "evaluation \(panel) \(optimizer.name)", settings: "\(trials) trials of \(steps) steps, \(which)\(identity)"
      ) {
        isNew = true
        return try evaluate(
          optimizer, on: exam, panel: panel, trials: trials, steps: steps, stream: stream, learningRate: rate,
          workers: workers
        ) { _ in progress.advance() }
      }
      done += trials
      if !isNew { progress.update(done, from: done) }
      return curves
    }
    var all = try learned.map { try curves($0, rate: nil, "weights \($0.checksum)") }
    for (baseline, rate) in baselines {
      all.append(try curves(baseline.optimizer(learningRate: rate), rate: rate, "rate \(rate)"))
    }
    return all
  }

  /// The same for problems that are batches of functions, where a trial is one function: so quick that nothing is kept
  /// on the way.
  ///
  /// - Throws: `SettingError` for less than one batch or step, what an optimizee throws, and `Interrupted`.
  public func comparedByFunction(
    _ learned: [LSTMOptimizer], with baselines: [(baseline: Baseline, learningRate: Double)], on exam: any Optimizee,
    panel: String, batches: Int, steps: Int
  ) throws -> [LossCurves] {
    let progress = progress("Evaluating", of: (baselines.count + learned.count) * batches, unit: "batches")
    defer { progress.finish() }
    func curves(_ optimizer: some Optimizer, rate: Double?) throws -> LossCurves {
      try evaluateFunctions(
        optimizer, on: exam, panel: panel, batches: batches, steps: steps,
        stream: random.stream("evaluation").stream(panel), learningRate: rate, workers: workers
      ) { _ in progress.advance() }
    }
    var all = try learned.map { try curves($0, rate: nil) }
    for (baseline, rate) in baselines { all.append(try curves(baseline.optimizer(learningRate: rate), rate: rate)) }
    return all
  }

  /// The difference of two optimizers' mean losses over some steps, problem by problem, with its interval: without the
  /// problems on which the second diverged; nan where the first did.
  public func difference(_ a: LossCurves, _ b: LossCurves, steps: ClosedRange<Int>) -> Difference {
    let pairs = zip(a.means(of: steps), b.means(of: steps)).filter { !$0.isFinite || $1.isFinite }
    return bootstrap(pairs.map { $0 - $1 }, stream: random.stream("bootstrap"))
  }
}

extension [LossCurves] {
  /// The curves of one optimizer; nil if it is not among them.
  public subscript(optimizer: String) -> LossCurves? { first { $0.optimizer == optimizer } }

  /// The hand-made optimizer with the lowest mean over some steps, of the trials on which it did not diverge.
  public func best(of baselines: [String] = Baseline.allCases.map(\.rawValue), steps: ClosedRange<Int>) -> LossCurves? {
    func mean(_ curves: LossCurves) -> Double {
      Foundations.mean(curves.means(of: steps).filter(\.isFinite))
    }
    let candidates = filter { baselines.contains($0.optimizer) && mean($0).isFinite }
    return candidates.min { mean($0) < mean($1) }
  }
}

extension LossCurves {
  /// What a claim's note says of the best baseline over some steps.
  public func noteOfBest(steps: ClosedRange<Int>) -> String {
    let diverged = means(of: steps).count { !$0.isFinite }
    let left = diverged == 0 ? "" : " Left out: \(diverged) of \(losses.count) trials, on which it diverged."
    return "\(optimizer) is the best baseline there.\(left)"
  }
}
