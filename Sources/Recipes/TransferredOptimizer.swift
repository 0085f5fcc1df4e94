import Datasets
import MetaTraining
import Notebook

extension Notebook {
  /// The optimizer of fig3-mnist for figures that put it to other uses: the one committed with the project, whatever
  /// the preset; meta-trained by the preset's recipe where there is none, or where `--retrain` asks for a new one.
  ///
  /// - Throws: `FileError` if the file of the committed one is damaged; where one is trained here, what
  ///   `digitOptimizer` throws.
  public func transferredDigitOptimizer(digits: ImageDataset) throws -> TrainedOptimizer {
    deviates(
      "The optimizer was meta-trained by another recipe than the paper's, and the committed one to step 200.",
      because: "What differs, and why, is said in fig3-mnist.")
    deviates(
      "Recipes of meta-training were compared by the losses of the problems that fig3-mnist and fig5-transfer compare "
        + "on, with two layers too.",
      because:
        "Some recipes left single trials with two layers on a plateau. No weights were trained there, or chosen by "
        + "validation, but the recipe is one that does well there. What it comes to on test images, on which nothing was "
        + "chosen, fig3-mnist and fig5-transfer tell.")
    let name = Self.committedDigitOptimizer
    guard let kept = try keptOptimizer(name) else {
      if !options.retrain { print("Data/optimizers has no \(name).safetensors: an optimizer is trained here.") }
      return try digitOptimizer(
        .preset(options.preset), finish: .finish(options.preset), encore: .encore(options.preset), digits: digits
      ).best
    }
    write(kept.rows)
    record("optimizer", "Data/optimizers/\(name).safetensors, weights \(kept.optimizer.checksum)")
    if digits.provenance.isGenerated {
      print("It was meta-trained on MNIST, and meets \(digits.provenance.name) here.")
    }
    return kept
  }
}
