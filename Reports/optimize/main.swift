//: # Optimizers on well-known functions, or on a table of yours
//:
//: A learned optimizer and four hand-made ones on a well-known function or on a table: not a figure of the paper, but a
//: place to see what such optimizers do. The learned one knows nothing of a function but its gradients; how well it does
//: depends on what it was meta-trained on.
import ArgumentParser
import Datasets
import Foundation
import Foundations
import LabelledData
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import Plotting
import Recipes

extension TrialProblem.Name: ExpressibleByArgument {}

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "A learned optimizer and hand-made ones on a test function, or on a table of yours.",
    discussion: """
      Runs the optimizers from the same starts, prints how far they come, and leaves curves and, in two dimensions, their \
      paths over contour lines as PNG, SVG and page. The learned optimizer is the one of the paper's quadratics unless \
      another is named or --train is given.
      """)
  @OptionGroup var common: CommonOptions
  @Option(help: "The function to minimise; rosenbrock when it is left out.") var function: TrialProblem.Name?
  @Option(help: ArgumentHelp("Logistic regression on this CSV file instead.", valueName: "file")) var table: String?
  @Option(help: "The column of the table with its two labels; the last one when it is left out.") var label: String?
  @Option(help: ArgumentHelp("The learned optimizer, a safetensors file.", valueName: "file")) var optimizer: String?
  @Flag(help: "Meta-train an optimizer first, for seconds, on relatives of the problem.") var train = false
  @Option(
    parsing: .unconditional,
    help: "The learning rate of all hand-made optimizers; the best of a grid for each when left out.")
  var rate: Double?
  @Option(parsing: .unconditional, help: "Steps of each optimizer.") var steps = 200

  mutating func validate() throws {
    (table, optimizer) = (table.map(expandingTilde), optimizer.map(expandingTilde))
    if !(2...100_000).contains(steps) { throw SettingError("--steps", value: steps, expected: "2 to 100000") }
    // Parameters are single precision.
    if let rate, !(Float(rate) > 0 && Float(rate).isFinite) {
      throw SettingError("--rate", value: rate, expected: "above 0, and in the range of single precision")
    }
    if train, optimizer != nil { throw ValidationError("--train and --optimizer exclude each other") }
    if function != nil, table != nil { throw ValidationError("--function and --table exclude each other") }
    if label != nil, table == nil { throw ValidationError("--label needs --table") }
    try SettingError.refuseEmpty("--table", table, expected: "a file")
    try SettingError.refuseEmpty("--optimizer", optimizer, expected: "a file")
  }
}

Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let trials = settings.common.trials ?? (preset == .smoke ? 3 : 24)

  //: ## The problem
  //:
  //: Optimizers are compared from starts that lie close to the usual one of the function.
  let problem: TrialProblem
  if let path = settings.table {
    let table = try LabelledTable(contentsOf: path, label: settings.label)
    problem = TrialProblem(table, name: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
    notebook.print(
      "\(table.features.count) rows, \(table.columns.count) columns; the label is \(table.classes[0]) or "
        + "\(table.classes[1]). Columns are brought to mean 0 and deviation 1.")
  } else {
    problem = try TrialProblem(settings.function ?? .rosenbrock)
  }

  //: ## The learned optimizer
  let learned: LSTMOptimizer
  if settings.train {
    learned = try notebook.practised(on: problem, steps: settings.steps)
    notebook.print("The LSTM was meta-trained on relatives of this problem.")
  } else {
    let path = settings.optimizer ?? TrialProblem.defaultOptimizer
    var optimizer = try LSTMOptimizer.load(path).optimizer
    // Under whatever name it was saved, it is the only learned one here.
    optimizer.name = "LSTM"
    learned = optimizer
    notebook.print("The LSTM is \(URL(fileURLWithPath: path).lastPathComponent); --train makes one for this problem.")
  }

  //: ## The hand-made ones
  //:
  //: Each at the best rate of a grid, two to a decade, refined twice around the best: that at which the fewest trials
  //: diverge and, among those, the mean loss at the last step is lowest, on the problems of the comparison itself.
  let baselines =
    if let rate = settings.rate {
      Baseline.allCases.map { (baseline: $0, learningRate: rate) }
    } else {
      try notebook.tuned(
        on: problem.exam, panel: problem.title, identity: problem.identity,
        tuning: BaselineTuning(
          trials: trials, steps: settings.steps, lastSteps: 1, grid: -6...0, refinements: 2, workers: notebook.workers))
    }

  //: ## What came out
  let curves = try notebook.compared(
    [learned], with: baselines, on: problem.exam, panel: problem.title, identity: problem.identity, trials: trials,
    steps: settings.steps)
  notebook.write(curves)
  let paths = try notebook.paths([learned], with: baselines, on: problem, steps: settings.steps)
  notebook.show(problem.table(curves, paths), caption: problem.caption)
  notebook.show(
    LossFigure([.init(problem.title)], columns: 1, band: .none, showsPaper: false), named: "losses",
    alt: "Mean loss over steps for the learned optimizer and four hand-made ones")
  if let plane = problem.plane { try notebook.showPaths(paths, over: plane, title: problem.title) }
}
