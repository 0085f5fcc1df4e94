import DataFormats
import Datasets
import Foundation
import Foundations
import TensorFiles

/// Networks as this project saves them: safetensors with `NAME.weight`, `NAME.bias` and what the input must look like.
extension VGGWeights {
  private static let kind = "learning-to-learn feature network 1"

  /// Where the network of our own lies in a data folder.
  public static let ownNetworkFile = "networks/own-cifar10.safetensors"

  /// Writes the network to a file; the same network gives the same bytes.
  ///
  /// - Throws: `FileError` if it cannot be written; what lay there stays then.
  public func save(to path: String, note: String) throws {
    func list(_ numbers: [Float]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }
    var file = SafeTensors(metadata: [
      "kind": Self.kind, "layers": layers.map(\.name).joined(separator: " "), "order": input.order.rawValue,
      "means": list(input.means), "deviations": list(input.deviations), "note": note,
    ])
    for layer in layers {
      file.tensors["\(layer.name).weight"] = SafeTensors.Tensor(
        shape: [layer.outputs, layer.inputs, 3, 3], layer.kernels)
      file.tensors["\(layer.name).bias"] = SafeTensors.Tensor(shape: [layer.outputs], layer.bias)
    }
    try file.write(to: path)
  }

  /// The network of our own in the first data folder that has it; nil if none has.
  ///
  /// - Throws: `FileError` if its file is damaged or something else.
  public static func loadOwnNetwork(in folders: DataFolders) throws -> VGGWeights? {
    try folders.find([ownNetworkFile])?.first.map { try loadNetwork($0) }
  }

  /// Reads a network that `save` wrote.
  ///
  /// - Throws: `FileError` for a file that is damaged or something else.
  public static func loadNetwork(_ path: String) throws -> VGGWeights {
    let file = try SafeTensors(contentsOf: path, limit: 64 << 20)
    func failure(_ found: String) -> FileError {
      FileError(
        path, expected: "a network saved by this project", found: found,
        remedy: "train it anew with `swift run train-network`, or check the file out again")
    }
    func numbers(_ key: String) throws -> [Float] {
      let numbers = (file.metadata[key] ?? "").split(separator: " ").compactMap { Float($0) }
      guard numbers.count == 3, numbers.allSatisfy(\.isFinite), key == "means" || numbers.allSatisfy({ $0 > 0 }) else {
        throw failure("\(key) \"\(file.metadata[key] ?? "")\"")
      }
      return numbers
    }
    guard file.metadata["kind"] == kind else { throw failure("the kind \"\(file.metadata["kind"] ?? "none")\"") }
    guard let order = Input.ColourOrder(rawValue: file.metadata["order"] ?? "") else {
      throw failure("the colour order \"\(file.metadata["order"] ?? "none")\"")
    }
    var inputs = 3
    let layers = try (file.metadata["layers"] ?? "").split(separator: " ").map { name -> Layer in
      guard let shape = file.tensors["\(name).weight"]?.shape, shape.count == 4, shape[0] > 0 else {
        throw failure("no weights of \(name)")
      }
      let outputs = shape[0]
      defer { inputs = outputs }
      return Layer(
        name: String(name), inputs: inputs, outputs: outputs,
        kernels: try file.floats("\(name).weight", shape: [outputs, inputs, 3, 3], file: path),
        bias: try file.floats("\(name).bias", shape: [outputs], file: path))
    }
    guard !layers.isEmpty else { throw failure("no layers") }
    let record = Provenance.File(
      name: URL(fileURLWithPath: path).lastPathComponent, bytes: file.encoded.count,
      sha256: try SHA256Sum.of(file: path))
    return VGGWeights(
      layers: layers, input: Input(order: order, means: try numbers("means"), deviations: try numbers("deviations")),
      provenance: Provenance(
        name: "a small network of our own", isGenerated: false, isVerified: false, files: [record],
        note: file.metadata["note"] ?? ""))
  }
}
