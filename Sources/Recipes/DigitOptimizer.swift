import Datasets
import Foundations
import MetaTraining
import Notebook

extension Notebook {
  /// The optimizer of the MNIST figures: loaded where one of the same settings, seed, data and code is kept in
  /// Data/optimizers, else meta-trained before the reader's eyes and kept there.
  ///
  /// Where the recipe asks for several trainings from different random weights, all are reported and the best by
  /// validation is taken. Training saves its progress every 20 seconds and goes on from there when it is started again.
  public func digitOptimizer(_ recipe: DigitRecipe, digits: ImageDataset) throws -> TrainedOptimizer {
    let trained = try (0..<recipe.trainings).map { try training($0, recipe, digits) }
    guard let best = trained.indices.min(by: { trained[$0].validationLoss < trained[$1].validationLoss }) else {
      throw SettingError("trainings", value: recipe.trainings, expected: "at least 1")
    }
    for (k, training) in trained.enumerated() { write(training.rows, of: k == 0 ? "LSTM" : "LSTM \(k + 1)") }
    if trained.count > 1 {
      var table = TextTable(["training", "episodes", "validation loss", "kept"])
      for (k, training) in trained.enumerated() {
        table.append([
          "\(k + 1)", "\(training.rows.last?.episode ?? 0)", short(training.validationLoss), k == best ? "yes" : "",
        ])
      }
      show(table, caption: "Trainings from different random weights; the best by validation is kept")
    }
    return trained[best]
  }

  private func training(_ index: Int, _ recipe: DigitRecipe, _ digits: ImageDataset) throws -> TrainedOptimizer {
    let data = digits.provenance.isGenerated ? "generated" : "mnist"
    let settings = "\(recipe.text) training \(index) seed \(options.seed) data \(data)"
    var name = "fig3-mnist-\(options.preset.rawValue)-seed\(options.seed)"
    if recipe.trainings > 1 { name += "-\(index + 1)" }
    if digits.provenance.isGenerated { name += "-generated" }
    let (practice, held) = digits.training.halves
    let title = recipe.trainings > 1 ? "Meta-training \(index + 1) of \(recipe.trainings)" : "Meta-training"
    return try trainedOptimizer(name, settings: settings, title: title) { checkpoints, report in
      try recipe.train(
        practice: practice, held: held, stream: random.stream("meta-training", index), workers: workers,
        checkpoints: checkpoints, report: report)
    }
  }
}
