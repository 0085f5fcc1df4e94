import Datasets
import Foundations
import MetaTraining
import Notebook
import Optimizers
import Recipes

/// The learned optimizers of Fig. 7.
public struct CifarOptimizers: Sendable {
  /// `lstm` as it was meta-trained; nil where its updates were not scaled.
  public var unscaled: LSTMOptimizer?
  /// One LSTM for convolutions, another for everything else.
  public var lstm: LSTMOptimizer
  /// A single LSTM for all coordinates; nil where it is left to preset paper.
  public var single: LSTMOptimizer?
  /// Two LSTMs that were meta-trained on the other labels only, for each draw of labels.
  public var sub: [LSTMOptimizer]

  /// Those that are compared on a panel: CIFAR-10 has no labels to leave out, and tells what two LSTMs are worth.
  public func entrants(on panel: CifarPanel) -> [CifarEntrant] {
    var entrants = [CifarEntrant("LSTM", [lstm])]
    if let unscaled { entrants.append(CifarEntrant(Self.unscaledName, [unscaled])) }
    if panel.name == "CIFAR-10" {
      if let single { entrants.append(CifarEntrant(Self.singleName, [single])) }
    } else {
      entrants.append(CifarEntrant("LSTM-sub", sub))
    }
    return entrants
  }

  public static let singleName = "LSTM, one for all"
  public static let unscaledName = "LSTM, unscaled"
}

/// One of the trainings that the figure needs.
private struct Training: Sendable {
  /// In curves.csv and on the page.
  var name: String
  /// In training.csv.
  var curve: String
  /// Of its file.
  var suffix: String
  /// The labels whose images it sees; nil for all.
  var labels: [UInt8]?
  var isGrouped = true
}

extension Notebook {
  /// The learned optimizers, meta-trained by a recipe, side by side, and their updates scaled, or loaded where that was
  /// done before.
  ///
  /// Preset quick takes those that the paper's preset left in Data/optimizers, whatever they were trained with, and
  /// says so; `--retrain` trains small ones from scratch.
  ///
  /// - Throws: `FileError` for a kept optimizer that is damaged and where one cannot be written, `LockedError` where
  ///   another process trains the same, `SettingError` for a recipe that makes no sense or does not fit the images or
  ///   the optimizer it begins from, `ConvolutionError` where oneDNN refuses, and `Interrupted` once progress is saved.
  public func cifarOptimizers(
    _ recipe: CifarRecipe, scales: UpdateScales?, objects: ImageDataset, labels: [CifarLabels], line: Int = #line,
    fileID: String = #fileID
  ) throws -> CifarOptimizers {
    var trainings = [Training(name: "LSTM", curve: "LSTM", suffix: "")]
    for (k, draw) in labels.enumerated() {
      trainings.append(
        Training(
          name: "LSTM-sub", curve: k == 0 ? "LSTM-sub" : "LSTM-sub \(k + 1)",
          suffix: "-sub-\(CifarLabels.digits(draw.others))", labels: draw.others))
    }
    // What it is worth takes more trials than preset quick has the time for.
    let hasSingle = options.preset != .quick || options.retrain
    if hasSingle {
      let name = CifarOptimizers.singleName
      trainings.append(Training(name: name, curve: name, suffix: "-one", isGrouped: false))
    }
    let committed = try committed(trainings, objects)
    let trained = try committed ?? made(trainings, recipe, objects)
    if committed != nil || options.preset == .paper {
      let full = trained.count { $0.keptRow != nil && $0.keptRow?.stage == $0.rows.last?.stage }
      deviates(
        "Meta-training begins from an MNIST optimizer and meets the full network in its last stage only. Weights of that "
          + "stage are kept of \(full == 0 ? "none" : "\(full)") of the \(trained.count) trainings here: "
          + "\(full == trained.count ? "all have" : "the others' have not") met the full network.",
        because: "A step of the full problem takes six times as long; the paper does not say how long it trained.",
        line: line, fileID: fileID)
    }
    deviates(
      "Meta-gradients are clipped and, where a stage says so, estimated from a sample of coordinates and of the "
        + "logarithm of the loss; the meta learning rate falls, and the average of the weights is kept.",
      because: "As in fig3-mnist.", line: line, fileID: fileID)
    if scales != nil {
      deviates(
        "Updates of each LSTM are multiplied by a factor that is tuned after meta-training.",
        because: "Meta-training does not give them the best size, as \"\(CifarOptimizers.unscaledName)\" shows.",
        line: line, fileID: fileID)
    }
    var kept = TextTable(
      ["optimizer", "weights", "stage", "validation loss", "at the end of training"]
        + (scales == nil ? [] : ["updates scaled by"]))
    var optimizers: [LSTMOptimizer] = []
    for (training, result) in zip(trainings, trained) {
      write(result.rows, of: training.curve)
      let scaled = try scales.map { try self.scaled(result.optimizer, training, $0, objects) }
      optimizers.append(scaled?.optimizer ?? result.optimizer)
      kept.append(
        [
          training.curve, result.keptAfter,
          result.keptRow.map { "\($0.stage) of \(result.rows.last?.stage ?? $0.stage)" } ?? "",
          short(result.validationLoss), short(result.rows.last?.validationLoss ?? .nan),
        ] + (scaled.map { [$0.factors] } ?? []))
    }
    show(
      kept,
      caption: "Which weights of each meta-training are kept"
        + (scales == nil ? "" : ", and by what the updates of each group are multiplied"))
    tellDiverged(trained)
    return CifarOptimizers(
      unscaled: scales == nil ? nil : trained[0].optimizer, lstm: optimizers[0],
      single: hasSingle ? optimizers.last : nil, sub: Array(optimizers[1..<1 + labels.count]))
  }

