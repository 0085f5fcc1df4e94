import CZlib
import Foundations

@testable import DataFormats

/// Writes pickles, PyTorch files and zip files, correct ones and others, byte by byte.
struct TorchMaker {
  /// A view that the file's dictionary names.
  struct View {
    var name: String
    var key: String
    var storage = "FloatStorage"
    var count: Int
    var offset = 0
    var shape: [Int]
    var strides: [Int]
    var rebuild = "torch._utils\n_rebuild_tensor_v2"
  }

  static func string(_ text: String) -> [UInt8] {
    [0x58] + LittleEndian.bytes(UInt64(text.utf8.count)).prefix(4) + Array(text.utf8)
  }

  static func integer(_ value: Int) -> [UInt8] {
    (Int(Int32.min)...Int(Int32.max)).contains(value)
      ? [0x4A] + LittleEndian.bytes(UInt64(bitPattern: Int64(value))).prefix(4)
      : [0x8A, 7] + LittleEndian.bytes(UInt64(bitPattern: Int64(value))).prefix(7)
  }

  static func tuple(_ values: [Int]) -> [UInt8] { [0x28] + values.flatMap(integer) + [0x74] }

  static func global(_ name: String) -> [UInt8] { [0x63] + Array(name.utf8) + [0x0A] }

  /// The pickle of a dictionary of these views.
  static func pickle(_ views: [View]) -> [UInt8] {
    var bytes: [UInt8] = [0x80, 2] + global("collections\nOrderedDict") + [0x29, 0x52, 0x71, 0, 0x28]
    for view in views {
      bytes += string(view.name) + global(view.rebuild) + [0x28]
      bytes += [0x28] + string("storage") + global("torch\n\(view.storage)") + string(view.key) + string("cpu")
      bytes += integer(view.count) + [0x4E, 0x74, 0x51]
      bytes += integer(view.offset) + tuple(view.shape) + tuple(view.strides)
      bytes += [0x89] + global("collections\nOrderedDict") + [0x29, 0x52, 0x74, 0x52]
    }
    // As torchvision's files have it: a dictionary of versions as an attribute.
    return bytes + [0x75, 0x7D, 0x62, 0x2E]
  }

  /// A file of the older kind.
  static func legacy(_ views: [View], _ storages: [(key: String, numbers: [UInt8], count: Int)]) -> [UInt8] {
    var bytes: [UInt8] = [
      0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80, 2, 0x4D, 0xE9, 3,
      0x2E,
    ]
    bytes += [0x80, 2, 0x7D, 0x28] + string("little_endian") + [0x88, 0x75, 0x2E]
    bytes += pickle(views)
    bytes += [0x80, 2, 0x5D, 0x28] + storages.flatMap { string($0.key) } + [0x65, 0x2E]
    for storage in storages { bytes += LittleEndian.bytes(UInt64(storage.count)) + storage.numbers }
    return bytes
  }

  /// A file of the newer kind.
  static func zip(_ views: [View], _ storages: [(key: String, numbers: [UInt8])]) -> [UInt8] {
    ZipMaker.file(
      [("archive/data.pkl", pickle(views)), ("archive/byteorder", Array("little".utf8))]
        + storages.map { ("archive/data/\($0.key)", $0.numbers) })
  }
}

/// Writes zip files; every second entry is deflated.
enum ZipMaker {
  static func file(_ entries: [(name: String, contents: [UInt8])], comment: String = "") -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (index, entry) in entries.enumerated() {
      let deflated = index % 2 == 1
      let crc = entry.contents.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
      let length = UInt64(entry.contents.count)
      // One stored block is deflate data too.
      let size = LittleEndian.bytes(length).prefix(2)
      let packed = deflated ? [1] + size + size.map { ~$0 } + entry.contents : entry.contents
      let fields: [UInt8] =
        [20, 0, 0, 0, deflated ? 8 : 0, 0, 0, 0, 0, 0] + LittleEndian.bytes(UInt64(crc)).prefix(4)
        + LittleEndian.bytes(UInt64(packed.count)).prefix(4) + LittleEndian.bytes(length).prefix(4)
        + [UInt8(entry.name.utf8.count), 0, 0, 0]
      directory += [0x50, 0x4B, 1, 2, 20, 0] + fields + [UInt8](repeating: 0, count: 10)
      directory += LittleEndian.bytes(UInt64(bytes.count)).prefix(4) + Array(entry.name.utf8)
      bytes += [0x50, 0x4B, 3, 4] + fields + Array(entry.name.utf8) + packed
    }
    let start = bytes.count
    bytes += directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    let count = LittleEndian.bytes(UInt64(entries.count)).prefix(2)
    bytes += count + count + LittleEndian.bytes(UInt64(directory.count)).prefix(4)
    bytes += LittleEndian.bytes(UInt64(start)).prefix(4) + [UInt8(comment.utf8.count), 0] + Array(comment.utf8)
    return bytes
  }
}
