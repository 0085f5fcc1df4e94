import Foundation
import Foundations
import LSTMKernels
import LabelledData
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import Plotting

/// What `swift run optimize` tries optimizers on: a well-known function, or logistic regression on a table.
public struct TrialProblem: Sendable {
  public enum Name: String, Sendable, CaseIterable {
    case rosenbrock, rastrigin, beale, himmelblau, quadratic
    /// The paper's, in ten dimensions.
    case quadratics
  }

  /// Of the files.
  public var name: String
  public var title: String
  /// The problem from starts that differ a little: what rates are tuned on and optimizers are compared on.
  public var exam: any Optimizee
  /// From the usual start.
  public var single: any Optimizee
  /// What an optimizer may be meta-trained on.
  public var family: any Optimizee
  /// What tells the problem from others of the same name.
  public var identity: String
  /// Nil where there are no two coordinates.
  public var plane: TestFunction?
  public var table: LogisticRegression?

  /// - Throws: nothing but what quadratics throw.
  public init(_ choice: Name) throws {
    name = choice.rawValue
    identity = choice.rawValue
    guard let function = TestFunction(rawValue: choice.rawValue) else {
      title = "Quadratics in ten dimensions"
      (exam, single) = (try Quadratic(.uniform, functions: 1), try Quadratic(.uniform, functions: 1))
      family = try Quadratic(.uniform, functions: 16)
      return
    }
    title = "\(choice.rawValue.prefix(1).uppercased())\(choice.rawValue.dropFirst())"
    let ranges = function.ranges.x
    let spread = Float(0.075 * (ranges.upperBound - ranges.lowerBound))
    exam = function.copies(shift: 0, spread: spread)
    single = function.copies(shift: 0, spread: 0)
    family = function.copies(shift: spread, spread: spread, sideBySide: 16)
    plane = function
  }

  /// - Parameter name: of the table, for files and titles.
  public init(_ table: LabelledTable, name: String) {
    let regression = LogisticRegression(table)
    self.name = "table-\(name)"
    title = "Logistic regression on \(name)"
    identity = "\(name) \(table.checksum)"
    (exam, single) = (regression.problem(), regression.problem())
    family = regression.relatives(sideBySide: 8)
    self.table = regression
  }

  /// The recipe for an optimizer of the problem's own: seconds, with the preprocessing of the paper's Appendix A, and
  /// the logarithm of the loss, since losses fall over many orders of magnitude.
  ///
  /// - Parameter steps: how far optimizers are compared, to which it trains, up to 1,000: on Rosenbrock's valley the LSTM
  ///   is at 0.009 after 200 steps in place of the 0.056 of one that was trained to 100.
  public static func stage(_ preset: Preset, steps: Int) -> TrainingStage {
    let episodes = preset.choose(smoke: 4, quick: 600, paper: 4000)
    return TrainingStage(
      name: "practice", episodes: episodes, horizon: min((steps + 19) / 20 * 20, 1000), learningRate: 0.01,
      objective: .logarithm,
      validationInterval: max(2, episodes / 12))
  }
}

extension TrialProblem {
  /// The committed optimizer of the paper's quadratics.
  public static var defaultOptimizer: String { KeptTraining.path("fig4-quadratics-uniform-paper-seed1") }

  public var caption: String {
    var text = "Mean losses over the starts."
    if plane != nil { text += " The end is that of the path from the usual start." }
    if table != nil { text += " Right is the share of rows whose label the weights get right after one run." }
    return text
  }

