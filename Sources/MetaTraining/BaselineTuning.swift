import Foundations
import Optimizees
import Optimizers

/// The hand-made optimizers of the paper's figures.
public enum Baseline: String, Sendable, CaseIterable {
  case nag = "NAG"
  case rmsprop = "RMSprop"
  case adam = "ADAM"
  case sgd = "SGD"

  /// The optimizer at a rate, all else as Torch7 has it.
  public func optimizer(learningRate: Double) -> any Optimizer {
    let rate = Float(learningRate)
    return switch self {
    case .nag: NAG(learningRate: rate)
    case .rmsprop: RMSprop(learningRate: rate)
    case .adam: Adam(learningRate: rate)
    case .sgd: SGD(learningRate: rate)
    }
  }
}

/// Chooses the learning rate of hand-made optimizers: a shared grid of two rates a decade, refined around the best.
public struct BaselineTuning: Sendable {
  /// Problems that each rate is tried on.
  public var trials: Int
  public var steps: Int
  /// A rate is judged by its mean loss over the last steps, which a single minibatch does not decide.
  public var lastSteps: Int
  /// Exponents of √10 of the grid's rates.
  public var grid: ClosedRange<Int>
  /// How often the distance of rates is halved around the best, 0 to 3 times: a quarter, an eighth, a sixteenth of a
  /// decade.
  public var refinements: Int
  public var workers: Workers

  public init(
    trials: Int = 8, steps: Int = 100, lastSteps: Int = 10, grid: ClosedRange<Int> = -8...3, refinements: Int = 1,
    workers: Workers = .all
  ) {
    self.trials = trials
    self.steps = steps
    self.lastSteps = lastSteps
    self.grid = grid
    self.refinements = min(max(refinements, 0), 3)
    self.workers = workers
  }

  /// How many rates are tried where the best does not lie at the grid's edge.
  public var expectedRates: Int { grid.count + 2 * refinements }

  /// What a single rate's row depends on.
  public var problemsText: String { "\(trials) trials of \(steps) steps, the last \(lastSteps)" }

  /// All settings that the result depends on.
  public var text: String {
    "\(problemsText), grid \(grid)"
      + (refinements == 1 ? "" : ", refined \(refinements) times")
  }

  /// Tries rates on practice problems, all on the same ones.
  ///
  /// While the best lies at the grid's edge, the grid grows on that side, by at most eight rates in all; then the rates
  /// a quarter of a decade to either side of the best are tried too, and so on with half the distance for each further
  /// refinement.
  ///
  /// - Parameter trying: gives the rows of some rates by trying each; a run that keeps on the way what was tried has a
  ///   way of its own.
  /// - Throws: `SettingError` for less than one trial or step, for refinements that there are not, and where losses
  ///   diverge at every rate; what the optimizee throws, and `Interrupted`.
  /// - Returns: the best rate and a row for every rate tried, in order. Where `rows.isChosenAtEdge`, a rate beyond them
  ///   may be better still: begin with another grid.
  public func tune(
    _ baseline: Baseline, on optimizee: any Optimizee, panel: String, stream: RandomStream,
    trying: ((RateTrials) throws -> [TuningRow])? = nil
  ) throws -> (learningRate: Double, rows: [TuningRow]) {
    try checkAtLeastOne(trials, "trials")
    try checkAtLeastOne(steps, "steps")
    try checkAtLeastOne(lastSteps, "last steps")
    guard (0...3).contains(refinements) else {
      throw SettingError("refinements", value: refinements, expected: "0 to 3")
    }
    var rows: [TuningRow] = []
    // Sixteenths of a decade as exponents: multiples of 8 are the grid's.
    var tried: Set<Int> = []
    func attempt(_ sixteenths: [Int]) throws {
      let rates = sixteenths.filter { tried.insert($0).inserted }.map(Self.rate)
      let trials = RateTrials(
        baseline: baseline, rates: rates, tuning: self, optimizee: optimizee, panel: panel, stream: stream)
      rows += try trying?(trials) ?? workers.spread(rates.count) { try trials.row(ofRate: $0) }
      rows.sort { $0.learningRate < $1.learningRate }
    }
    try attempt(grid.map { 8 * $0 })
    func best() -> Int { rows.indices.min { Self.isBetter(rows[$0], rows[$1]) } ?? 0 }
    var widened = 0
    while best() == 0 || best() == rows.count - 1, widened < 8 {
      let edge = best() == 0 ? (tried.min() ?? 0) - 8 : (tried.max() ?? 0) + 8
      try attempt([edge])
      widened += 1
    }
    for refinement in 0..<refinements {
      let (centre, distance) = (tried.sorted()[best()], 4 >> refinement)
      try attempt([centre - distance, centre + distance])
    }
    let chosen = best()
    guard rows[chosen].finalLoss.isFinite else {
      throw SettingError(
        "the rate of \(baseline.rawValue)",
        value: "anything from \(rows[0].learningRate) to \(rows[rows.count - 1].learningRate)",
        expected: "one at which losses stay finite; look at the problem's start and its loss there")
    }
    rows[chosen].chosen = true
    return (rows[chosen].learningRate, rows)
  }

