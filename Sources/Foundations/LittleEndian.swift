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
    numbers(bytes) { (bits: UInt32) in Float(bitPattern: bits) }
  }

  /// The same for numbers of eight bytes, rounded.
  public static func floats(doubles bytes: some Collection<UInt8>) -> [Float] {
    numbers(bytes) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
  }

  /// The same for the upper halves of numbers: bfloat16.
  public static func floats(upperHalves bytes: some Collection<UInt8>) -> [Float] {
    numbers(bytes) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
  }

  /// The same for numbers of half precision: IEEE 754's binary16.
  public static func floats(halves bytes: some Collection<UInt8>) -> [Float] { numbers(bytes, float(half:)) }

  private static func float(half: UInt16) -> Float {
    let sign: Float = half >> 15 == 0 ? 1 : -1
    let exponent = Int(half >> 10 & 31)
    let fraction = Float(half & 1023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }

  @inline(__always)
  private static func numbers<Bits: FixedWidthInteger>(
    _ bytes: some Collection<UInt8>, _ number: (Bits) -> Float
  ) -> [Float] {
    let size = MemoryLayout<Bits>.size
    let count = bytes.count / size
    func read(_ raw: UnsafeRawBufferPointer) -> [Float] {
      [Float](unsafeUninitializedCapacity: count) { output, initialized in
        for index in 0..<count {
          let bits = raw.loadUnaligned(fromByteOffset: size * index, as: Bits.self)
          output.initializeElement(at: index, to: number(Bits(littleEndian: bits)))
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