  /// An optimizer with its updates scaled, and the factors in words: as an earlier run kept it, or tuned.
  private func scaled(
    _ optimizer: LSTMOptimizer, _ training: Training, _ scales: UpdateScales, _ objects: ImageDataset
  ) throws -> (optimizer: LSTMOptimizer, factors: String) {
    let name = "\(stem)-scaled\(training.suffix)\(objects.provenance.ending)"
    var chosen = ChosenScales(scales: scales, seed: options.seed, weights: optimizer.checksum)
    if let kept = try keptOptimizer(name, where: { chosen.factors(of: $0) != nil }),
      let factors = chosen.factors(of: kept)
    {
      return (kept.optimizer, kept.optimizer.words(factors))
    }
    let images = objects.training.halves.0
    let network = try CifarRecipe.network(training.labels.map { images.onlyClasses($0) } ?? images, scales.size)
    let (scaled, factors) = try scaled(
      optimizer, name: training.curve, scales, on: training.isGrouped ? network : Ungrouped(network))
    chosen.factors = factors
    try keep(
      TrainedOptimizer(
        optimizer: scaled, rows: [], validationLoss: .nan, settings: settingsText(chosen),
        revision: revision?.text ?? "unknown"), as: name)
    return (scaled, scaled.words(factors))
  }

  /// The beginning of the files' names. Those of the paper's preset and the first seed are the committed ones.
  private var stem: String {
    var stem = "fig7-cifar"
    if options.preset != .paper { stem += "-\(options.preset.rawValue)" }
    if options.preset != .paper || options.seed != 1 { stem += "-seed\(options.seed)" }
    return stem
  }

  /// The optimizers of the paper's preset, for preset quick on real images; nil if one is missing.
  private func committed(_ trainings: [Training], _ objects: ImageDataset) throws -> [TrainedOptimizer]? {
    guard options.preset == .quick, !options.retrain, objects.provenance.ending.isEmpty else { return nil }
    let names = trainings.map { "fig7-cifar\($0.suffix)" }
    if let missing = try names.firstIndex(where: { try !hasOptimizer($0) }) {
      print("Data/optimizers has no \(trainings[missing].curve) for these labels: small optimizers are trained.")
      return nil
    }
    return try names.compactMap { try keptOptimizer($0) }
  }

  private func made(
    _ trainings: [Training], _ recipe: CifarRecipe, _ objects: ImageDataset
  ) throws -> [TrainedOptimizer] {
    let ending = objects.provenance.ending
    let data = objects.provenance.identity(published: "cifar-10")
    let stream = random.stream("meta-training")
    let start = options.preset == .paper ? try startingPoint("fig7-cifar-start") : nil
    return try trainedOptimizers(
      trainings.map { "\(stem)\($0.suffix)\(ending)" },
      settings: trainings.map { training in
        TrainingSettings(
          recipe, data: data, seed: options.seed, start: start?.checksum,
          labels: training.labels.map { CifarLabels.digits($0) } ?? "all", isGrouped: training.isGrouped
        ).text
      }
    ) { index, workers, checkpoints, report in
      let training = trainings[index]
      return try recipe.train(
        objects, labels: training.labels, isGrouped: training.isGrouped, start: start, name: training.name,
        stream: stream, workers: workers, checkpoints: checkpoints, report: report)
    }
  }
}
