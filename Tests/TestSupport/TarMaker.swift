/// Makes tar archives, correct ones and others.
public struct TarMaker {
  public var bytes: [UInt8] = []

  public init() {}

  /// Adds an entry with this header, whose sum is right unless `sum` is given.
  public mutating func add(
    _ name: String, _ contents: [UInt8] = [], kind: Character = "0", size: String? = nil, prefix: String = "",
    magic: String = "ustar\u{0}00", sum: Int? = nil
  ) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at start: Int) {
      for (index, byte) in text.utf8.enumerated() { header[start + index] = byte }
    }
    put(String(name.prefix(100)), at: 0)
    put("0000644\u{0}0000000\u{0}0000000\u{0}", at: 100)
    put(size ?? Self.octal(contents.count, digits: 11), at: 124)
    put("00000000000\u{0}        ", at: 136)
    put(String(kind), at: 156)
    put(magic, at: 257)
    put(prefix, at: 345)
    put(Self.octal(sum ?? header.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
    bytes += header + contents + [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
  }

  public mutating func pax(_ fields: [(String, String)]) {
    var text = ""
    for (key, value) in fields {
      var length = key.utf8.count + value.utf8.count + 3
      while "\(length)".utf8.count + key.utf8.count + value.utf8.count + 3 != length { length += 1 }
      text += "\(length) \(key)=\(value)\n"
    }
    add("PaxHeaders/x", Array(text.utf8), kind: "x")
  }

  public mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }

  public static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
