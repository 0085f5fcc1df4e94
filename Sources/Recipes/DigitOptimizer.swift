import Datasets
import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers

extension Notebook {
  /// The optimizer of the MNIST figures: loaded where one of the same settings, seed, data and code is kept in
  /// Data/optimizers, else meta-trained before the reader's eyes and kept there.
  ///
  /// Where the recipe asks for several trainings from different random weights, they are trained side by side, all are
  /// reported, and the best by validation on the same problems is taken.
  ///
  /// - Parameters:
  ///   - finish: goes on from what each training kept, if there is one.
  ///   - encore: goes on from the best of them, if there is one.
  ///   - variant: of the recipe, for the name of the file; one that differs from the preset's has its own.
  /// - Returns: the best, and what each training came to before that one went on.
  /// - Throws: `SettingError` for a recipe that makes no sense or does not fit the images or the training before, and
  ///   for no trainings; `FileError` for a kept optimizer that is damaged and where one cannot be written,
  ///   `LockedError` where another process trains the same, and `Interrupted` once progress is saved.
  public func digitOptimizer(
    _ recipe: DigitRecipe, finish: DigitRecipe? = nil, encore: DigitRecipe? = nil, variant: String = "",
    digits: ImageDataset
  ) throws -> (best: TrainedOptimizer, trainings: [LSTMOptimizer]) {
    if let margin = recipe.margin ?? finish?.margin {
      let part = finish == nil ? "Meta-training" : "The last part of meta-training"
      deviates(
        "\(part) leaves out the \(margin) outermost rings of pixels.",
        because: "In them lies 3 % of the ink. Without them half of the coordinates are left, and half of the time.")
    }
    var trained = try trainings(recipe, .first, variant, digits)
    if let finish {
      let finished = try trainings(finish, .finish, variant, digits, from: trained)
      trained = try zip(trained, finished).map { try better($0, $1, recipe, digits) }
    }
    let losses =
      trained.count > 1 ? try trained.map { try validated($0, recipe, digits) } : trained.map(\.validationLoss)
    guard let best = losses.indices.min(by: { losses[$0] < losses[$1] }) else {
      throw SettingError("trainings", value: recipe.trainings, expected: "at least 1")
    }
    let before = trained.map(\.optimizer)
    let episodes = trained.map { $0.rows.last?.episode ?? 0 }
    if let encore {
      let last = try trainings(encore, .encore, variant, digits, from: [trained[best]])[0]
      trained[best] = try better(trained[best], last, recipe, digits)
    }
    for (k, training) in trained.enumerated() { write(training.rows, of: k == 0 ? "LSTM" : "LSTM \(k + 1)") }
    tellDiverged(trained)
    if trained.count > 1 {
      var table = TextTable(["training", "episodes", "validation loss", "goes on"])
      for k in trained.indices {
        table.append(["\(k + 1)", "\(episodes[k])", short(losses[k]), k == best ? "yes" : ""])
      }
      show(
        table,
        caption: "Trainings from different random weights, validated on the same problems; the best goes on")
    }
    if options.preset == .paper, options.seed == 1, variant.isEmpty, digits.provenance.ending.isEmpty {
      try keep(trained[best], as: Self.committedDigitOptimizer)
    }
    return (trained[best], before)
  }

  /// Of a training and of what went on from it, the one with the lower loss on the same problems, with the rows of both.
  private func better(
    _ before: TrainedOptimizer, _ after: TrainedOptimizer, _ recipe: DigitRecipe, _ digits: ImageDataset
  ) throws -> TrainedOptimizer {
    let isBetter = try validated(after, recipe, digits) < validated(before, recipe, digits)
    return after.following(before, isBetter: isBetter)
  }

  /// The mean final loss on validation problems that are the same for all trainings. (Each chose among its own weights by
  /// problems of its own: 32 of them differ from others by as much as trainings do.)
  func validated(_ trained: TrainedOptimizer, _ recipe: DigitRecipe, _ digits: ImageDataset) throws -> Double {
    let held = digits.training.halves.1
    let problems = try Classification(MLP(inputs: held.imageSize, hidden: [20]), on: held, start: DigitRecipe.start)
    let (trials, steps) = (recipe.validationProblems, recipe.validationSteps ?? 100)
    return try kept(
      "validation of \(trained.optimizer.checksum)", settings: "\(trials) problems, \(steps) steps"
    ) {
      let losses = try evaluate(
        trained.optimizer, on: problems, panel: "validation", trials: trials, steps: steps,
        stream: random.stream("validation"), workers: workers
      ).finalLosses(last: 10)
      return losses.allSatisfy(\.isFinite) ? mean(losses) : .infinity
    }
  }

  /// Says how many episodes of some trainings diverged.
  public func tellDiverged(_ trained: [TrainedOptimizer]) {
    let diverged = trained.reduce(0) { $0 + ($1.rows.last?.diverged ?? 0) }
    if diverged > 0 { print("\(diverged) episodes of meta-training diverged; what followed in them was left out.") }
  }

