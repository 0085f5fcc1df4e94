import Foundations
import MetaTraining
import Notebook
import Optimizers
import Plotting

/// A learned optimizer on one network from starts of several deviations, beside its curve in the paper.
public struct LearnedStarts: Sendable {
  /// Mean loss at every step from 1, over trials that stayed finite.
  public let curves: [(deviation: Float, mean: [Double])]
  let panel: String
  /// Those of each deviation; the same trial has the same minibatches.
  private let trials: [LossCurves]
  private let paper: PaperCurves.Curve?

  init(panel: String, trials: [(deviation: Float, curves: LossCurves)]) throws {
    self.panel = panel
    curves = trials.map { ($0.deviation, $0.curves.meanLosses) }
    self.trials = trials.map(\.curves)
    paper = try PaperCurves()[panel, "LSTM"]
  }

  /// All trials, each deviation as a panel of its own: "2 layers, σ = 0.1".
  public var panels: [LossCurves] {
    zip(curves, trials).map { curve, trials in
      var panel = trials
      panel.panel += ", σ = \(curve.deviation)"
      return panel
    }
  }

  /// Losses at some steps and of the last ten, a row for each deviation and one for the paper.
  public var table: TextTable {
    let steps = [1, 10, 20, 50].filter { $0 <= curves.first?.mean.count ?? 0 }
    var table = TextTable(["starts"] + steps.map { "step \($0)" } + ["last ten"])
    func add(_ name: String, _ mean: [Double]) {
      table.append([name] + steps.map { mean.count < $0 ? "" : short(mean[$0 - 1]) } + [short(finalLoss(of: mean))])
    }
    for (deviation, mean) in curves { add("σ = \(deviation)", mean) }
    if let paper { add("the paper’s", paper.losses) }
    return table
  }

  public var figure: Figure {
    let ours = curves.map { deviation, mean in
      Series("σ = \(deviation)", x: (1...max(1, mean.count)).map(Double.init), y: mean)
    }
    let theirs = paper.map { paper in
      let shown = zip(paper.steps, paper.losses).filter { $0.0 <= Double(curves.first?.mean.count ?? 0) }
      return Series("LSTM", x: shown.map(\.0), y: shown.map(\.1), style: .paper, label: "paper’s LSTM")
    }
    return Figure(
      panels: [
        Panel(
          title: panel, x: Axis("Step"), y: Axis("Loss (nats)", scale: .log),
          series: (theirs.map { [$0] } ?? []) + ours)
      ],
      caption: "The same optimizer from starts of several deviations σ. Thin and grey: the paper’s LSTM.")
  }

  /// The deviation from which the curve lies nearest to the paper's, and the typical factor between the two, its root
  /// mean square over steps on a logarithmic scale; nil where the paper has none.
  public var nearest: (deviation: Float, factor: Double)? {
    curves.compactMap { deviation, mean in factor(mean).map { (deviation, $0) } }.min { $0.1 < $1.1 }
  }

  private func factor(_ mean: [Double]) -> Double? {
    // Not a number where all trials diverged, which no deviation is the nearest for.
    paper.map { paper in typicalFactor(zip(mean, paper.losses).map { $0 / $1 }) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Where that factor lies with 95 % confidence: trials are resampled, and the nearest deviation is chosen anew each
  /// time.
  func factorInterval(stream: RandomStream) -> Interval? {
    guard let count = trials.map(\.losses.count).min(), count > 1 else { return nil }
    let whole = trials.map { Set($0.wholeTrials) }
    let drawn = bootstrap(problems: count, resamples: 1000, stream: stream) { problems in
      zip(trials, whole).compactMap { curves, whole in
        factor(curves.meanLosses(of: problems.filter(whole.contains)))
      }.min() ?? .nan
    }
    return Interval(drawn.low, drawn.high)
  }

  /// The mean loss of the last ten steps from starts of a deviation.
  func loss(from deviation: Float) -> Double {
    curves.first { $0.deviation == deviation }.map { finalLoss(of: $0.mean) } ?? .nan
  }

  /// Where the curve of a deviation and the paper's begin, in words.
  func beginnings(_ deviation: Float) -> String? {
    guard let own = curves.first(where: { $0.deviation == deviation })?.mean.first, let theirs = paper?.losses.first
    else { return nil }
    return "At the first step ours is at \(short(own)), the paper's at \(short(theirs))."
  }
}

extension Notebook {
  /// Shows the curves from all starts as a table and a figure, and writes them.
  ///
  /// - Parameter range: the steps whose every trial is written.
  /// - Throws: `FileError` where the figure cannot be written.
  public func show(
    _ starts: LearnedStarts, named name: String, everyTrialOf range: ClosedRange<Int>, line: Int = #line,
    fileID: String = #fileID
  ) throws {
    show(
      starts.table, caption: "\(starts.panel): mean losses by the deviation of the starts", line: line, fileID: fileID)
    try show(
      starts.figure, named: name,
      alt: "Loss on \(starts.panel) over steps from starts of several deviations, and the paper's LSTM", line: line,
      fileID: fileID)
    write(starts.panels, everyTrialOf: range)
  }

  /// Tests whether one of the curves is the paper's.
  ///
  /// - Parameter rivals: hand-made optimizers, which gain from other starts too.
  public func checkLearnedStarts(_ starts: LearnedStarts, beside rivals: [StartStudy.Entry]) {
    guard let (deviation, factor) = starts.nearest else { return }
    let best = rivals.filter { $0.panel == starts.panel && $0.deviation == deviation }.min { $0.loss < $1.loss }
    let rival = best.map {
      "The best tuned baseline from there, \($0.baseline), ends at \(short($0.loss)), the LSTM at "
        + "\(short(starts.loss(from: deviation))): the problem is an easier one for all."
    }
    check(
      Claim(
        "On \(starts.panel) the paper's LSTM goes nearly as ours does from wider starts, of deviation \(deviation)",
        paper: "no such statement",
        quantity: "factor between the two mean losses of a step (root mean square over steps, of logarithms)",
        ours: factor, interval: starts.factorInterval(stream: random.stream("bootstrap")),
        reproduced: factor < 1.05 && deviation > DigitRecipe.start.median, origin: .ours,
        note: [
          "Within a factor of 1.05 counts as nearly.", starts.beginnings(deviation), rival,
          "Resampled, the curves are noisier and so lie farther away.",
        ].compactMap(\.self).joined(separator: " ")))
  }

  /// Runs an optimizer on a network from starts of several deviations.
  ///
  /// - Throws: `SettingError` for less than one trial or step, `FileError` where the paper's curves are missing or
  ///   damaged, and `Interrupted`.
  public func learnedStarts(
    _ optimizer: LSTMOptimizer, on network: StartStudy.Network, deviations: [Float], trials: Int, steps: Int
  ) throws -> LearnedStarts {
    let progress = progress("Evaluating from other starts", of: deviations.count * trials, unit: "trials")
    defer { progress.finish() }
    let trials = try deviations.map { deviation in
      let curves = try evaluate(
        optimizer, on: network.starting(deviation).exam, panel: network.panel, trials: trials, steps: steps,
        stream: random.stream("evaluation").stream(network.panel), workers: workers
      ) { _ in progress.advance() }
      return (deviation: deviation, curves: curves)
    }
    return try LearnedStarts(panel: network.panel, trials: trials)
  }
}
