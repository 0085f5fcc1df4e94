import Foundations
import TensorFiles
import Testing

@testable import DataFormats

struct TorchFileTests {
  typealias View = TorchMaker.View

  private func read(_ bytes: [UInt8], limit: Int = 1 << 20, where wanted: (String) -> Bool = { _ in true }) throws
    -> [String: SafeTensors.Tensor]
  { try TorchFile.read(MemoryFile(bytes, name: "memory"), limit: limit, where: wanted) }

  private let numbers: [Float] = [0, 1, 2, 3, 4, 5, 6, 7]
  private let views = [
    View(name: "whole", key: "a", count: 8, shape: [2, 4], strides: [4, 1]),
    View(name: "transposed", key: "a", count: 8, offset: 1, shape: [3, 2], strides: [1, 4]),
    View(name: "index", key: "b", storage: "ByteStorage", count: 3, shape: [3], strides: [1]),
    View(name: "empty", key: "b", storage: "ByteStorage", count: 3, shape: [0, 5], strides: [5, 1]),
  ]

  private func file(_ views: [View], isZip: Bool) -> [UInt8] {
    let a = LittleEndian.bytes(numbers)
    return isZip
      ? TorchMaker.zip(views, [("a", a), ("b", [7, 8, 9])])
      : TorchMaker.legacy(views, [("b", [7, 8, 9], 3), ("a", a, 8)])
  }

  @Test(arguments: [false, true]) func viewsOfSharedStoragesAreRead(isZip: Bool) throws {
    let tensors = try read(file(views, isZip: isZip))
    #expect(tensors["whole"] == .init(shape: [2, 4], numbers))
    #expect(tensors["transposed"] == .init(shape: [3, 2], [1, 5, 2, 6, 3, 7]))
    #expect(tensors["index"] == .init(type: .uint8, shape: [3], bytes: [7, 8, 9]))
    #expect(tensors["empty"] == .init(type: .uint8, shape: [0, 5], bytes: []))
    #expect(tensors.count == 4)
    let vast = View(name: "x", key: "a", count: 8, shape: [0, 1 << 40, 1 << 40], strides: [0, 0, 0])
    #expect(try read(file(views + [vast], isZip: isZip))["x"]?.bytes == [])
  }

  @Test(arguments: [false, true]) func unwantedStoragesArePassedOver(isZip: Bool) throws {
    #expect(try read(file(views, isZip: isZip), limit: 3) { $0 == "index" }.count == 1)
    #expect(throws: FileError.self) { _ = try read(file(views, isZip: isZip), limit: 34).count }
  }

  @Test(arguments: [
    View(name: "x", key: "a", count: 8, shape: [3, 4], strides: [4, 1]),
    View(name: "x", key: "a", count: 8, offset: 1, shape: [8], strides: [1]),
    View(name: "x", key: "a", count: 8, offset: -1, shape: [2], strides: [1]),
    View(name: "x", key: "a", count: 8, shape: [2], strides: [-1]),
    View(name: "x", key: "a", count: 8, shape: [1 << 40, 1 << 40], strides: [0, 0]),
    View(name: "x", key: "a", count: 8, shape: [1 << 31, 1 << 30, 0], strides: [0, 0, 0]),
    View(name: "x", key: "a", count: 8, shape: [100], strides: [0]),
    View(name: "x", key: "a", count: 8, shape: [2], strides: [1 << 50]),
    View(name: "x", key: "a", count: 9, shape: [2], strides: [1]),
    View(name: "x", key: "c", count: 8, shape: [2], strides: [1]),
    View(name: "x", key: "a", count: 8, offset: 100, shape: [0], strides: [1]),
    View(name: "x", key: "a", storage: "ComplexStorage", count: 8, shape: [2], strides: [1]),
  ])
  func tensorsThatDoNotFitTheirStorageAreRefused(view: View) {
    for isZip in [false, true] {
      #expect(throws: FileError.self) { _ = try read(file([view], isZip: isZip)).count }
    }
  }

  @Test(arguments: ["os\nsystem", "builtins\neval", "torch._utils\n_rebuild_sparse_tensor", "posix\nsystem", "a\nb"])
  func nothingIsEverCalled(name: String) throws {
    let view = View(name: "x", key: "a", count: 8, shape: [2], strides: [1], rebuild: name)
    let error = try #require(throws: FileError.self) { _ = try read(file([view], isZip: false)).count }
    #expect(error.found.contains("not carried out"))
  }

