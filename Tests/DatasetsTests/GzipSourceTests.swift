import CZlib
import Foundation
import Foundations
import TestSupport
import Testing

@testable import Datasets

struct GzipSourceTests {
  /// A gzip file of so many bytes of one value after a beginning.
  private func packed(_ start: [UInt8], zeros: Int, in folder: TemporaryFolder) throws -> String {
    let path = folder.path + "/packed"
    let file = try #require(gzopen(path, "wb9"))
    var start = start
    if !start.isEmpty { gzwrite(file, &start, UInt32(start.count)) }
    var block = [UInt8](repeating: 0, count: 1 << 20)
    for offset in stride(from: 0, to: zeros, by: block.count) {
      gzwrite(file, &block, UInt32(min(block.count, zeros - offset)))
    }
    gzclose(file)
    return path
  }

  @Test func membersAreReadAsOneWhateverThePieces() throws {
    let folder = try TemporaryFolder()
    let text = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    let member = try FileSource(packed(text, zeros: 10, in: folder)).read(upTo: 1 << 20)
    let source = try GzipSource(MemorySource(member + member, name: "memory"))
    var all: [UInt8] = []
    for size in [1, 7, 65_536, 1 << 20] { all += try source.read(upTo: size) }
    let whole = text + [UInt8](repeating: 0, count: 10)
    #expect(all == whole + whole)
  }

  @Test func everyCutAndAWrongCRCAreRefused() throws {
    let folder = try TemporaryFolder()
    var member = try FileSource(packed(Array("some words".utf8), zeros: 0, in: folder)).read(upTo: 1 << 20)
    for count in 1..<member.count {
      #expect(throws: FileError.self, "cut to \(count) bytes") {
        try GzipSource(MemorySource(Array(member[..<count]), name: "memory")).drain()
      }
    }
    member[member.count - 6] ^= 1
    #expect(throws: FileError.self) { try GzipSource(MemorySource(member, name: "memory")).drain() }
  }

  @Test func aBombIsLeftAloneBeyondWhatItsContentsSay() throws {
    let folder = try TemporaryFolder()
    // 100 bytes as the header has it, then 64 MB of zeros in 64 KB.
    let idx = IDX(type: .uint8, shape: [100], bytes: [UInt8](repeating: 1, count: 100)).encoded
    let path = try packed(idx, zeros: 64 << 20, in: folder)
    let error = try #require(throws: FileError.self) { _ = try IDX(contentsOf: path).bytes.count }
    #expect(error.found == "more")
    // The whole billion that a header may claim does not fit into what deflate can pack into so few bytes.
    let claim: [UInt8] = [0, 0, 8, 1, 0x3F, 0xFF, 0xFF, 0xFF]
    #expect(throws: FileError.self) { _ = try IDX(contentsOf: packed(claim, zeros: 1 << 20, in: folder)).bytes.count }
  }

  @Test func aHugeEntryOfAnArchiveIsRefusedUnread() throws {
    let folder = try TemporaryFolder()
    var tar = TarMaker()
    tar.add("cifar-10-batches-bin/data_batch_1.bin", size: "77777777777")
    try FileManager.default.createDirectory(atPath: folder.path + "/cifar-10", withIntermediateDirectories: true)
    let path = try packed(Array(tar.bytes.prefix(512)), zeros: 32 << 20, in: folder)
    try FileManager.default.moveItem(atPath: path, toPath: folder.path + "/cifar-10/cifar-10-binary.tar.gz")
    let error = try #require(throws: FileError.self) {
      _ = try CIFAR10.load(in: DataFolders(only: folder.path))?.test.count
    }
    #expect(error.expected.contains("at most"))
  }
}
