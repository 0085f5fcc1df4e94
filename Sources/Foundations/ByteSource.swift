import Foundation

/// Bytes that come one after the other, from a file or out of another source.
public protocol ByteSource: AnyObject {
  /// What error messages call it: a path.
  var name: String { get }

  /// Fills the buffer from its start and says how many bytes came; fewer than fit only at the end, 0 after it.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// At most so many bytes can still come, as far as can be told without reading them; nil if it cannot.
  var mostLeft: Int? { get }

  /// Passes over so many bytes, or fewer where the source ends, and says how many.
  func skip(_ count: Int) throws -> Int
}

extension ByteSource {
  public func skip(_ count: Int) throws -> Int { try drain(atMost: count) }

  /// The next `count` bytes, or fewer where the source ends. A size that a file merely claims costs address space at
  /// most, and no more of it than the source may still give.
  ///
  /// - Throws: `FileError` if the source cannot be read or is damaged.
  public func read(upTo count: Int) throws -> [UInt8] {
    if let mostLeft { return try readPiece(min(count, mostLeft)) }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = try readPiece(min(count - bytes.count, 1 << 20))
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }

  private func readPiece(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = try read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
    }
  }

  /// Reads on to the end, or over so many bytes, and counts them.
  ///
  /// - Throws: `FileError` if the source cannot be read or is damaged.
  public func drain(atMost limit: Int = .max) throws -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, min(limit, 1 << 16)), alignment: 16)
    defer { buffer.deallocate() }
    var total = 0
    while total < limit {
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, limit - total)]))
      if count == 0 { break }
      total += count
    }
    return total
  }

  /// The error for contents that are not what they should be.
  public func damaged(expected: String, found: String) -> FileError {
    FileError(name, expected: expected, found: found, remedy: "the file is damaged or of another kind: fetch it again")
  }
}

/// The bytes of a file, read in order.
public final class FileSource: ByteSource {
  public let name: String
  private let descriptor: Int32
  private var left = 0

  public var mostLeft: Int? { left }

  /// - Parameter start: where in the file to begin.
  /// - Throws: `FileError` where there is no file that can be read: pipes and devices have no size and may never end.
  public init(_ path: String, from start: Int = 0) throws {
    name = path
    // Opening a pipe would wait for someone to write into it.
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(
        path, expected: "a file that can be read", found: String(cString: strerror(errno)).lowercased(),
        remedy: "check the path")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      // All is set: deinit closes it.
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(
        path, expected: "a file that can be read", found: isFolder ? "a folder" : "a pipe or a device",
        remedy: isFolder ? "name a file in it" : "save its contents to a file and name that")
    }
    left = Int(status.st_size)
    if start > 0, try skip(start) < start {
      throw damaged(expected: "more than \(start) bytes", found: "fewer")
    }
  }

  deinit { close(descriptor) }

  /// All bytes of a file.
  ///
  /// - Parameter remedy: what the user can do where there is no file that can be read.
  /// - Throws: `FileError` where there is none.
  public static func contents(of path: String, remedy: String) throws -> [UInt8] {
    do {
      return try FileSource(path).read(upTo: .max)
    } catch var error as FileError {
      error.remedy = remedy
      throw error
    }
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      // A Mac reads or writes at most 2 GB at once.
      let room = min(buffer.count - filled, 1 << 30)
      let count = Foundation.read(descriptor, buffer.baseAddress.map { $0 + filled }, room)
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(
          name, expected: "to read it", found: String(cString: strerror(errno)).lowercased(),
          remedy: "check the path and the disk")
      }
      if count == 0 { break }
      filled += count
    }
    left = max(0, left - filled)
    return filled
  }

  public func skip(_ count: Int) throws -> Int {
    let step = min(count, left)
    guard lseek(descriptor, off_t(step), SEEK_CUR) >= 0 else { return try drain(atMost: count) }
    self.left = left - step
    return step
  }
}

/// Bytes in memory as a source.
public final class MemorySource: ByteSource {
  public let name: String
  private var bytes: ArraySlice<UInt8>

  public init(_ bytes: ArraySlice<UInt8>, name: String) {
    self.name = name
    self.bytes = bytes
  }

  public convenience init(_ bytes: [UInt8], name: String) { self.init(bytes[...], name: name) }

  public var mostLeft: Int? { bytes.count }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, bytes.count)
    buffer.copyBytes(from: bytes.prefix(count))
    bytes = bytes.dropFirst(count)
    return count
  }
}
