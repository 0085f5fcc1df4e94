import Foundations
import TensorFiles

/// The tensors of a file that PyTorch's `torch.save` wrote from a dictionary of tensors, in its older form (pickles
/// followed by the numbers) or its newer one (a zip file).
///
/// Source: PyTorch's torch/serialization.py, `_legacy_save` and `_save`.
package enum TorchFile {
  /// Bytes that the description of the tensors may take; VGG-19's takes five thousand.
  static let pickleLimit = 1 << 20

  /// Reads the tensors that are wanted.
  ///
  /// - Throws: `FileError` if the file is damaged, would do more than describe tensors, or keeps more than `limit`
  ///   bytes.
  package static func read(
    _ file: any ReadableFile, limit: Int = SafeTensors.limit, where wanted: (String) -> Bool = { _ in true }
  ) throws -> [String: SafeTensors.Tensor] {
    let start = try file.source(from: 0).read(upTo: pickleLimit)
    return start.starts(with: Array("PK".utf8))
      ? try readZip(file, limit, wanted) : try readLegacy(file, start, limit, wanted)
  }

  /// `0x1950a86a20f9469cfc6c`, as a pickle of protocol 2 has it.
  private static let legacyStart: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  private static func readLegacy(
    _ file: any ReadableFile, _ start: [UInt8], _ limit: Int, _ wanted: (String) -> Bool
  ) throws -> [String: SafeTensors.Tensor] {
    guard start.starts(with: legacyStart) else {
      throw file.damaged(expected: "a file written by torch.save", found: "a start of \(start.prefix(4))")
    }
    let version = try Pickle(start, at: legacyStart.count, name: file.name)
    guard version.result == .integer(1001) else {
      throw file.damaged(expected: "version 1001", found: "\(version.result)")
    }
    let system = try Pickle(start, at: version.end, name: file.name)
    let isLittle = system.dictionaries.first?.contains { $0.key == .string("little_endian") && $0.value == .bool(true) }
    guard isLittle == true else { throw file.damaged(expected: "little-endian numbers", found: "others") }
    let contents = try Pickle(start, at: system.end, name: file.name)
    let keys = try Pickle(start, at: contents.end, name: file.name)

    let tensors = try tensors(contents, file, limit, wanted)
    let known = Dictionary(contents.storages.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let needed = Set(tensors.values.map(\.storage.key))
    var result: [String: SafeTensors.Tensor] = [:]
    let source = try file.source(from: keys.end)
    for key in keys.elements(keys.result) ?? [] {
      guard case .string(let key) = key, let storage = known[key],
        LittleEndian.integer(try source.read(upTo: 8)) == UInt64(storage.count)
      else { throw file.damaged(expected: "the numbers of each storage", found: "those of another") }
      let size = storage.count * storage.type.size
      if needed.contains(key) {
        let bytes = try source.read(upTo: size)
        guard bytes.count == size else { throw file.damaged(expected: "\(size) bytes", found: "\(bytes.count)") }
        try add(tensors.filter { $0.value.storage.key == key }, bytes, to: &result, file)
      } else if try source.skip(size) != size {
        throw file.damaged(expected: "\(size) bytes", found: "the end of the file")
      }
    }
    guard result.count == tensors.count else {
      throw file.damaged(expected: "\(tensors.count) tensors", found: "\(result.count)")
    }
    return result
  }

  private static func readZip(
    _ file: any ReadableFile, _ limit: Int, _ wanted: (String) -> Bool
  ) throws -> [String: SafeTensors.Tensor] {
    let archive = try ZipReader(file)
    guard let description = archive.entries.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw file.damaged(expected: "a file written by torch.save", found: "a zip file without data.pkl")
    }
    let folder = description.name.dropLast("data.pkl".count)
    if let order = archive.entries.first(where: { $0.name == "\(folder)byteorder" }) {
      guard try archive.contents(of: order, limit: 16) == Array("little".utf8) else {
        throw file.damaged(expected: "little-endian numbers", found: "others")
      }
    }
    let contents = try Pickle(archive.contents(of: description, limit: pickleLimit), name: file.name)
    let tensors = try tensors(contents, file, limit, wanted)
    var result: [String: SafeTensors.Tensor] = [:]
    for (key, views) in Dictionary(grouping: tensors, by: \.value.storage.key) {
      guard let entry = archive.entries.first(where: { $0.name == "\(folder)data/\(key)" }) else {
        throw file.damaged(expected: "an entry data/\(key)", found: "none")
      }
      let bytes = try archive.contents(of: entry, limit: limit)
      try add(Dictionary(uniqueKeysWithValues: views.map { ($0.key, $0.value) }), bytes, to: &result, file)
    }
    return result
  }

  /// The wanted tensors of the dictionary at the top.
  private static func tensors(
    _ contents: Pickle, _ file: any ReadableFile, _ limit: Int, _ wanted: (String) -> Bool
  ) throws -> [String: Pickle.Tensor] {
    guard case .dictionary(let place) = contents.result else {
      throw file.damaged(expected: "a dictionary", found: "something else")
    }
    var tensors: [String: Pickle.Tensor] = [:]
    var kept = 0
    var seen: Set<String> = []
    for (key, value) in contents.dictionaries[place] {
      guard case .string(let name) = key, case .tensor(let tensor) = value, wanted(name) else { continue }
      tensors[name] = contents.tensors[tensor]
      // Views of one storage may overlap, and a small view may need a large storage.
      let storage = contents.tensors[tensor].storage
      let count = max(contents.tensors[tensor].count ?? 0, seen.insert(storage.key).inserted ? storage.count : 0)
      kept += count * storage.type.size
      guard kept <= limit else { throw file.damaged(expected: "at most \(limit) bytes of tensors", found: "more") }
    }
    return tensors
  }

  private static func add(
    _ views: [String: Pickle.Tensor], _ bytes: [UInt8], to result: inout [String: SafeTensors.Tensor],
    _ file: any ReadableFile
  ) throws {
    for (name, view) in views {
      guard view.storage.count * view.storage.type.size == bytes.count else {
        throw file.damaged(
          expected: "\(view.storage.count) numbers for \"\(name.prefix(100))\"", found: "\(bytes.count) bytes")
      }
      result[name] = SafeTensors.Tensor(
        type: view.storage.type, shape: view.shape, bytes: view.bytes(from: bytes))
    }
  }
}
