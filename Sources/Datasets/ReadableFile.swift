import Foundations

/// Contents that can be read from any place on: a file, or what was unpacked from one.
protocol ReadableFile {
  /// What error messages call it: a path.
  var name: String { get }

  func source(from start: Int) throws -> any ByteSource
}

extension ReadableFile {
  func damaged(expected: String, found: String) -> FileError {
    FileError(name, expected: expected, found: found, remedy: "the file is damaged or of another kind: fetch it again")
  }
}

/// A file on the disk.
struct StoredFile: ReadableFile {
  var name: String

  init(_ path: String) { name = path }

  func source(from start: Int) throws -> any ByteSource { try FileSource(name, from: start) }
}

/// A file in memory.
struct MemoryFile: ReadableFile {
  var bytes: [UInt8]
  var name: String

  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  func source(from start: Int) throws -> any ByteSource {
    guard start <= bytes.count else { throw damaged(expected: "more than \(start) bytes", found: "\(bytes.count)") }
    return MemorySource(bytes[start...], name: name)
  }
}
