import Foundation
import Foundations
import TestSupport
import Testing

@testable import DataFormats

struct TarReaderTests {
  private func entries(_ bytes: [UInt8]) throws -> [(TarReader.Entry, [UInt8])] {
    let archive = TarReader(MemorySource(bytes, name: "memory"))
    var found: [(TarReader.Entry, [UInt8])] = []
    while let entry = try archive.next() { found.append((entry, try archive.contents())) }
    return found
  }

  @Test func filesFoldersLinksAndPrefixesAreRead() throws {
    var tar = TarMaker()
    tar.add("folder/", kind: "5")
    tar.add("./folder/a", Array("hello".utf8))
    tar.add("link", kind: "2")
    tar.add("b", [UInt8](repeating: 7, count: 512), prefix: "long/prefix")
    tar.add("old", [1], kind: "\u{0}", magic: "")
    tar.end()
    let found = try entries(tar.bytes)
    #expect(found.map(\.0.path) == ["folder", "folder/a", "link", "long/prefix/b", "old"])
    #expect(found.map(\.0.isFile) == [false, true, false, true, true])
    #expect(found.map(\.1.count) == [0, 5, 0, 512, 1])
  }

  @Test func longNamesAndSizesOfPaxAndGNUAreRead() throws {
    let long = String(repeating: "x", count: 300)
    var tar = TarMaker()
    tar.pax([("mtime", "1.5"), ("path", "pax/\(long)"), ("size", "3")])
    tar.add("short", [1, 2, 3], size: "00000000000")
    tar.add("global", Array("6 a=b\n".utf8), kind: "g")
    tar.add("././@LongLink", Array("gnu/\(long)\0".utf8), kind: "L")
    tar.add("short", [4])
    tar.add("././@LongLink", Array("target\0".utf8), kind: "K")
    tar.add("plain", [5, 6])
    tar.end()
    let found = try entries(tar.bytes)
    #expect(found.map(\.0.path) == ["pax/\(long)", "gnu/\(long)", "plain"])
    #expect(found.map(\.1) == [[1, 2, 3], [4], [5, 6]])
  }

  @Test func entriesThatAreNotReadArePassedOver() throws {
    var tar = TarMaker()
    tar.add("a", [UInt8](repeating: 1, count: 1000))
    tar.add("b", [2])
    let archive = TarReader(MemorySource(tar.bytes, name: "memory"))
    #expect(try archive.next()?.path == "a")
    #expect(try archive.next()?.path == "b")
    #expect(try archive.contents() == [2])
    #expect(try archive.next() == nil)
    #expect(try archive.next() == nil)
  }

  @Test(arguments: ["/etc/passwd", "../x", "a/../../x", "a/.."]) func namesThatLeadOutAreRefused(name: String) {
    var tar = TarMaker()
    tar.add(name, [1])
    #expect(throws: FileError.self) { try entries(tar.bytes) }
    var pax = TarMaker()
    pax.pax([("path", name)])
    pax.add("a", [1])
    #expect(throws: FileError.self) { try entries(pax.bytes) }
  }

  @Test func cutsInsideHeadersAndContentsAreRefused() {
    var tar = TarMaker()
    tar.pax([("path", "p")])
    tar.add("a", [UInt8](repeating: 1, count: 700))
    tar.end()
    // After the last entry's padding an archive may end.
    for count in stride(from: 1, to: 3 * 512 + 700, by: 7) {
      #expect(throws: FileError.self, "cut to \(count) bytes") { _ = try entries(Array(tar.bytes[..<count])).count }
    }
  }

  @Test(arguments: ["99999999999", "7777777777x", "\u{1}", "-0000000001"]) func nonsenseSizesAreRefused(size: String) {
    var tar = TarMaker()
    tar.add("a", [1], size: size)
    #expect(throws: FileError.self) { try entries(tar.bytes) }
  }

  @Test func binarySizesAreReadUnlessTheyOverflow() throws {
    func archive(_ field: [UInt8]) -> [UInt8] {
      var tar = TarMaker()
      tar.add("a", [1])
      tar.bytes.replaceSubrange(124..<136, with: field)
      tar.bytes.replaceSubrange(148..<156, with: [UInt8](repeating: 32, count: 8))
      let sum = tar.bytes[..<512].reduce(0) { $0 + Int($1) }
      tar.bytes.replaceSubrange(148..<156, with: Array((TarMaker.octal(sum, digits: 6) + "\0 ").utf8))
      return tar.bytes
    }
    #expect(try entries(archive([0x80] + [UInt8](repeating: 0, count: 10) + [1])).first?.1 == [1])
    for field in [
      [0x80] + [UInt8](repeating: 0xFF, count: 11), [UInt8](repeating: 0xFF, count: 12),
      [0x80, 0, 0, 0, 0, 16] + [UInt8](repeating: 0, count: 6),
    ] {
      #expect(throws: FileError.self) { try entries(archive(field)) }
    }
  }

  @Test(arguments: ["5", "abc", "99 path=x\n", "3 \n", "9 path=ab", "-1 a=b\n", "12 size=-1x\n", "12 size=9e99\n"])
  func nonsenseInPaxHeadersIsRefused(text: String) {
    var tar = TarMaker()
    tar.add("PaxHeaders/x", Array(text.utf8), kind: "x")
    tar.add("a", [1])
    #expect(throws: FileError.self) { try entries(tar.bytes) }
  }

  @Test func wrongSumsAndHugeExtensionsAreRefused() {
    var wrong = TarMaker()
    wrong.add("a", [1], sum: 5)
    #expect(throws: FileError.self) { try entries(wrong.bytes) }
    var huge = TarMaker()
    huge.add("././@LongLink", [UInt8](repeating: 65, count: 70_000), kind: "L")
    #expect(throws: FileError.self) { try entries(huge.bytes) }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/tar")),
    arguments: ["ustar", "pax", "gnu", "v7"])
  func whatTarWritesIsRead(format: String) throws {
    let folder = try TemporaryFolder()
    let deep = format == "v7" ? "d" : Array(repeating: "folder-of-twenty-chars", count: 6).joined(separator: "/")
    try folder.write("in/\(deep)/file.bin", [UInt8](0..<200))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
    process.arguments = ["--format=\(format)", "-czf", "\(folder.path)/out.tar.gz", "-C", "\(folder.path)/in", "."]
    // A Mac's tar adds files of their own for extended attributes.
    process.environment = ProcessInfo.processInfo.environment.merging(["COPYFILE_DISABLE": "1"]) { $1 }
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return }
    let archive = TarReader(try PackedFile("\(folder.path)/out.tar.gz").contents)
    var files: [String: [UInt8]] = [:]
    while let entry = try archive.next() { if entry.isFile { files[entry.path] = try archive.contents() } }
    #expect(files == ["\(deep)/file.bin": [UInt8](0..<200)])
  }
}
