import Foundations

/// A NumPy array file (.npy, version 1.0): C order, little-endian.
///
/// Source: numpy.lib.format, "Format Version 1.0".
public struct NPY: Sendable, Equatable {
  /// What the elements are, as NumPy's `descr` names it.
  public enum ElementType: String, Sendable, CaseIterable {
    case uint8 = "|u1"
    case int8 = "|i1"
    case int32 = "<i4"
    case int64 = "<i8"
    case float32 = "<f4"
    case float64 = "<f8"

    /// Bytes of one element.
    public var size: Int {
      switch self {
      case .uint8, .int8: 1
      case .int32, .float32: 4
      case .int64, .float64: 8
      }
    }
  }

  public var type: ElementType
  public var shape: [Int]
  /// The elements, row major, little-endian.
  public var bytes: [UInt8]

  public init(type: ElementType, shape: [Int], bytes: [UInt8]) {
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  public init(shape: [Int], _ values: [Float]) {
    self.init(type: .float32, shape: shape, bytes: LittleEndian.bytes(values))
  }

  /// The elements of an array of `float32`; nil for other types.
  public var floats: [Float]? { type == .float32 ? LittleEndian.floats(bytes) : nil }

  /// How many bytes of elements one file may hold unless the caller says otherwise.
  public static let limit = 1 << 32

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// - Throws: `FileError` if it is no npy file, is shorter or longer than it says, or has more than `limit` bytes.
  public init(contentsOf path: String, limit: Int = NPY.limit) throws {
    try self.init(from: FileSource(path), limit: limit)
  }

  /// Reads a file from a source, to its end.
  public init(from source: any ByteSource, limit: Int = NPY.limit) throws {
    let start = try source.read(upTo: 8)
    guard start.count == 8, start.starts(with: Self.magic), (1...3).contains(start[6]) else {
      throw source.damaged(expected: "an npy file of version 1 to 3", found: "a start of \(start)")
    }
    let length = Int(LittleEndian.integer(try source.read(upTo: start[6] == 1 ? 2 : 4)))
    guard length <= 1 << 16 else {
      throw source.damaged(expected: "an npy header of at most 65536 bytes", found: "one of \(length)")
    }
    let header = String(decoding: try source.read(upTo: length), as: UTF8.self)
    guard let (type, shape) = Self.parse(header) else {
      throw source.damaged(
        expected:
          "an npy header of a C-ordered array of \(ElementType.allCases.map(\.rawValue).joined(separator: ", "))",
        found: "\(header.prefix(100))")
    }
    var count = type.size
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= limit else {
        throw source.damaged(expected: "at most \(limit) bytes of elements", found: "a shape of \(shape)")
      }
      count = product
    }
    bytes = try source.read(upTo: count)
    guard bytes.count == count, try source.drain(atMost: 1) == 0 else {
      throw source.damaged(expected: "\(count) bytes for a shape of \(shape)", found: "fewer or more")
    }
    self.type = type
    self.shape = shape
  }

  /// The type and shape that a header names: a Python dictionary with just these three keys.
  private static func parse(_ header: String) -> (ElementType, [Int])? {
    let text = header.filter { !$0.isWhitespace }
    let dictionary = /\{'descr':'([^']*)','fortran_order':False,'shape':\(([0-9,]*)\),?\}/
    guard let match = text.wholeMatch(of: dictionary), let type = ElementType(rawValue: String(match.1)) else {
      return nil
    }
    let sizes = match.2.split(separator: ",")
    let shape = sizes.compactMap { Int($0) }
    return shape.count == sizes.count && shape.count <= 32 ? (type, shape) : nil
  }

  /// The file's bytes; the header is padded to a multiple of 64, as NumPy does.
  public var encoded: [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(sizes)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = header.utf8.count
    return Self.magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8) + bytes
  }
}
