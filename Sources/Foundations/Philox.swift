/// The counter-based generator Philox 4x32-10: a bijection of 128-bit counters, keyed by 64 bits.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
public enum Philox {
  /// Four random words for one counter and key.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let left = UInt64(c[0]) &* 0xD251_1F53
      let right = UInt64(c[2]) &* 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: right >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: right),
        UInt32(truncatingIfNeeded: left >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: left))
      k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
    }
    return c
  }
}
