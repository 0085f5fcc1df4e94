import Foundation
import Foundations
import MetaTraining
import Notebook
import Optimizers
import Synchronization

/// Optimizers that were trained before are kept in Data/optimizers, each with everything that it depends on.
extension Notebook {
  /// The optimizer kept under a name if it was trained with these settings, otherwise a new one, meta-trained before
  /// the reader's eyes and kept.
  ///
  /// Training saves its progress every 20 seconds and goes on from there when it is started again. With `--retrain`
  /// what is kept is used too where a run that was stopped had trained it anew.
  ///
  /// - Parameters:
  ///   - name: of the file in Data/optimizers, without its ending.
  ///   - settings: everything that the training depends on: the text of `TrainingSettings`.
  ///   - train: trains with these checkpoints, and reports after every meta-batch.
  /// - Throws: `FileError` for a kept one that is damaged and where the new one cannot be written, `LockedError` where
  ///   another process trains the same, and what `train` throws.
  public func trainedOptimizer(
    _ name: String, settings: String, title: String = "Meta-training",
    train: (CheckpointFile, @escaping (MetaTrainer.Report) -> Void) throws -> MetaTrainer.Result
  ) throws -> TrainedOptimizer {
    let training = KeptTraining(name, settings: settings, revision: revision?.text)
    let mark = try markOfRetraining(name, settings)
    if let kept = try loaded(training, mark) { return kept }
    let progress = progress(title)
    defer { progress.finish() }
    var shares = TrainingShares(isKept: [false])
    let trained = try training.run(train) { report in
      shares.take(report, of: 0)
      progress.show(report, of: shares)
    }
    if options.retrain { try mark.leave(trained.optimizer.checksum) }
    return trained
  }

  /// The same for several trainings, side by side, a thread each; over ranks one after the other, the episodes of each
  /// spread.
  ///
  /// - Parameter train: trains one of them, by its place in `names`, with these workers.
  /// - Throws: `FileError` and `LockedError` as for one, and what `train` throws; of several that fail, for the first.
  public func trainedOptimizers(
    _ names: [String], settings: [String], title: String = "Meta-training",
    train: @Sendable (Int, Workers, CheckpointFile, @escaping (MetaTrainer.Report) -> Void) throws -> MetaTrainer.Result
  ) throws -> [TrainedOptimizer] {
    let trainings = zip(names, settings).map { KeptTraining($0, settings: $1, revision: revision?.text) }
    let marks = try zip(names, settings).map(markOfRetraining)
    let kept = try zip(trainings, marks).map(loaded)
    let isNoted = options.retrain
    if !kept.contains(where: { $0 == nil }) { return kept.compactMap { $0 } }
    let progress = progress("\(title) of \(names.count), side by side")
    defer { progress.finish() }
    let shares = Mutex(TrainingShares(isKept: kept.map { $0 != nil }))
    // All at once, so that two processes do not keep each other from their last ones hours later.
    let locks = try zip(trainings, kept).map { $1 == nil && Ranks.mayWrite ? try $0.lock() : nil }
    defer { withExtendedLifetime(locks) {} }
    let (together, inner) = workers.ranks.count > 1 ? (Workers.one, workers) : (workers, .one)
    return try together.map(names.count) { index in
      if let kept = kept[index] { return kept }
      let trained = try trainings[index].run({ try train(index, inner, $0, $1) }, lock: locks[index]) { report in
        let all = shares.withLock {
          $0.take(report, of: index)
          return $0
        }
        progress.show(report, of: all)
      }
      if isNoted { try marks[index].leave(trained.optimizer.checksum) }
      return trained
    }
  }

  /// Whether an optimizer is kept under a name.
  ///
  /// - Throws: what the exchange between ranks throws: all of them go by what rank 0 has.
  public func hasOptimizer(_ name: String) throws -> Bool {
    try workers.ranks.broadcast { FileManager.default.fileExists(atPath: KeptTraining.path(name)) ? [] : nil } != nil
  }

  /// The optimizer kept under a name, whatever it was trained with; nil if there is none, or if `--retrain` asks for a
  /// new one.
  ///
  /// - Parameter isWanted: whether it is taken.
  /// - Throws: `FileError` if its file is damaged or of another kind.
  public func keptOptimizer(
    _ name: String, where isWanted: (TrainedOptimizer) -> Bool = { _ in true }
  ) throws -> TrainedOptimizer? {
    guard !options.retrain, let kept = try found(name), isWanted(kept) else { return nil }
    let episodes = kept.rows.last.map { " in \($0.episode) episodes" } ?? ""
    print("Loaded \(name).safetensors, meta-trained before\(episodes); --retrain trains one anew.")
    return kept
  }

  /// Keeps an optimizer under a further name, for experiments that use it as it is.
  ///
  /// - Throws: `FileError` if it cannot be written; what lay there stays then.
  public func keep(_ optimizer: TrainedOptimizer, as name: String) throws {
    try optimizer.save(to: KeptTraining.path(name))
  }

  /// The optimizer kept under a name, for another training to begin from; nil if there is none.
  ///
  /// - Throws: `FileError` if its file is damaged or of another kind.
  public func startingPoint(_ name: String) throws -> LSTMOptimizer? {
    try found(name)?.optimizer
  }

  private func found(_ name: String) throws -> TrainedOptimizer? {
    try workers.ranks.shared(name) {
      let path = KeptTraining.path(name)
      return FileManager.default.fileExists(atPath: path) ? try TrainedOptimizer(contentsOf: path) : nil
    }
  }

  /// Where a run with `--retrain` notes the weights that it has trained. (One without clears away what is there.)
  private func markOfRetraining(_ name: String, _ settings: String) throws -> RunMark {
    try mark("training anew of \(name)", settings: settings)
  }

