// A new figure of the suite: a whole experiment, as it would stand in Experiments/valley/main.swift.

// snippet.settings
//: # How narrow a valley may be
//:
//: A valley whose floor is bent, and whose walls are steeper from one problem to the next: how far do the hand-made
//: optimizers come in a hundred steps, each at its best learning rate?
import ArgumentParser
import LearningToLearn
import Notebook
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "valley", abstract: "How far hand-made optimizers come in valleys of several widths.")
  @OptionGroup var common: CommonOptions
  @Option(help: "Steps of each optimizer.") var steps = 100
}
// snippet.end

// snippet.problem
func valley(steepness: Float) -> Functions {
  Functions(dimension: 2) { random in
    Function(start: [-1 + 0.1 * random.normal(), 1 + 0.1 * random.normal()]) { theta, gradient in
      let (a, b) = (1 - theta[0], theta[1] - theta[0] * theta[0])
      gradient[0] = -2 * a - 4 * steepness * theta[0] * b
      gradient[1] = 2 * steepness * b
      return a * a + steepness * b * b
    }
  }
}
// snippet.end

// snippet.run
Notebook.run(Settings.self) { notebook, settings in
  let isSmoke = settings.common.preset == .smoke
  let trials = settings.common.trials ?? (isSmoke ? 2 : 16)

  //: ## Comparison
  //:
  //: Rates are tuned for each steepness anew, on starts of their own.
  let steepnesses: [Float] = isSmoke ? [1, 10] : [1, 3, 10, 30, 100]
  var all: [LossCurves] = []
  for steepness in steepnesses {
    let (problem, panel) = (valley(steepness: steepness), "Steepness \(Int(steepness))")
    let tuning = BaselineTuning(
      trials: trials, steps: settings.steps, lastSteps: 1, grid: -6...0, workers: notebook.workers)
    let baselines = try notebook.tuned(on: problem, panel: panel, tuning: tuning)
    all += try notebook.compared(
      [], with: baselines, on: problem, panel: panel, trials: trials, steps: settings.steps)
  }
  notebook.write(all)

  //: ## Losses over steps
  notebook.show(
    LossFigure(steepnesses.map { .init("Steepness \(Int($0))") }, showsPaper: false), named: "losses",
    alt: "Mean loss over steps for four hand-made optimizers, a panel for each steepness")

  //: ## Last losses over steepness
  let series = Baseline.allCases.map { baseline in
    let curves = all.filter { $0.optimizer == baseline.rawValue }
    return Series(
      baseline.rawValue, x: steepnesses,
      y: curves.map { $0.finalLosses(last: 1).reduce(0, +) / Double(trials) }, mark: .linePoints)
  }
  let figure = Figure(
    panels: [
      Panel(
        title: "Valley", x: Axis("Steepness", scale: .log), y: Axis("Loss at the last step", scale: .log),
        series: series)
    ],
    caption: "Mean of \(trials) starts. Where a start led away for good there is a gap.")
  try notebook.show(figure, named: "steepness", alt: "Loss at the last step over the valley's steepness")
}
// snippet.end
