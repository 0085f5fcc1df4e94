import Foundation
import MetaTraining
import Notebook

/// Optimizers that were trained before are kept in Data/optimizers, each with everything that it depends on.
extension Notebook {
  /// The optimizer kept under a name if it was trained with these settings, otherwise a new one, meta-trained before the
  /// reader's eyes and kept.
  ///
  /// Training saves its progress every 20 seconds and goes on from there when it is started again.
  ///
  /// - Parameters:
  ///   - name: of the file in Data/optimizers, without its ending.
  ///   - settings: everything that the training depends on besides the version of its code.
  ///   - train: trains with these checkpoints, and reports after every meta-batch.
  public func trainedOptimizer(
    _ name: String, settings: String, title: String = "Meta-training",
    train: (CheckpointFile, (MetaTrainer.Report) -> Void) throws -> MetaTrainer.Result
  ) throws -> TrainedOptimizer {
    let settings = "\(settings) code \(MetaTrainer.version)"
    let path = Self.optimizerPath(name)
    if !options.retrain, FileManager.default.fileExists(atPath: path) {
      let kept = try TrainedOptimizer(contentsOf: path)
      if kept.settings == settings {
        print("Loaded \(name).safetensors, trained with these settings before; --retrain trains it anew.")
        return kept
      }
    }
    let checkpoints = CheckpointFile(path + ".checkpoint", settings: settings)
    let progress = progress(title, of: 1000, unit: "thousandths")
    let start = ContinuousClock.now
    let result = try train(checkpoints) { report in
      progress.update(
        Int(report.done * 1000), loss: report.row?.validationLoss,
        note: "\(report.stage.name), episode \(report.episode)"
      )
    }
    progress.finish()
    let trained = TrainedOptimizer(
      optimizer: result.optimizer, rows: result.rows, validationLoss: result.validationLoss, settings: settings,
      revision: revision?.commit ?? "unknown", seconds: start.duration(to: .now) / .seconds(1))
    try trained.save(to: path)
    checkpoints.remove()
    if result.diverged > 0 { print("\(result.diverged) episodes diverged and were left out.") }
    return trained
  }

  /// The optimizer kept under a name, whatever it was trained with; nil if there is none, or if `--retrain` asks for a
  /// new one.
  public func keptOptimizer(_ name: String) throws -> TrainedOptimizer? {
    let path = Self.optimizerPath(name)
    guard !options.retrain, FileManager.default.fileExists(atPath: path) else { return nil }
    let kept = try TrainedOptimizer(contentsOf: path)
    let episodes = kept.rows.last.map { " in \($0.episode) episodes" } ?? ""
    print("Loaded \(name).safetensors, meta-trained before\(episodes); --retrain trains one anew.")
    return kept
  }

  private static func optimizerPath(_ name: String) -> String {
    "\(ProjectFolder.path)/Data/optimizers/\(name).safetensors"
  }
}