  private func loaded(_ training: KeptTraining, _ mark: RunMark) throws -> TrainedOptimizer? {
    if options.retrain, mark.text == nil { return nil }
    guard let kept = try training.kept(on: workers.ranks) else {
      if training.isThere { print("\(training.name) was trained with other settings or code, and is trained anew.") }
      return nil
    }
    if options.retrain {
      guard kept.optimizer.checksum == mark.text else { return nil }
      print("Loaded \(training.name), trained anew before this run was stopped.")
    } else {
      print("Loaded \(training.name), trained with these settings before; --retrain trains it anew.")
    }
    return kept
  }
}

extension Ranks {
  /// An optimizer on every rank, as rank 0 finds it; nil if it finds none.
  fileprivate func shared(_ name: String, find: () throws -> TrainedOptimizer?) throws -> TrainedOptimizer? {
    guard count > 1 else { return try find() }
    let bytes = try broadcast { try find()?.encoded() }
    return try bytes.map { try TrainedOptimizer(encoded: $0, from: name) }
  }
}

/// One training whose result is kept.
struct KeptTraining: Sendable {
  private let path: String
  private let settings: String
  private let revision: String

  /// - Parameter name: of the file in Data/optimizers, without its ending.
  init(_ name: String, settings: String, revision: String?) {
    self.init(path: Self.path(name), settings: settings, revision: revision)
  }

  init(path: String, settings: String, revision: String?) {
    self.path = path
    self.settings = settings
    self.revision = revision ?? "unknown"
  }

  private var checkpoint: String { path + ".checkpoint" }

  /// The file's name.
  var name: String { URL(fileURLWithPath: path).lastPathComponent }

  static func path(_ name: String) -> String { "\(ProjectFolder.path)/Data/optimizers/\(name).safetensors" }

  /// Whether a file of that name is there, of whatever settings.
  var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  /// What an earlier run with the same settings kept.
  func kept() throws -> TrainedOptimizer? {
    guard isThere else { return nil }
    let kept = try TrainedOptimizer(contentsOf: path)
    guard kept.settings == settings else { return nil }
    clearUp()
    return kept
  }

  /// Removes what a run left that was killed right after it had saved the optimizer; not what another process works on,
  /// nor a checkpoint younger than the optimizer, which is that of a training anew.
  private func clearUp() {
    func date(_ path: String) -> Date? {
      (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }
    let checkpoints = [checkpoint, checkpoint + ".previous"].compactMap(date)
    guard !checkpoints.isEmpty || date(path + ".lock") != nil, let lock = try? lock() else { return }
    withExtendedLifetime(lock) {
      if let own = date(path), checkpoints.allSatisfy({ $0 <= own }) {
        CheckpointFile(checkpoint, settings: settings).remove()
      }
    }
  }

  /// Keeps others out until it is let go of, which removes its file, also one that a killed run left.
  fileprivate func lock() throws -> FileLock { try FileLock(path + ".lock", protecting: path) }

  /// The same on every rank, as rank 0 finds it.
  ///
  /// - Parameters:
  ///   - replacesDamaged: whether a file that is damaged is none, and made anew.
  ///   - notice: is told of such a file.
  /// - Throws: `FileError` for a file that is damaged, unless it is replaced.
  func kept(
    on ranks: Ranks, replacesDamaged: Bool = false, notice: (FileError) -> Void = CheckpointFile.warn
  ) throws -> TrainedOptimizer? {
    try ranks.shared(name) {
      do {
        return try kept()
      } catch var problem as FileError where replacesDamaged {
        problem.remedy = "it is trained anew"
        notice(problem)
        return nil
      }
    }
  }

  /// Keeps what another rank trained, which could not remove the checkpoint that it went on from.
  func keep(_ encoded: [UInt8]) throws {
    try AtomicFile.write(encoded, to: path)
    CheckpointFile(checkpoint, settings: settings).remove()
  }

  /// - Parameter lock: where it is held already.
  func run(
    _ train: (CheckpointFile, @escaping (MetaTrainer.Report) -> Void) throws -> MetaTrainer.Result,
    lock: FileLock? = nil, report: @escaping (MetaTrainer.Report) -> Void
  ) throws -> TrainedOptimizer {
    try Interruption.check()
    let lock = try lock ?? (Ranks.mayWrite ? self.lock() : nil)
    defer { withExtendedLifetime(lock) {} }
    let file = URL(fileURLWithPath: path)
    AtomicFile.removeLeftovers(in: file.deletingLastPathComponent().path, of: file.lastPathComponent)
    let checkpoints = CheckpointFile(checkpoint, settings: settings)
    let result = try train(checkpoints, report)
    let trained = TrainedOptimizer(result, settings: settings, revision: revision)
    try trained.save(to: path)
    checkpoints.remove()
    return trained
  }
}

/// How far trainings are that run side by side, as shares of each.
struct TrainingShares {
  private var done: [Double]
  /// What earlier runs did.
  private var before: [Double]

  /// - Parameter isKept: which of them are done already.
  init(isKept: [Bool]) {
    done = isKept.map { $0 ? 1 : 0 }
    before = done
  }

  /// The shares of all of them together.
  var total: (done: Double, before: Double) {
    (mean(done), mean(before))
  }

  mutating func take(_ report: MetaTrainer.Report, of training: Int) {
    done[training] = report.done
    before[training] = report.before
  }

  mutating func finish(_ training: Int) { done[training] = 1 }
}

extension ProgressLine {
  fileprivate func show(_ report: MetaTrainer.Report, of shares: TrainingShares) {
    let (done, before) = shares.total
    update(
      share: done, from: before, loss: report.row?.validationLoss,
      note: "\(report.stage.name), episode \(report.episode)")
  }
}