  /// An optimizer that another recipe trains, once, beside those of this run's.
  ///
  /// - Parameter encore: goes on from it, if there is one.
  /// - Throws: as `digitOptimizer`.
  func shortTraining(
    _ recipe: DigitRecipe, encore: DigitRecipe?, _ digits: ImageDataset
  ) throws -> TrainedOptimizer {
    let first = try trainings(recipe, .first, "-short", digits)
    guard let encore else { return first[0] }
    return try better(first[0], trainings(encore, .encore, "-short", digits, from: first)[0], recipe, digits)
  }

  /// Shows what each of several trainings came to on the problems of a comparison.
  ///
  /// - Parameter horizon: the first column is of the ten steps before it, the second of those before twice as many.
  /// - Throws: what `compared` throws.
  public func showTrainings(_ trainings: [LSTMOptimizer], on exam: any Optimizee, trials: Int, horizon: Int) throws {
    guard trainings.count > 1 else { return }
    let ends = [horizon, 2 * horizon].map { max(1, $0 - 9)...$0 }
    var table = TextTable(["training"] + ends.map { "steps \($0.lowerBound)-\($0.upperBound)" })
    for (k, training) in trainings.enumerated() {
      var optimizer = training
      optimizer.name = "training \(k + 1)"
      let curves = try compared([optimizer], with: [], on: exam, panel: "MNIST", trials: trials, steps: 2 * horizon)[0]
      table.append(
        ["\(k + 1)"]
          + ends.map { steps in
            let loss = bootstrap(curves.means(of: steps), stream: random.stream("bootstrap"))
            return "\(short(loss.mean)) (\(short(loss.low)) to \(short(loss.high)))"
          })
    }
    show(
      table, caption: "Mean losses of each training, with 95 % intervals, before the best by validation went on",
      file: "trainings.csv")
  }

  /// The name of the optimizer that preset paper trained, which the other figures on digits use.
  public static var committedDigitOptimizer: String { "fig3-mnist" }

  /// One of the trainings that follow each other.
  private enum Phase: String {
    case first = "meta-training"
    case finish, encore

    /// What the names of its files have in the middle.
    var infix: String {
      switch self {
      case .first: ""
      case .finish: "-whole"
      case .encore: "-best"
      }
    }

    var title: String {
      switch self {
      case .first: "Meta-training"
      case .finish: "Finishing meta-training"
      case .encore: "Going on with the best"
      }
    }
  }

  /// - Parameter before: trainings to go on from, one each, in place of random weights.
  private func trainings(
    _ recipe: DigitRecipe, _ phase: Phase, _ variant: String, _ digits: ImageDataset,
    from before: [TrainedOptimizer]? = nil
  ) throws -> [TrainedOptimizer] {
    let (practice, held) = digits.training.halves
    let data = digits.provenance.identity(published: "mnist")
    let stem = "fig3-mnist-\(options.preset.rawValue)\(variant)\(phase.infix)-seed\(options.seed)"
    let ending = digits.provenance.ending
    let stream = random
    func settings(_ index: Int) -> String {
      TrainingSettings(
        recipe, data: data, seed: options.seed, training: index, start: before?[index].optimizer.checksum
      ).text
    }
    @Sendable func train(
      _ index: Int, _ workers: Workers, _ checkpoints: CheckpointFile, _ report: (MetaTrainer.Report) -> Void
    ) throws -> MetaTrainer.Result {
      try recipe.train(
        practice: practice, held: held, from: before?[index].optimizer, stream: stream.stream(phase.rawValue, index),
        workers: workers, checkpoints: checkpoints, report: report)
    }
    let count = before?.count ?? recipe.trainings
    if count == 1 {
      return [
        try trainedOptimizer(stem + ending, settings: settings(0), title: phase.title) { try train(0, workers, $0, $1) }
      ]
    }
    let places = Array(0..<count)
    return try trainedOptimizers(
      places.map { "\(stem)-\($0 + 1)\(ending)" }, settings: places.map(settings), title: phase.title, train: train)
  }
}

extension TrainedOptimizer {
  /// This training or the one that it went on from, whichever is better, with the rows of both.
  fileprivate func following(_ before: TrainedOptimizer, isBetter: Bool) -> TrainedOptimizer {
    var better = isBetter ? self : before
    better.rows = before.rows + rows.map { $0.following(before.rows.last, isBetter: isBetter) }
    return better
  }
}

extension TrainingRow {
  /// The row of a training that goes on after this last row of another.
  fileprivate func following(_ last: TrainingRow?, isBetter: Bool) -> TrainingRow {
    var row = self
    row.best = best && isBetter
    guard let last else { return row }
    row.stage += last.stage
    row.episode += last.episode
    row.diverged += last.diverged
    return row
  }
}
