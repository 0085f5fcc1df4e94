import ConvolutionalOptimizees
import Datasets
import Foundations
import MetaTraining
import Notebook
import Recipes

extension Notebook {
  /// The optimizer of the neural-art figures.
  ///
  /// Presets paper and smoke train their own, or load it where one of the same settings, seed, data and code is kept.
  /// Preset quick takes the one in Data/optimizers whatever its settings, that of preset paper first, and trains its
  /// own with `--retrain`, or where there is none, or for figures of generated photographs or paintings.
  ///
  /// - Parameter painting: whether it is for a picture and not for the figures.
  /// - Throws: `FileError` for pictures that are missing or damaged, for a kept optimizer that is damaged and where one
  ///   cannot be written, `LockedError` where another process trains the same, `SettingError` for a recipe that makes
  ///   no sense or does not fit the network, `ConvolutionError` where oneDNN refuses, and `Interrupted` once progress
  ///   is saved.
  public func artOptimizer(
    _ recipe: ArtRecipe, _ materials: ArtMaterials, painting: Bool = false
  ) throws -> TrainedOptimizer {
    if options.preset == .quick, painting || !materials.areGenerated {
      for name in Self.artOptimizers {
        guard let kept = try keptOptimizer(name) else { continue }
        write(kept.rows)
        return kept
      }
    }
    let stream = random.stream("meta-training")
    let trained = try trainedOptimizer(
      "fig8-neural-art-\(options.preset.rawValue)-seed\(options.seed)\(materials.ending)",
      settings: recipe.settings(seed: options.seed, materials)
    ) { checkpoints, report in
      try recipe.train(materials, stream: stream, workers: workers, checkpoints: checkpoints, report: report)
    }
    write(trained.rows)
    tellDiverged([trained])
    return trained
  }
}

extension Notebook {
  /// Those that preset quick takes, in the order of preference.
  private static let artOptimizers = [Preset.paper, .quick].map { "fig8-neural-art-\($0.rawValue)-seed1" }

  /// Whether `artOptimizer` has one to paint a picture with, without any training.
  func hasArtOptimizer() throws -> Bool {
    try options.preset == .quick && !options.retrain && Self.artOptimizers.contains(where: hasOptimizer)
  }
}

extension ArtMaterials {
  /// Of the names of what is trained on them.
  var ending: String { (areGenerated ? "-generated" : "") + (usesOwnNetwork ? "-own" : "") }
}

extension ArtRecipe {
  /// All that a training depends on: the recipe, the seed, the pictures and the networks.
  func settings(seed: UInt64, _ materials: ArtMaterials) -> String {
    let contents = Provenance.digest(
      [materials.photographs, materials.paintings].map(\.provenance) + materials.networks.map(\.provenance))
    return TrainingSettings(self, data: "\(contents)\(materials.ending)", seed: seed).text
  }
}
