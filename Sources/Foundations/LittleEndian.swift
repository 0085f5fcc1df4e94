/// Numbers as the little-endian bytes that safetensors files hold.
public enum LittleEndian {
  /// Four bytes a number.
  public static func bytes(_ values: some Collection<Float>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: values.count * 4) { buffer, initialized in
      for value in values {
        UnsafeMutableRawPointer(buffer.baseAddress! + initialized).storeBytes(
          of: value.bitPattern.littleEndian, as: UInt32.self)
        initialized += 4
      }
    }
  }

  /// The numbers that bytes hold, four bytes each; bytes left over at the end are dropped.
  public static func floats(_ bytes: some Collection<UInt8>) -> [Float] {
    let count = bytes.count / 4
    func read(_ raw: UnsafeRawBufferPointer) -> [Float] {
      [Float](unsafeUninitializedCapacity: count) { output, initialized in
        for index in 0..<count {
          let bits = raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
          output.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
        }
        initialized = count
      }
    }
    return bytes.withContiguousStorageIfAvailable { read(UnsafeRawBufferPointer($0)) }
      ?? Array(bytes).withUnsafeBytes(read)
  }

  /// The number that up to eight bytes hold.
  public static func integer(_ bytes: some Collection<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for (place, byte) in bytes.prefix(8).enumerated() { value |= UInt64(byte) << UInt64(8 * place) }
    return value
  }

  /// The eight bytes of a number.
  public static func bytes(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
