import CZlib
import Foundations

/// Reads a zip file: a Python wheel, or the newer kind of PyTorch file. Entries may be stored or deflated.
///
/// Nothing is ever unpacked to the disk, so that an entry's name is nothing but a name.
///
/// Source: PKWARE, APPNOTE.TXT 6.3, with its 64-bit extension for large files.
package struct ZipReader {
  package struct Entry: Equatable {
    package var name: String
    fileprivate var method: Int
    fileprivate var packed: Int
    var size: Int
    fileprivate var crc: UInt32
    fileprivate var header: Int
  }

  package private(set) var entries: [Entry] = []
  private let file: any ReadableFile

  /// Bytes that the list of entries may take.
  private static let directoryLimit = 16 << 20

  package init(_ file: any ReadableFile) throws {
    self.file = file
    guard let size = try file.source(from: 0).mostLeft, size >= 22 else {
      throw file.damaged(expected: "a zip file", found: "fewer than 22 bytes")
    }
    // The end record is the last thing in the file but for a comment of up to 64 KB.
    let tailStart = max(0, size - 22 - 65_535)
    let tail = try file.source(from: tailStart).read(upTo: size - tailStart)
    guard let end = Self.lastRecord(tail) else {
      throw file.damaged(expected: "a zip file", found: "no end record")
    }
    var count = Self.number(tail, end + 10, 2)
    var length = Self.number(tail, end + 12, 4)
    var start = Self.number(tail, end + 16, 4)
    if end >= 20, Self.number(tail, end - 20, 4) == 0x0706_4B50 {
      let record = try file.source(from: Self.number(tail, end - 12, 8)).read(upTo: 56)
      guard record.count == 56, Self.number(record, 0, 4) == 0x0606_4B50 else {
        throw file.damaged(expected: "a 64-bit end record", found: "something else")
      }
      (count, length, start) = (Self.number(record, 32, 8), Self.number(record, 40, 8), Self.number(record, 48, 8))
    }
    guard length <= Self.directoryLimit, start <= size, length <= size - start else {
      throw file.damaged(expected: "a list of entries inside the file", found: "\(length) bytes from \(start) on")
    }
    try list(file.source(from: start).read(upTo: length), count: count)
  }

  private mutating func list(_ directory: [UInt8], count: Int) throws {
    var at = 0
    for _ in 0..<min(count, directory.count) {
      guard at + 46 <= directory.count, Self.number(directory, at, 4) == 0x0201_4B50 else { break }
      let nameEnd = at + 46 + Self.number(directory, at + 28, 2)
      let extraEnd = nameEnd + Self.number(directory, at + 30, 2)
      let next = extraEnd + Self.number(directory, at + 32, 2)
      guard next <= directory.count else { break }
      var entry = Entry(
        name: String(decoding: directory[at + 46..<nameEnd], as: UTF8.self), method: Self.number(directory, at + 10, 2),
        packed: Self.number(directory, at + 20, 4), size: Self.number(directory, at + 24, 4),
        crc: UInt32(Self.number(directory, at + 16, 4)), header: Self.number(directory, at + 42, 4))
      Self.widen(&entry, directory[nameEnd..<extraEnd])
      entries.append(entry)
      at = next
    }
    guard entries.count == count else {
      throw file.damaged(expected: "\(count) entries", found: "\(entries.count)")
    }
  }

  /// The contents of an entry; errors name the file and the entry.
  ///
  /// - Throws: `FileError` if they are damaged or larger than `limit` bytes.
  package func contents(of entry: Entry, limit: Int = 1 << 30) throws -> [UInt8] {
    let header = try file.source(from: entry.header).read(upTo: 30)
    guard header.count == 30, Self.number(header, 0, 4) == 0x0403_4B50 else {
      throw damaged(entry, "a header", "something else")
    }
    guard entry.size <= limit else { throw damaged(entry, "at most \(limit) bytes", "\(entry.size)") }
    let start = entry.header + 30 + Self.number(header, 26, 2) + Self.number(header, 28, 2)
    let packed = try file.source(from: start)
    let source: any ByteSource
    switch entry.method {
    case 0: source = packed
    case 8: source = try GzipSource(packed, isBare: true)
    default: throw damaged(entry, "stored or deflated contents", "method \(entry.method)")
    }
    let bytes = try source.read(upTo: entry.size)
    let sum = bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    guard bytes.count == entry.size, entry.size == 0 || UInt32(truncatingIfNeeded: sum) == entry.crc else {
      throw damaged(entry, "\(entry.size) bytes with their CRC", "others")
    }
    return bytes
  }

  private func damaged(_ entry: Entry, _ expected: String, _ found: String) -> FileError {
    FileError(
      "\(file.name) (\(entry.name.prefix(100)))", expected: expected, found: found,
      remedy: "the file is damaged or of another kind: fetch it again")
  }

  /// Takes sizes that do not fit 32 bits from the 64-bit extension.
  private static func widen(_ entry: inout Entry, _ extra: ArraySlice<UInt8>) {
    var at = extra.startIndex
    while at + 4 <= extra.endIndex {
      let fields = extra[(at + 4)...].prefix(number(extra, at + 2, 2))
      if number(extra, at, 2) == 1 {
        var field = fields.startIndex
        for path in [\Entry.size, \.packed, \.header] where entry[keyPath: path] == 0xFFFF_FFFF {
          guard field + 8 <= fields.endIndex else { return }
          entry[keyPath: path] = number(fields, field, 8)
          field += 8
        }
      }
      at = fields.endIndex
    }
  }

  private static func lastRecord(_ tail: [UInt8]) -> Int? {
    stride(from: tail.count - 22, through: 0, by: -1).first { number(tail, $0, 4) == 0x0605_4B50 }
  }

  /// The little-endian number at an index; the caller has checked that it is inside.
  private static func number<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, _ start: Int, _ count: Int) -> Int
  where Bytes.Index == Int {
    Int(clamping: LittleEndian.integer(bytes[start..<start + count]))
  }
}