  @Test(arguments: [false, true]) func everyCutIsRefused(isZip: Bool) {
    let whole = file(views, isZip: isZip)
    for count in stride(from: 0, to: whole.count, by: 3) {
      #expect(throws: FileError.self, "cut to \(count) bytes") { _ = try read(Array(whole[..<count])).count }
    }
  }

  @Test func deepAndCircularPicklesEndInAnErrorOrNothing() throws {
    // A list inside a list, 300,000 deep; and a list that is its own element.
    let deep = [0x80, 2] + [UInt8](repeating: 0x5D, count: 300_000) + [UInt8](repeating: 0x61, count: 299_999) + [0x2E]
    #expect(try Pickle(deep, name: "memory").result == .list(0))
    #expect(try Pickle([0x80, 2, 0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E], name: "memory").result == .list(0))
    let tuples = [UInt8](repeating: 0x29, count: 1) + [UInt8](repeating: 0x85, count: 300_000) + [0x2E]
    #expect(try Pickle(tuples, name: "memory").result == .tuple(300_000))
  }

  @Test func integersOfAllSizesAreRead() throws {
    func value(_ bytes: [UInt8]) throws -> Pickle.Value { try Pickle(bytes + [0x2E], name: "memory").result }
    #expect(try value([0x4B, 200]) == .integer(200))
    #expect(try value([0x4D, 1, 2]) == .integer(513))
    #expect(try value([0x4A, 0xFE, 0xFF, 0xFF, 0xFF]) == .integer(-2))
    #expect(try value([0x8A, 2, 0, 0xFF]) == .integer(-256))
    #expect(try value([0x8A, 0]) == .integer(0))
    #expect(try value([0x8A, 9] + [UInt8](repeating: 1, count: 9)) == .other)
    #expect(try value([0x47, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0]) == .real(1.5))
  }
}

struct ZipReaderTests {
  private let entries: [(name: String, contents: [UInt8])] = [
    ("a.txt", Array("stored".utf8)), ("b/c.txt", Array("deflated".utf8)), ("empty", []), ("d", [UInt8](0..<255)),
  ]

  @Test(arguments: ["", "a comment"]) func storedAndDeflatedEntriesAreRead(comment: String) throws {
    let archive = try ZipReader(MemoryFile(ZipMaker.file(entries, comment: comment), name: "memory"))
    #expect(archive.entries.map(\.name) == entries.map(\.name))
    for (entry, expected) in zip(archive.entries, entries) {
      #expect(try archive.contents(of: entry) == expected.contents)
    }
  }

  @Test func sizesOf64BitsAreRead() throws {
    // Python's zipfile writes them with force_zip64; here the central directory is rewritten by hand.
    var bytes = ZipMaker.file([("a", [1, 2, 3])])
    let place = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2])).lowerBound
    let end = try #require(bytes.firstRange(of: [0x50, 0x4B, 5, 6])).lowerBound
    bytes.replaceSubrange(place + 20..<place + 28, with: [UInt8](repeating: 0xFF, count: 8))
    bytes[place + 30] = 20
    let extra = [1, 0, 16, 0] + LittleEndian.bytes(3) + LittleEndian.bytes(3)
    bytes.insert(contentsOf: extra, at: end)
    bytes[end + 20 + 12] += 20
    let archive = try ZipReader(MemoryFile(bytes, name: "memory"))
    #expect(archive.entries.map(\.size) == [3])
    #expect(try archive.contents(of: archive.entries[0]) == [1, 2, 3])
  }

  @Test func changedContentsAndLimitsAreNoticed() throws {
    var bytes = ZipMaker.file(entries)
    let place = try #require(bytes.firstRange(of: Array("stored".utf8)))
    bytes[place.lowerBound] ^= 1
    let archive = try ZipReader(MemoryFile(bytes, name: "memory"))
    #expect(throws: FileError.self) { try archive.contents(of: archive.entries[0]) }
    #expect(throws: FileError.self) { try archive.contents(of: archive.entries[1], limit: 7) }
  }

  @Test func whatIsNoZipFileIsRefused() {
    for bytes in [[], Array("PK\u{3}\u{4}".utf8), [UInt8](repeating: 0, count: 100_000)] {
      #expect(throws: FileError.self) { _ = try ZipReader(MemoryFile(bytes, name: "memory")).entries.count }
    }
  }
}
