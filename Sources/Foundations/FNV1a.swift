/// The hash FNV-1a of 64 bits, which tells contents and names apart; it does not withstand intent.
///
/// http://www.isthe.com/chongo/tech/comp/fnv/
public struct FNV1a: Sendable {
  public private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  /// Of a sequence of bytes, or of words where each is taken in at once.
  public init(_ words: some Sequence<some UnsignedInteger & FixedWidthInteger>) {
    for word in words { take(UInt64(word)) }
  }

  public mutating func take(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01B3 }

  /// In hexadecimal digits.
  public var text: String { String(hash, radix: 16) }
}
