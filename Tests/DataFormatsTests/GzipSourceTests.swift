import Foundation
import Foundations
import TestSupport
import Testing

@testable import DataFormats

struct GzipSourceTests {
  @Test func membersAreReadAsOneWhateverThePieces() throws {
    let folder = try TemporaryFolder()
    let text = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    let member = try FileSource(folder.gzip(text, zeros: 10)).read(upTo: 1 << 20)
    let source = try GzipSource(MemorySource(member + member, name: "memory"))
    var all: [UInt8] = []
    for size in [1, 7, 65_536, 1 << 20] { all += try source.read(upTo: size) }
    let whole = text + [UInt8](repeating: 0, count: 10)
    #expect(all == whole + whole)
  }

  @Test func everyCutAndAWrongCRCAreRefused() throws {
    let folder = try TemporaryFolder()
    var member = try FileSource(folder.gzip(Array("some words".utf8), zeros: 0)).read(upTo: 1 << 20)
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
    let path = try folder.gzip(idx, zeros: 64 << 20)
    let error = try #require(throws: FileError.self) { _ = try IDX(contentsOf: path).bytes.count }
    #expect(error.found == "more")
    // The whole billion that a header may claim does not fit into what deflate can pack into so few bytes.
    let claim: [UInt8] = [0, 0, 8, 1, 0x3F, 0xFF, 0xFF, 0xFF]
    #expect(throws: FileError.self) { _ = try IDX(contentsOf: folder.gzip(claim, zeros: 1 << 20)).bytes.count }
  }
}
