import CZlib

/// Makes the sums right that stand in files, so that what they protect is read on and not refused at once.
enum Mending {
  /// The CRC of each chunk.
  static func png(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var at = 8
    while at + 12 <= bytes.count {
      let size = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      guard size <= bytes.count - at - 12 else { break }
      let end = at + 8 + size
      let sum = bytes[at + 4..<end].withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
      for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index)) }
      at = end + 4
    }
    return bytes
  }

  /// The sum in each block that a header may be: one that has "ustar" at its place.
  static func tar(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for start in stride(from: 0, to: bytes.count - 511, by: 512)
    where bytes[start + 257..<start + 262].elementsEqual("ustar".utf8) {
      let field = start + 148..<start + 156
      var sum = 8 * 32
      for index in start..<start + 512 where !field.contains(index) { sum += Int(bytes[index]) }
      var rest = sum
      for index in field.prefix(6).reversed() {
        bytes[index] = 0x30 + UInt8(rest & 7)
        rest >>= 3
      }
      (bytes[field.upperBound - 2], bytes[field.upperBound - 1]) = (0, 0x20)
    }
    return bytes
  }
}
