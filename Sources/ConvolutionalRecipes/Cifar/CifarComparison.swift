import ConvolutionalOptimizees
import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import Recipes
import Synchronization

/// Losses of one optimizer in one panel, and how well the networks that it trained classify new images.
public struct CifarResult: Sendable {
  public var curves: LossCurves
  /// The share of test images that each trial's network classifies as their labels say; nan where it diverged.
  public var accuracies: [Double]

  /// The steps whose mean losses are compared at the end of so many.
  public static func lastSteps(of steps: Int) -> ClosedRange<Int> {
    steps >= 1020 ? 921...1020 : max(1, steps - 99)...steps
  }
}

/// An optimizer that takes part in a comparison.
public struct CifarEntrant: Sendable {
  var name: String
  var learningRate: Double?
  /// One for all trials, or one for each draw of labels.
  var optimizers: [any Optimizer]
  /// Tells its weights or its rate apart from others of its name.
  var identity: String

  /// A learned optimizer: one for all labels, or one for each draw of them.
  public init(_ name: String, _ learned: [LSTMOptimizer]) {
    self.name = name
    optimizers = learned
    identity = "weights \(learned.map(\.checksum).joined(separator: " "))"
  }

  /// A hand-made optimizer with its rate.
  public init(_ baseline: Baseline, learningRate: Double) {
    name = baseline.rawValue
    self.learningRate = learningRate
    optimizers = [baseline.optimizer(learningRate: learningRate)]
    identity = "rate \(learningRate)"
  }
}

/// One training of one network, as it is kept.
private struct Trial: Codable, Sendable {
  var losses: [Float]
  var accuracy: Double
}

extension Notebook {
  /// Tunes the hand-made optimizers for a panel, each on a grid around the rate that suits such networks.
  ///
  /// - Parameters:
  ///   - before: rates that earlier runs tried; new ones are added.
  ///   - otherwise: what preset quick takes on all panels but the first: the rates of that one.
  /// - Throws: `ConvolutionError` where oneDNN refuses, `SettingError` where losses diverge at every rate, and
  ///   `Interrupted`.
  public func tuned(
    _ panel: CifarPanel, steps: Int, before: inout KeptRates, otherwise: [(baseline: Baseline, learningRate: Double)],
    line: Int = #line, fileID: String = #fileID
  ) throws -> [(baseline: Baseline, learningRate: Double)] {
    if options.preset == .quick, !otherwise.isEmpty {
      deviates(
        "On \(panel.name) the baselines have the rates that are best on CIFAR-10.",
        because: "Tuning them there takes as long as all the rest; preset paper does it.", line: line, fileID: fileID)
      return otherwise
    }
    // Problems of CIFAR-2 differ most, a pair of labels each.
    let trials = options.preset == .paper ? (panel.name == "CIFAR-2" ? 6 : 2) : 1
    // Exponents of √10.
    let grids: [Baseline: ClosedRange<Int>] = [.nag: -3...(-1), .rmsprop: -6...(-4), .adam: -6...(-4), .sgd: -1...1]
    let tuning = BaselineTuning(
      trials: trials, steps: min(steps, 1000), lastSteps: max(10, min(steps, 1000) / 10), workers: workers)
    return try tuned(
      on: panel.practice, panel: panel.name, tuning: tuning, grids: grids, before: &before, problems: panel.text)
  }

  /// Runs optimizers on the problems of a panel: the same images, starts and minibatches for all of them.
  ///
  /// Each training is kept on its own, so that a run that was stopped goes on after the last one that was done.
  ///
  /// - Throws: `SettingError` for less than one step or no images for testing, `ConvolutionError` where oneDNN refuses,
  ///   `FileError` if the folder cannot be written, and `Interrupted`.
  public func compared(
    _ entrants: [CifarEntrant], on panel: CifarPanel, trials: Int, steps: Int
  ) throws -> [CifarResult] {
    let stream = random.stream("evaluation").stream(panel.name)
    let jobs = (0..<trials).flatMap { trial in entrants.indices.map { (trial: trial, entrant: $0) } }
    let progress = progress("Evaluating \(panel.name)", of: jobs.count, unit: "trainings")
    defer { progress.finish() }
    let names = jobs.map { "evaluation \(panel.name) trial \($0.trial + 1) \(entrants[$0.entrant].name)" }
    let identities = entrants.map { "\($0.name) \($0.identity)" }.joined(separator: ", ")
    let done: [Trial] = try kept(names, settings: "\(steps) steps, \(identities)", workers: workers, progress: progress)
    {
      job in
      let (trial, entrant) = (jobs[job].trial, entrants[jobs[job].entrant])
      let choice = panel.choice(trial)
      return try training(
        by: entrant.optimizers[choice.draw % entrant.optimizers.count], of: choice, steps: steps,
        stream: stream.stream("problem", trial))
    }
    return entrants.indices.map { index in
      let own = (0..<trials).map { done[$0 * entrants.count + index] }
      return CifarResult(
        curves: LossCurves(
          panel: panel.name, optimizer: entrants[index].name, learningRate: entrants[index].learningRate,
          losses: own.map(\.losses)), accuracies: own.map(\.accuracy))
    }
  }
}

private func training(
  by optimizer: any Optimizer, of choice: CifarPanel.Choice, steps: Int, stream: RandomStream
) throws -> Trial {
  let accuracy = Mutex(Double.nan)
  let curves = try evaluate(
    optimizer, on: choice.exam, panel: "", trials: 1, steps: steps, stream: stream, workers: .one,
    ending: { _, parameters in
      let share = try choice.exam.accuracy(of: parameters, on: choice.test)
      accuracy.withLock { $0 = share }
    })
  return Trial(losses: curves.losses[0], accuracy: accuracy.withLock { $0 })
}

extension [CifarResult] {
  /// Each trial's mean loss over ranges of steps, from which claims and their intervals are computed.
  public func means(of ranges: [ClosedRange<Int>]) -> TextTable {
    var table = TextTable(["panel", "optimizer", "trial", "first_step", "last_step", "mean_loss"])
    for curves in map(\.curves) {
      for steps in ranges {
        for (trial, loss) in curves.means(of: steps).enumerated() {
          table.append([
            curves.panel, curves.optimizer, "\(trial + 1)", "\(steps.lowerBound)", "\(steps.upperBound)", "\(loss)",
          ])
        }
      }
    }
    return table
  }

  /// What share of test images the networks classify that each optimizer trained, as a table.
  public func accuracyTable(_ panels: [String]) -> TextTable {
    var table = TextTable(["optimizer"] + panels)
    var names: [String] = []
    for result in self where !names.contains(result.curves.optimizer) { names.append(result.curves.optimizer) }
    for name in names {
      table.append(
        [name]
          + panels.map { panel in
            guard let result = first(where: { $0.curves.panel == panel && $0.curves.optimizer == name }) else {
              return ""
            }
            let shares = result.accuracies.filter(\.isFinite)
            let error = standardError(shares)
            let diverged = result.accuracies.count - shares.count
            return short(mean(shares)) + (error.isFinite ? " ± \(short(error))" : "")
              + (diverged > 0 ? ", without \(diverged) that diverged" : "")
          })
    }
    return table
  }
}