  /// How far each optimizer comes.
  public func table(_ curves: [LossCurves], _ paths: [Trajectory]) -> TextTable {
    let steps = curves.first?.losses.first?.count ?? 1
    let shown = Array(Set([min(10, steps), min(50, steps), steps])).sorted()
    let last = plane != nil ? ["end"] : table != nil ? ["right"] : []
    var rows = TextTable(["optimizer", "rate"] + shown.map { "loss at step \($0)" } + ["diverged"] + last)
    for (curve, path) in zip(curves, paths) {
      let finite = curve.losses.filter { $0.last?.isFinite == true }
      let means = shown.map { step in
        finite.reduce(0) { $0 + Double($1[step - 1]) } / Double(finite.count)
      }
      var row = [curve.optimizer, curve.learningRate.map { "\($0)" } ?? "learned"] + means.map { shortNumber($0) }
      row.append("\(curve.losses.count - finite.count) of \(curve.losses.count)")
      if let end = path.parameters.last {
        if plane != nil { row.append(end.map { shortNumber(Double($0)) }.joined(separator: ", ")) }
        if let table { row.append("\(shortNumber(100 * table.accuracy(end), digits: 3)) %") }
      }
      rows.append(row)
    }
    return rows
  }
}

extension Notebook {
  /// The ways of optimizers over the problem from its usual start.
  ///
  /// - Throws: what an optimizee throws, and `Interrupted`.
  public func paths(
    _ learned: [LSTMOptimizer], with baselines: [(baseline: Baseline, learningRate: Double)], on problem: TrialProblem,
    steps: Int
  ) throws -> [Trajectory] {
    let all: [any Optimizer] = learned + baselines.map { $0.baseline.optimizer(learningRate: $0.learningRate) }
    func path(_ optimizer: some Optimizer) throws -> Trajectory {
      try Trajectory(optimizer, on: problem.single, stream: random.stream("path"), steps: steps)
    }
    return try all.map { try path($0) }
  }

  /// An optimizer that is meta-trained on the problem's family, or was before.
  ///
  /// - Parameter steps: how far it will be looked at.
  /// - Throws: `FileError` for a kept one that is damaged and where the new one cannot be written, `LockedError` where
  ///   another process trains the same, what an optimizee throws, and `Interrupted` once progress is saved.
  public func practised(on problem: TrialProblem, steps: Int) throws -> LSTMOptimizer {
    let stage = TrialProblem.stage(options.preset, steps: steps)
    record("practice", stage.summary)
    let trained = try trainedOptimizer(
      "optimize-\(problem.name)-\(options.preset.rawValue)-seed\(options.seed)",
      settings: TrainingSettings(stage, data: problem.identity, seed: options.seed).text
    ) { checkpoints, report in
      var trainer = MetaTrainer(try CoordinatewiseLSTM(), workers: workers)
      trainer.validationSteps = stage.horizon
      return try trainer.train(
        [.init(stage, on: problem.family)], validation: problem.family, stream: random.stream("meta-training"),
        checkpoints: checkpoints, report: report)
    }
    write(trained.rows)
    return trained.optimizer
  }

  /// A figure of the function's contour lines with the optimizers' paths from the usual start.
  ///
  /// - Throws: `SettingError` where the PNG cannot be drawn.
  public func showPaths(_ paths: [Trajectory], over function: TestFunction, title: String) throws {
    let (x, y) = function.ranges
    // Half decades, where there is something to see.
    let levels = (-4...8).map { pow(10, Double($0) / 2) }
    let contours = Contours(
      x: x, y: y, levels: levels,
      paths: paths.map { path in
        // More points than pixels would only take long to draw.
        let points = stride(from: 0, to: path.parameters.count, by: max(1, path.parameters.count / 2_000))
        return Series(
          path.optimizer, x: points.map { path.parameters[$0][0] }, y: points.map { path.parameters[$0][1] })
      }, minima: function.minima.map { .init(x: Double($0[0]), y: Double($0[1])) }
    ) { Double(function.lossAndGradient(Float($0), Float($1)).loss) }
    try show(
      Figure(
        panels: [Panel(title: title, x: "x", y: "y", contours: contours)],
        caption: "Paths from the usual start, \(paths.map(\.losses.count).max() ?? 0) steps; crosses are minima. From "
          + "one contour line to the next the loss grows by √10; the lowest is 0.01.",
        width: 640),
      named: "paths", alt: "Contour lines of the function with the path of each optimizer")
  }
}
