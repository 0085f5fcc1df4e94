import Foundations

/// Reads a tar archive from a source, one entry after the other: ustar, with the long names of pax and GNU tar.
///
/// Nothing is ever unpacked to the disk; an archive with names that would leave its folder is refused all the same.
///
/// Source: POSIX.1-2001, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
package final class TarReader {
  package struct Entry: Equatable {
    /// Its path, without a leading "./".
    package var path: String
    /// Bytes of its contents; 0 for all but files.
    package var size: Int
    package var isFile: Bool
  }

  private let source: any ByteSource
  /// Bytes of the current entry not read yet, and the padding after them.
  private var left = 0
  private var padding = 0
  private var ended = false

  /// Bytes that names and other extensions of one entry may take.
  private static let extensionLimit = 1 << 16
  /// Entries an archive may have before it counts as an attack.
  private static let entryLimit = 100_000
  private var entries = 0

  package init(_ source: any ByteSource) { self.source = source }

  /// The next entry; nil after the last. What was not read of the one before is passed over.
  package func next() throws -> Entry? {
    var longName: String?
    var longSize: Int?
    while !ended {
      guard try source.skip(left + padding) == left + padding else { throw damaged("the contents of an entry") }
      (left, padding) = (0, 0)
      let header = try source.read(upTo: 512)
      // Two blocks of zeros end an archive; so does the end of the file, as in other readers.
      if header.isEmpty || header.allSatisfy({ $0 == 0 }) { break }
      guard header.count == 512 else { throw damaged("a header of 512 bytes") }
      try check(header)
      entries += 1
      guard entries <= Self.entryLimit else {
        throw source.damaged(expected: "a tar archive of at most \(Self.entryLimit) entries", found: "more")
      }
      let kind = header[156]
      let isFile = kind == 0 || kind == UInt8(ascii: "0") || kind == UInt8(ascii: "7")
      let hasContents = isFile || "xgLKS".utf8.contains(kind)
      var size = try number(header[124..<136])
      if isFile, let longSize { size = longSize }
      guard size <= 1 << 50 else {
        throw source.damaged(expected: "a tar entry of sensible size", found: "\(size) bytes")
      }
      if hasContents {
        left = size
        padding = (512 - size % 512) % 512
      }
      switch kind {
      case UInt8(ascii: "L"):
        longName = try string(contents())
      case UInt8(ascii: "x"):
        let fields = try paxFields(contents())
        if let path = fields["path"] { longName = path }
        if let text = fields["size"] {
          guard let size = Int(text), size >= 0 else { throw damaged("a size in a pax header") }
          longSize = size
        }
      case UInt8(ascii: "g"), UInt8(ascii: "K"): continue
      default:
        let path = try longName ?? name(header)
        return Entry(path: try safe(path), size: isFile ? size : 0, isFile: isFile)
      }
    }
    ended = true
    return nil
  }

  /// The contents of the current entry.
  package func contents(limit: Int = .max) throws -> [UInt8] {
    guard left <= limit else {
      throw source.damaged(expected: "an entry of at most \(limit) bytes", found: "\(left)")
    }
    let size = left
    let bytes = try source.read(upTo: size)
    left = 0
    guard bytes.count == size else { throw damaged("an entry of \(size) bytes") }
    return bytes
  }

  private func contents() throws -> [UInt8] { try contents(limit: Self.extensionLimit) }

  /// The header's own sum, with its field taken as blanks; some old writers summed signed bytes.
  private func check(_ header: [UInt8]) throws {
    let field = header[148..<156]
    let expected = try number(field)
    var unsigned = 8 * 32
    var signed = 8 * 32
    for (index, byte) in header.enumerated() where !field.indices.contains(index) {
      unsigned += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    guard expected == unsigned || expected == signed else {
      throw source.damaged(expected: "a tar header with the sum \(unsigned)", found: "\(expected)")
    }
  }

  /// A number in octal digits or, for large ones, in base 256 after a first bit of 1.
  private func number(_ field: ArraySlice<UInt8>) throws -> Int {
    if let first = field.first, first & 0x80 != 0 {
      var value = Int(first & 0x3F)
      guard first & 0x40 == 0 else { throw damaged("a size that is not negative") }
      for byte in field.dropFirst() {
        guard value <= Int.max >> 9 else { throw damaged("a size that fits 64 bits") }
        value = value << 8 | Int(byte)
      }
      return value
    }
    let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    guard let value = digits.isEmpty ? 0 : Int(string(digits), radix: 8), value >= 0 else {
      throw damaged("a number in octal digits")
    }
    return value
  }

  private func name(_ header: [UInt8]) throws -> String {
    let name = string(header[0..<100])
    let isPOSIX = header[257..<263].elementsEqual("ustar\0".utf8)
    let prefix = isPOSIX ? string(header[345..<500]) : ""
    return prefix.isEmpty ? name : "\(prefix)/\(name)"
  }

  /// Refuses names that lead out of the folder that an archive is unpacked in.
  private func safe(_ path: String) throws -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
    guard !path.hasPrefix("/"), !parts.contains("..") else {
      throw source.damaged(expected: "names inside the archive's folder", found: "\"\(path.prefix(100))\"")
    }
    return parts.joined(separator: "/")
  }

  /// The fields of a pax header: lines of `<length> <key>=<value>`.
  private func paxFields(_ bytes: [UInt8]) throws -> [String: String] {
    var fields: [String: String] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let blank = rest.firstIndex(of: UInt8(ascii: " ")), let length = Int(string(rest[..<blank])),
        length > blank + 1 - rest.startIndex, length <= rest.count,
        rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
      else { throw damaged("pax fields with their lengths") }
      let line = rest[(blank + 1)..<rest.startIndex + length - 1]
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { throw damaged("pax fields with values") }
      fields[string(line[..<equals])] = string(line[(equals + 1)...])
      rest = rest[(rest.startIndex + length)...]
    }
    return fields
  }

  /// Text up to a zero byte.
  private func string(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes.prefix { $0 != 0 }), as: UTF8.self)
  }

  private func damaged(_ expected: String) -> FileError {
    source.damaged(expected: "a tar archive with \(expected)", found: "something else or the end of the file")
  }
}