  /// Fewer diverged trials first, then the lower loss.
  private static func isBetter(_ a: TuningRow, _ b: TuningRow) -> Bool {
    if a.diverged != b.diverged { return a.diverged < b.diverged }
    if a.finalLoss.isNaN || b.finalLoss.isNaN { return !a.finalLoss.isNaN && b.finalLoss.isNaN }
    return a.finalLoss < b.finalLoss
  }

  /// 10^(sixteenths / 16) with a mantissa of three digits.
  private static func rate(_ sixteenths: Int) -> Double {
    let mantissas = [
      "1", "1.15", "1.33", "1.54", "1.78", "2.05", "2.37", "2.74", "3.16", "3.65", "4.22", "4.87", "5.62", "6.49",
      "7.5", "8.66",
    ]
    return Double("\(mantissas[sixteenths & 15])e\(sixteenths >> 4)") ?? .nan
  }
}

/// Some rates of one hand-made optimizer, to be tried on the same practice problems.
public struct RateTrials: Sendable {
  public let baseline: Baseline
  public let rates: [Double]
  fileprivate let tuning: BaselineTuning
  fileprivate let optimizee: any Optimizee
  fileprivate let panel: String
  fileprivate let stream: RandomStream

  /// The mean loss of the last steps of one trial at one rate, in nats or whatever the optimizee's losses are in; not
  /// finite where the trial diverges.
  ///
  /// - Throws: what the optimizee throws, and `Interrupted`.
  public func finalLoss(ofRate index: Int, trial: Int) throws -> Double {
    let optimizer = baseline.optimizer(learningRate: rates[index])
    let losses = try runTrial(trial, of: optimizer, on: optimizee, steps: tuning.steps, stream: stream, .one).losses
    return mean(losses.suffix(tuning.lastSteps).map(Double.init))
  }

  /// What comes of a rate whose trials end at these losses.
  public func row(ofRate index: Int, finalLosses: some Sequence<Double>) -> TuningRow {
    let finalLosses = Array(finalLosses)
    let finite = finalLosses.filter(\.isFinite)
    return TuningRow(
      panel: panel, optimizer: baseline.rawValue, learningRate: rates[index], finalLoss: mean(finite),
      standardError: standardError(finite), trials: finalLosses.count, diverged: finalLosses.count - finite.count,
      chosen: false)
  }

  /// All trials of a rate, one after the other.
  ///
  /// - Throws: what the optimizee throws, and `Interrupted`.
  public func row(ofRate index: Int) throws -> TuningRow {
    row(ofRate: index, finalLosses: try (0..<tuning.trials).map { try finalLoss(ofRate: index, trial: $0) })
  }
}
