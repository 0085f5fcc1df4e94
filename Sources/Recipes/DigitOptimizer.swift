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
  /// reported, and the best by validation is taken.
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
      trained = zip(trained, finished).map { $1.following($0) }
    }
    guard let best = trained.indices.min(by: { trained[$0].validationLoss < trained[$1].validationLoss }) else {
      throw SettingError("trainings", value: recipe.trainings, expected: "at least 1")
    }
    let before = trained.map(\.optimizer)
    if let encore {
      let last = try trainings(encore, .encore, variant, digits, from: [trained[best]])[0]
      trained[best] = last.following(trained[best])
    }
    for (k, training) in trained.enumerated() { write(training.rows, of: k == 0 ? "LSTM" : "LSTM \(k + 1)") }
    let diverged = trained.reduce(0) { $0 + ($1.rows.last?.diverged ?? 0) }
    if diverged > 0 { print("\(diverged) episodes of meta-training diverged and were left out.") }
    if trained.count > 1 {
      var table = TextTable(["training", "episodes", "validation loss", "kept"])
      for (k, training) in trained.enumerated() {
        table.append([
          "\(k + 1)", "\(training.rows.last?.episode ?? 0)", short(training.validationLoss), k == best ? "yes" : "",
        ])
      }
      show(table, caption: "Trainings from different random weights; the best by validation is kept")
    }
    if options.preset == .paper, options.seed == 1, variant.isEmpty, digits.provenance.ending.isEmpty {
      try keep(trained[best], as: Self.committedDigitOptimizer)
    }
    return (trained[best], before)
  }

  /// An optimizer that another preset's recipe trains, once, beside those of this run's.
  ///
  /// - Throws: as `digitOptimizer`.
  func shortTraining(_ recipe: DigitRecipe, _ digits: ImageDataset) throws -> TrainedOptimizer {
    try trainings(recipe, .first, "-short", digits)[0]
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
  /// The better one of this training and the one that it went on from, with the rows of both.
  fileprivate func following(_ before: TrainedOptimizer) -> TrainedOptimizer {
    let isBetter = validationLoss < before.validationLoss
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
