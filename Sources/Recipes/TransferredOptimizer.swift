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
      "Recipes of meta-training were compared on networks of two layers too.",
      because: "Some left single trials there on a plateau. No weights were trained, or chosen by validation, on them.")
    guard let kept = try keptOptimizer("fig3-mnist") else {
      if !options.retrain { print("Data/optimizers has no fig3-mnist.safetensors: an optimizer is trained here.") }
      return try digitOptimizer(
        .preset(options.preset), finish: .finish(options.preset), encore: .encore(options.preset), digits: digits
      ).best
    }
    write(kept.rows)
    record("optimizer", "Data/optimizers/fig3-mnist.safetensors, weights \(kept.optimizer.checksum)")
    if digits.provenance.isGenerated {
      print("It was meta-trained on MNIST, and meets \(digits.provenance.name) here.")
    }
    return kept
  }
}
