import CZlib
import Foundations

/// What another source's deflated bytes unpack to.
///
/// Several gzip members one after the other are read as one, as `gzip -d` does; every member's CRC and length are
/// checked. Bare deflate data, as zip files have it, ends with its last block.
public final class GzipSource: ByteSource {
  private let source: any ByteSource
  private let isBare: Bool
  // zlib keeps the address of its stream, so it has one of its own.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var state = State.startOfMember

  private enum State { case startOfMember, insideMember, ended }

  /// Deflate packs at most 1032 to one.
  private static let greatestRatio = 1032

  /// - Parameter isBare: whether the gzip wrapper is absent.
  /// - Throws: `FileError` if zlib does not start.
  public init(_ source: any ByteSource, isBare: Bool = false) throws {
    self.source = source
    self.isBare = isBare
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 more ask for the gzip wrapper, a minus for none.
    let status = inflateInit2_(stream, isBare ? -15 : 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw FileError(
        source.name, expected: "zlib \(ZLIB_VERSION) to start", found: "its error \(status)",
        remedy: "free some memory, or install zlib anew")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  public var name: String { source.name }

  public var mostLeft: Int? {
    source.mostLeft.map { left in
      let (most, overflow) = (left + Int(stream.pointee.avail_in) + 1).multipliedReportingOverflow(
        by: Self.greatestRatio)
      return overflow ? .max : most
    }
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let start = buffer.bindMemory(to: UInt8.self).baseAddress, state != .ended else { return 0 }
    var filled = 0
    while filled < buffer.count {
      if stream.pointee.avail_in == 0 {
        let came = try source.read(into: input)
        stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_in = UInt32(came)
        if came == 0 {
          if state == .insideMember { throw damaged(expected: "a whole gzip file", found: "one that is cut off") }
          state = .ended
          break
        }
      }
      let room = min(buffer.count - filled, 1 << 30)
      stream.pointee.next_out = start + filled
      stream.pointee.avail_out = UInt32(room)
      state = .insideMember
      let status = inflate(stream, Z_NO_FLUSH)
      filled += room - Int(stream.pointee.avail_out)
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END where isBare:
        state = .ended
        return filled
      case Z_STREAM_END:
        inflateReset(stream)
        state = .startOfMember
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
        throw damaged(expected: "gzip data", found: "bytes that do not unpack (\(reason))")
      }
    }
    stream.pointee.next_out = nil
    return filled
  }
}

/// A file that may be gzipped, whatever it is called: what it holds, and the sum of its own bytes.
package final class PackedFile {
  /// The unpacked bytes.
  package let contents: any ByteSource
  private let file: HashingSource

  package init(_ path: String) throws {
    let isPacked = try FileSource(path).read(upTo: 2) == [0x1F, 0x8B]
    file = HashingSource(try FileSource(path))
    contents = isPacked ? try GzipSource(file) : file
  }

  /// Bytes and SHA-256 of the file as it lies there, once its contents were read.
  package func record() throws -> (bytes: Int, sha256: String) {
    let sum = try file.finish()
    return (file.count, sum)
  }
}
