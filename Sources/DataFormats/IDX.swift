import Foundations

/// An array in the IDX format of the MNIST files, up to four dimensions of any of its element types.
///
/// Source: "The IDX file format", http://yann.lecun.com/exdb/mnist/: two zero bytes, the type, the number of
/// dimensions, their sizes as big-endian 32-bit numbers, then the elements, row major and big-endian.
public struct IDX: Sendable, Equatable {
  public enum ElementType: UInt8, Sendable, CaseIterable {
    case uint8 = 0x08
    case int8 = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    /// Bytes of one element.
    public var size: Int {
      switch self {
      case .uint8, .int8: 1
      case .int16: 2
      case .int32, .float32: 4
      case .float64: 8
      }
    }
  }

  public var type: ElementType
  public var shape: [Int]
  /// The elements as they stand in the file: big-endian.
  public var bytes: [UInt8]

  public init(type: ElementType, shape: [Int], bytes: [UInt8]) {
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  /// How many bytes of elements one file may hold unless the caller says otherwise.
  public static let limit = 1 << 30

  /// Reads a file, gzipped (whatever it is called) or not.
  ///
  /// - Throws: `FileError` if it is no IDX file, is shorter or longer than it says, or has more than `limit` bytes.
  public init(contentsOf path: String, limit: Int = IDX.limit) throws {
    try self.init(from: PackedFile(path).contents, limit: limit)
  }

  /// Reads an unpacked file from a source, to its end.
  ///
  /// - Throws: `FileError` as for a file.
  public init(from source: any ByteSource, limit: Int = IDX.limit) throws {
    let magic = try source.read(upTo: 4)
    guard magic.count == 4, magic[0] == 0, magic[1] == 0 else {
      throw source.damaged(expected: "an IDX file, which starts with two zero bytes", found: "\(magic)")
    }
    guard let type = ElementType(rawValue: magic[2]) else {
      throw source.damaged(expected: "an IDX element type of 8, 9 or 11 to 14", found: "\(magic[2])")
    }
    guard (1...4).contains(magic[3]) else {
      throw source.damaged(expected: "1 to 4 dimensions", found: "\(magic[3])")
    }
    let sizes = try source.read(upTo: 4 * Int(magic[3]))
    guard sizes.count == 4 * Int(magic[3]) else {
      throw source.damaged(expected: "the sizes of \(magic[3]) dimensions", found: "the end of the file")
    }
    shape = stride(from: 0, to: sizes.count, by: 4).map { at in
      sizes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    self.type = type

    var count = type.size
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= limit else {
        throw source.damaged(expected: "at most \(limit) bytes of elements", found: "a shape of \(shape)")
      }
      count = product
    }
    if let most = source.mostLeft, most < count {
      throw source.damaged(expected: "\(count) bytes for a shape of \(shape)", found: "at most \(most)")
    }
    bytes = try source.read(upTo: count)
    guard bytes.count == count else {
      throw source.damaged(expected: "\(count) bytes for a shape of \(shape)", found: "\(bytes.count)")
    }
    guard try source.drain(atMost: 1) == 0 else {
      throw source.damaged(expected: "\(count) bytes for a shape of \(shape)", found: "more")
    }
  }

  /// The elements as numbers of the machine, in the file's order.
  public var values: [Double] {
    let size = type.size
    return (0..<bytes.count / size).map { index in
      let bits = bytes[index * size..<(index + 1) * size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return switch type {
      case .uint8: Double(bits)
      case .int8: Double(Int8(truncatingIfNeeded: bits))
      case .int16: Double(Int16(truncatingIfNeeded: bits))
      case .int32: Double(Int32(truncatingIfNeeded: bits))
      case .float32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      case .float64: Double(bitPattern: bits)
      }
    }
  }

  /// The file's bytes, not compressed.
  public var encoded: [UInt8] {
    var header: [UInt8] = [0, 0, type.rawValue, UInt8(shape.count)]
    for size in shape { header += (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } }
    return header + bytes
  }
}
