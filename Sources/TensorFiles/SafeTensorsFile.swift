import Foundation
import Foundations

extension SafeTensors {
  /// How many bytes of tensors one file may hold unless the caller says otherwise.
  public static let limit = 1 << 32
  /// How many bytes its header may have: a tensor takes about a hundred.
  static let headerLimit = 8 << 20

  /// Reads a file.
  ///
  /// - Parameter wanted: which tensors to keep; the others are passed over.
  /// - Throws: `FileError` if it is no safetensors file, is shorter or longer than it says, or keeps more than `limit`
  ///   bytes.
  public init(
    contentsOf path: String, limit: Int = SafeTensors.limit, where wanted: (String) -> Bool = { _ in true }
  ) throws {
    try self.init(from: FileSource(path), limit: limit, where: wanted)
  }

  /// Reads a file from a source, to its end.
  public init(
    from source: any ByteSource, limit: Int = SafeTensors.limit, where wanted: (String) -> Bool = { _ in true }
  ) throws {
    let start = try source.read(upTo: 8)
    let length = LittleEndian.integer(start)
    guard start.count == 8, length >= 2, length <= Self.headerLimit else {
      throw source.damaged(
        expected: "a safetensors file with a header of 2 to \(Self.headerLimit) bytes",
        found: start.count == 8 ? "one of \(length), so another kind of file" : "a file of \(start.count) bytes")
    }
    let header = try source.read(upTo: Int(length))
    guard header.count == Int(length), header.first == UInt8(ascii: "{") else {
      throw source.damaged(expected: "a JSON header of \(length) bytes", found: "other or fewer bytes")
    }
    let entries: Header
    do {
      entries = try JSONDecoder().decode(Header.self, from: Data(header))
    } catch {
      throw source.damaged(expected: "a header that describes tensors", found: "JSON that does not")
    }
    self.init(metadata: entries.metadata)

    var position = 0
    var kept = 0
    for (name, entry) in entries.tensors.sorted(by: { ($0.value.start, $0.value.end) < ($1.value.start, $1.value.end) })
    {
      guard let size = entry.size, entry.start == position, entry.end - entry.start == size else {
        throw source.damaged(
          expected: "\"\(name)\" from byte \(position) on with the size of \(entry.type.rawValue) \(entry.shape)",
          found: "bytes \(entry.start) to \(entry.end)")
      }
      position = entry.end
      if let most = source.mostLeft, most < size {
        throw source.damaged(expected: "\(size) bytes of \"\(name)\"", found: "at most \(most)")
      }
      var came = 0
      if wanted(name) {
        kept += size
        guard kept <= limit else {
          throw source.damaged(expected: "at most \(limit) bytes of tensors", found: "\"\(name)\" beyond that")
        }
        let bytes = try source.read(upTo: size)
        came = bytes.count
        if came == size { tensors[name] = Tensor(type: entry.type, shape: entry.shape, bytes: bytes) }
      } else {
        came = try source.skip(size)
      }
      guard came == size else {
        throw source.damaged(expected: "\(size) bytes of \"\(name)\"", found: "\(came)")
      }
    }
    guard try source.drain(atMost: 1) == 0 else {
      throw source.damaged(expected: "\(position) bytes of tensors", found: "more")
    }
  }

  /// The hash (FNV-1a) of all of it but what the metadata has as "checksum".
  public var checksum: String {
    var file = self
    file.metadata["checksum"] = nil
    return FNV1a(file.encoded).text
  }

  /// The file's bytes, always the same for the same tensors: those of wide elements first, then by name, as the
  /// format's own library has them, so that every tensor is aligned.
  public var encoded: [UInt8] {
    let order = tensors.sorted { ($1.value.type.size, $0.key) < ($0.value.type.size, $1.key) }
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var position = 0
    for (name, tensor) in order {
      let end = position + tensor.bytes.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(Self.quoted(name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(position),\(end)]}")
      position = end
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var bytes = LittleEndian.bytes(UInt64(header.count)) + header
    bytes.reserveCapacity(bytes.count + position)
    for (_, tensor) in order { bytes += tensor.bytes }
    return bytes
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `FileError` if it cannot be written; what lay there stays then.
  public func write(to path: String) throws { try AtomicFile.write(encoded, to: path) }

  /// A string as JSON.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        result += "\\u" + (scalar.value < 16 ? "000" : "00") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// The JSON header of a file.
private struct Header: Decodable {
  var tensors: [String: Entry] = [:]
  var metadata: [String: String] = [:]

  struct Entry: Decodable {
    var type: SafeTensors.ElementType
    var shape: [Int]
    var start: Int
    var end: Int

    enum Key: String, CodingKey {
      case type = "dtype"
      case shape
      case offsets = "data_offsets"
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      shape = try fields.decode([Int].self, forKey: .shape)
      let offsets = try fields.decode([Int].self, forKey: .offsets)
      let name = try fields.decode(String.self, forKey: .type)
      guard let type = SafeTensors.ElementType(rawValue: name), offsets.count == 2, offsets[0] >= 0,
        offsets[0] <= offsets[1], shape.allSatisfy({ $0 >= 0 })
      else {
        throw DecodingError.dataCorruptedError(forKey: .offsets, in: fields, debugDescription: "not a tensor")
      }
      self.type = type
      start = offsets[0]
      end = offsets[1]
    }

    /// Bytes of all elements; nil if that overflows.
    var size: Int? {
      var size = type.size
      for count in shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: count)
        if overflow { return nil }
        size = product
      }
      return size
    }
  }

  struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Name.self)
    for key in fields.allKeys {
      if key.stringValue == "__metadata__" {
        metadata = try fields.decode([String: String].self, forKey: key)
      } else {
        tensors[key.stringValue] = try fields.decode(Entry.self, forKey: key)
      }
    }
  }
}
