import Foundations

/// Contents that can be read from any place on: a file, or what was unpacked from one.
package protocol ReadableFile {
  /// What error messages call it: a path.
  var name: String { get }

  func source(from start: Int) throws -> any ByteSource
}

extension ReadableFile {
  package func damaged(expected: String, found: String) -> FileError {
    FileError(name, expected: expected, found: found, remedy: "the file is damaged or of another kind: fetch it again")
  }
}

/// A file on the disk.
package struct StoredFile: ReadableFile {
  package var name: String

  package init(_ path: String) { name = path }

  package func source(from start: Int) throws -> any ByteSource { try FileSource(name, from: start) }
}

/// A file in memory.
package struct MemoryFile: ReadableFile {
  package var bytes: [UInt8]
  package var name: String

  package init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  package func source(from start: Int) throws -> any ByteSource {
    guard start <= bytes.count else { throw damaged(expected: "more than \(start) bytes", found: "\(bytes.count)") }
    return MemorySource(bytes[start...], name: name)
  }
}
