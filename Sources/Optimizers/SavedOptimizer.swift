import Foundation
import Foundations
import LSTMKernels
import TensorFiles

/// The saved form of a learned optimizer: a safetensors file that Python's safetensors reads too.
///
/// Tensors are named by group of parameters and role, as "all.input_weights_1" of shape [4H, F]; gates come in the
/// order i, f, g, o. The metadata holds "format", "version", "lstm" (the architecture as JSON) and whatever its maker
/// adds, such as what it was trained on, and a checksum of all of it; files from before that had one are read too.
extension LSTMOptimizer {
  static let format = "learning-to-learn LSTM optimizer"
  static let formatVersion = "1"

  /// The architecture as the metadata has it.
  private struct Architecture: Codable {
    var hidden: Int
    var layers: Int
    var preprocessing: Float?
    var outputScale: Float
    var name: String
    var groups: [String]
  }

  /// Writes the optimizer, whole or not at all.
  ///
  /// - Parameter metadata: further entries; "format", "version", "lstm" and "checksum" are this form's own and replaced.
  /// - Throws: `FileError` if it cannot be written; what lay there stays then.
  public func save(to path: String, metadata: [String: String] = [:]) throws {
    try safeTensors(metadata: metadata).write(to: path)
  }

  /// The saved form.
  ///
  /// - Throws: nothing but what `JSONEncoder` throws.
  public func safeTensors(metadata: [String: String] = [:]) throws -> SafeTensors {
    var file = SafeTensors(metadata: metadata)
    let architecture = Architecture(
      hidden: lstm.shape.hidden, layers: 2, preprocessing: lstm.p, outputScale: lstm.outputScale, name: name,
      groups: weights.map(\.group))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    file.metadata["format"] = Self.format
    file.metadata["version"] = Self.formatVersion
    file.metadata["lstm"] = String(decoding: try encoder.encode(architecture), as: UTF8.self)
    for group in weights {
      for part in Self.parts(of: lstm.shape) {
        file.tensors["\(group.group).\(part.name)"] = SafeTensors.Tensor(
          shape: part.shape, group.weights[part.range])
      }
    }
    file.metadata["checksum"] = file.checksum
    return file
  }

  private static let remedy = "train it again (experiments: --retrain), or name another file"

  /// Reads an optimizer and its metadata.
  ///
  /// - Throws: `FileError` for a file that is damaged, of another kind or of a later version.
  public static func load(_ path: String) throws -> (optimizer: LSTMOptimizer, metadata: [String: String]) {
    let file: SafeTensors
    do {
      file = try SafeTensors(contentsOf: path, limit: 1 << 26)
    } catch var error as FileError {
      error.remedy = remedy
      throw error
    }
    return try load(file, from: path)
  }

  /// The optimizer and the metadata of a saved form.
  ///
  /// - Parameter path: what errors call it.
  /// - Throws: `FileError` for a form that is damaged, of another kind or of a later version.
  public static func load(
    _ file: SafeTensors, from path: String
  ) throws -> (optimizer: LSTMOptimizer, metadata: [String: String]) {
    guard file.metadata["format"] == format, let text = file.metadata["lstm"] else {
      throw FileError(path, expected: "a saved LSTM optimizer", found: "safetensors of another kind", remedy: remedy)
    }
    guard file.metadata["version"] == formatVersion else {
      throw FileError(
        path, expected: "version \(formatVersion) of the format", found: file.metadata["version"] ?? "none",
        remedy: "use the revision of this project that wrote it, or \(remedy)")
    }
    if let sum = file.metadata["checksum"], sum != file.checksum {
      throw FileError(
        path, expected: "contents of checksum \(sum)", found: "\(file.checksum): it is damaged", remedy: remedy)
    }
    guard let architecture = try? JSONDecoder().decode(Architecture.self, from: Data(text.utf8)),
      architecture.layers == 2
    else { throw FileError(path, expected: "an LSTM of two layers", found: text, remedy: remedy) }
    let lstm: CoordinatewiseLSTM
    do {
      lstm = try CoordinatewiseLSTM(
        hidden: architecture.hidden, p: architecture.preprocessing, outputScale: architecture.outputScale)
    } catch let error as SettingError {
      throw FileError(path, expected: error.expected, found: "\(error.setting) \(error.value)", remedy: remedy)
    }
    let weights = try architecture.groups.map { group in
      GroupWeights(
        group: group,
        weights: try parts(of: lstm.shape).flatMap {
          try file.floats("\(group).\($0.name)", shape: $0.shape, file: path)
        })
    }
    do {
      return (try LSTMOptimizer(lstm, weights: weights, name: architecture.name), file.metadata)
    } catch let error as SettingError {
      throw FileError(path, expected: error.expected, found: "\(error.setting) \(error.value)", remedy: remedy)
    }
  }

  /// The tensors of one set of weights, in their order.
  private static func parts(of shape: LSTMShape) -> [(name: String, shape: [Int], range: Range<Int>)] {
    let gates = 4 * shape.hidden
    let shapes = [
      ("input_weights_1", [gates, shape.features]), ("recurrent_weights_1", [gates, shape.hidden]),
      ("bias_1", [gates]), ("input_weights_2", [gates, shape.hidden]),
      ("recurrent_weights_2", [gates, shape.hidden]), ("bias_2", [gates]), ("output_weights", [shape.hidden]),
      ("output_bias", [1]),
    ]
    var start = 0
    return shapes.map { name, shape in
      let end = start + shape.reduce(1, *)
      defer { start = end }
      return (name, shape, start..<end)
    }
  }
}
