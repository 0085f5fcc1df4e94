import Foundation
import Foundations
import Optimizers
import TensorFiles

/// Where a meta-training run keeps its progress, so that it goes on where it was stopped.
///
/// Written whole to a temporary name, flushed and renamed; the one before stays beside it and is used where the newer
/// one is damaged. A checkpoint of other settings is not used, and replaced in the end. Either is noticed. What is no
/// checkpoint is not replaced: training does not begin. It stays when its training has ended: until it is removed, the
/// same training once more goes on near its end.
public final class CheckpointFile {
  public let path: String
  private let settings: String
  private let interval: Duration
  private let notice: (FileError) -> Void
  private var saved = ContinuousClock.now
  /// Whether training went on from a checkpoint.
  public private(set) var resumed = false

  /// - Parameters:
  ///   - settings: what the optimizees are made of, as text: their data and sizes. Stages, the LSTM, where its weights
  ///     begin, the trainer's numbers and the random stream are compared anyway.
  ///   - interval: the least time from one save to the next; nil for 20 seconds, or what the variable
  ///     `L2L_CHECKPOINT_SECONDS` says. It decides when progress is saved, never what comes out.
  ///   - notice: is told of each file that was there and could not be used; training goes on without it.
  public init(
    _ path: String, settings: String, interval: Duration? = nil,
    notice: @escaping (FileError) -> Void = CheckpointFile.warn
  ) {
    self.path = path
    self.settings = settings
    self.interval = interval ?? .seconds(named: "L2L_CHECKPOINT_SECONDS", default: 20)
    self.notice = notice
  }

  /// Writes a line to standard error.
  public static func warn(_ problem: FileError) {
    try? FileHandle.standardError.write(contentsOf: Data("\(problem)\n".utf8))
  }

  /// The progress saved for these settings, nil if there is none.
  ///
  /// - Parameter start: the state before training, whose sizes the saved one has.
  /// - Throws: `FileError` where something else lies there, which saving would replace.
  func load(fitting start: MetaTrainerState) throws -> MetaTrainerState? {
    if Ranks.mayWrite { try AtomicFile.probe(path) }
    let (previous, anew) = (path + ".previous", "training starts anew")
    let hasPrevious = FileManager.default.fileExists(atPath: previous)
    let candidates = [
      (path, hasPrevious ? "the checkpoint before it is used if it is whole" : anew), (previous, anew),
    ]
    var foreign: FileError?
    for (candidate, remedy) in candidates where FileManager.default.fileExists(atPath: candidate) {
      do {
        let file = try SafeTensors(contentsOf: candidate)
        guard MetaTrainerState.isState(file) else { throw NoCheckpoint(file: candidate) }
        let state = try MetaTrainerState(file, file: candidate, settings: settings, fitting: start)
        resumed = true
        return state
      } catch let problem as NoCheckpoint {
        throw Self.isForeign(problem.file, "a safetensors file of another kind")
      } catch let problem as FileError {
        if candidate == path, Self.looksForeign(path) { foreign = Self.isForeign(path, "a file of another kind") }
        notice(FileError(candidate, expected: problem.expected, found: problem.found, remedy: remedy))
      } catch {
        notice(FileError(candidate, expected: "a checkpoint", found: "\(error)", remedy: remedy))
      }
    }
    if let foreign { throw foreign }
    return nil
  }

  private static func isForeign(_ file: String, _ found: String) -> FileError {
    FileError(
      file, expected: "a checkpoint, or nothing", found: found,
      remedy: "move it away, or name another file for the checkpoint")
  }

