import Foundations

/// Passes another source's bytes on and sums them up.
public final class HashingSource: ByteSource {
  private let source: any ByteSource
  private let sum = SHA256Sum()
  /// How many bytes have passed.
  public private(set) var count = 0

  public init(_ source: any ByteSource) { self.source = source }

  public var name: String { source.name }
  public var mostLeft: Int? { source.mostLeft }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let read = try source.read(into: buffer)
    sum.update(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
    count += read
    return read
  }

  /// Reads what is left and gives the SHA-256 of all.
  ///
  /// - Throws: `FileError` if the source cannot be read.
  public func finish() throws -> String {
    _ = try drain()
    return sum.finish()
  }
}
