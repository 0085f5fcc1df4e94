import Foundation
import Foundations
import Optimizers
import TensorFiles

/// A meta-trained optimizer with the record of its training, as it is kept in Data/optimizers.
///
/// How long it took is in the record of the run: here, a training that was stopped and went on leaves the same bytes.
public struct TrainedOptimizer: Sendable {
  public var optimizer: LSTMOptimizer
  public var rows: [TrainingRow]
  /// The best mean final loss on the validation problems.
  public var validationLoss: Double
  /// Everything that the training depended on, as one line of JSON: what it was trained on, the recipe, the seed.
  public var settings: String
  /// The revision of the project that trained it, with "+" behind it where the source was changed.
  public var revision: String

  public init(
    optimizer: LSTMOptimizer, rows: [TrainingRow], validationLoss: Double, settings: String, revision: String
  ) {
    self.optimizer = optimizer
    self.rows = rows
    self.validationLoss = validationLoss
    self.settings = settings
    self.revision = revision
  }

  /// What meta-training came to, with the record of it.
  ///
  /// - Parameters:
  ///   - settings: what it was trained on and how, as text.
  ///   - revision: of the project that trained it.
  public init(_ result: MetaTrainer.Result, settings: String = "", revision: String = "unknown") {
    self.init(
      optimizer: result.optimizer, rows: result.rows, validationLoss: result.validationLoss, settings: settings,
      revision: revision)
  }

  /// The point of its training that the weights are from.
  public var keptRow: TrainingRow? { rows.last { $0.best } }

  /// That point in words: "after 660 of 684 episodes"; where no validation was finite, the weights are the first.
  public var keptAfter: String {
    guard let episodes = rows.last?.episode else { return "at a point of which there is no record" }
    if keptRow == nil { return "before the first of \(episodes) episodes" }
    return "after " + (keptRow.map { $0.episode < episodes ? "\($0.episode) of " : "" } ?? "") + "\(episodes) episodes"
  }

  /// - Throws: `FileError` if it cannot be written; what lay there stays then.
  public func save(to path: String) throws { try safeTensors().write(to: path) }

  /// The saved form as bytes, for another rank.
  ///
  /// - Throws: nothing but what `JSONEncoder` throws.
  public func encoded() throws -> [UInt8] { try safeTensors().encoded }

  private func safeTensors() throws -> SafeTensors {
    let training = try JSONEncoder.withAllNumbers(.sortedKeys).encode(rows)
    return try optimizer.safeTensors(
      metadata: [
        "training": String(decoding: training, as: UTF8.self), "settings": settings,
        "validation loss": "\(validationLoss)", "revision": revision,
      ])
  }

  /// - Throws: `FileError` for a file that is damaged or of another kind.
  public init(contentsOf path: String) throws { try self.init(LSTMOptimizer.load(path)) }

  /// - Parameter path: what errors call it.
  /// - Throws: `FileError` for bytes that are damaged or of another kind.
  public init(encoded bytes: [UInt8], from path: String) throws {
    try self.init(LSTMOptimizer.load(SafeTensors(from: MemorySource(bytes, name: path)), from: path))
  }

  private init(_ loaded: (optimizer: LSTMOptimizer, metadata: [String: String])) throws {
    let (optimizer, metadata) = loaded
    let training = Data((metadata["training"] ?? "").utf8)
    let rows = try? JSONDecoder.withAllNumbers().decode([TrainingRow].self, from: training)
    self.init(
      optimizer: optimizer, rows: rows ?? [],
      validationLoss: metadata["validation loss"].flatMap(Double.init) ?? .nan, settings: metadata["settings"] ?? "",
      revision: metadata["revision"] ?? "unknown")
  }
}