  /// Whether a file begins as text does: a checkpoint begins with the length of its header, however damaged it is
  /// farther on.
  private static func looksForeign(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 8), head.count > 3 else {
      return false
    }
    return head.allSatisfy { (0x20...0x7E).contains($0) || (0x09...0x0D).contains($0) || $0 >= 0xC2 }
  }

  /// The same on every rank: rank 0 reads, the others get what it found.
  func load(fitting start: MetaTrainerState, on ranks: Ranks) throws -> MetaTrainerState? {
    guard ranks.count > 1 else { return try load(fitting: start) }
    var own: MetaTrainerState?
    let bytes = try ranks.broadcast {
      own = try load(fitting: start)
      return try own?.safeTensors(settings: settings).encoded
    }
    guard !ranks.isFirst, let bytes else { return own }
    resumed = true
    let file = try SafeTensors(from: MemorySource(bytes, name: path))
    return try MetaTrainerState(file, file: path, settings: settings, fitting: start)
  }

  func saveIfDue(_ state: MetaTrainerState) throws {
    if saved.duration(to: .now) >= interval { try save(state) }
  }

  func save(_ state: MetaTrainerState) throws {
    try AtomicFile.write(state.safeTensors(settings: settings).encoded, to: path, keepingPrevious: true)
    saved = .now
  }

  /// Removes the checkpoint, once its training has ended and the result is kept elsewhere.
  public func remove() {
    for candidate in [path, path + ".previous"] { AtomicFile.remove(candidate) }
  }
}

/// What lies where the checkpoint is to be kept was something else.
private struct NoCheckpoint: Error {
  var file: String
}

extension MetaTrainerState {
  /// What does not go into tensors.
  private struct Rest: Codable {
    var progress: Progress
    var rows: [TrainingRow]
    var bestValidation: Double?
    var bias: [[Double]]
  }

  func safeTensors(settings: String) throws -> SafeTensors {
    var file = SafeTensors()
    for group in weights.indices {
      for (name, values) in [
        ("weights", weights[group]), ("average", average[group]), ("best", best[group]), ("mean", adam[group].mean),
        ("square", adam[group].square),
      ] { file.tensors["\(group).\(name)"] = SafeTensors.Tensor(shape: [values.count], values) }
    }
    let rest = Rest(
      progress: progress, rows: rows, bestValidation: bestValidation.isFinite ? bestValidation : nil,
      bias: adam.map { [$0.bias1, $0.bias2] })
    file.metadata["settings"] = settings
    file.metadata["training"] = training
    file.metadata["version"] = Self.formatVersion
    // A mean loss may be nan where every episode diverged.
    file.metadata["state"] = String(
      decoding: try JSONEncoder.withAllNumbers(.sortedKeys).encode(rest), as: UTF8.self)
    file.metadata["checksum"] = file.checksum
    return file
  }

  /// Whether a file is a state of training at all.
  static func isState(_ file: SafeTensors) -> Bool { file.metadata["state"] != nil }

  /// - Throws: `FileError` for a checkpoint that is damaged, of another version or of other settings.
  init(_ file: SafeTensors, file path: String, settings: String, fitting start: MetaTrainerState) throws {
    func need(_ condition: Bool, _ expected: String, found: String) throws {
      if !condition { throw FileError(path, expected: expected, found: found, remedy: "remove it") }
    }
    let metadata = file.metadata
    try need(
      metadata["version"] == Self.formatVersion, "version \(Self.formatVersion) of a checkpoint",
      found: metadata["version"] ?? "none")
    try need(
      metadata["checksum"] == file.checksum, "contents of checksum \(metadata["checksum"] ?? "none")",
      found: file.checksum)
    try need(
      metadata["settings"] == settings && (metadata["training"] ?? "") == start.training,
      "a checkpoint of these settings", found: "one of others")
    let rest = try? JSONDecoder.withAllNumbers().decode(Rest.self, from: Data((metadata["state"] ?? "").utf8))
    guard let rest, rest.bias.count == start.weights.count, rest.bias.allSatisfy({ $0.count == 2 }) else {
      throw FileError(path, expected: "the state of training", found: "something else", remedy: "remove it")
    }
    func all(_ name: String) throws -> [[Float]] {
      try start.weights.indices.map {
        try file.floats("\($0).\(name)", shape: [start.weights[$0].count], file: path)
      }
    }
    self.init(try all("weights"), of: start.training)
    average = try all("average")
    best = try all("best")
    let (mean, square) = (try all("mean"), try all("square"))
    for (group, bias) in rest.bias.enumerated() {
      adam[group].mean = mean[group]
      adam[group].square = square[group]
      (adam[group].bias1, adam[group].bias2) = (bias[0], bias[1])
    }
    progress = rest.progress
    rows = rest.rows
    bestValidation = rest.bestValidation ?? .infinity
  }

  private static let formatVersion = "1"
}
