/// The hash FNV-1a of 64 bits, which tells contents and names apart; it does not withstand intent.
///
/// http://www.isthe.com/chongo/tech/comp/fnv/
public struct FNV1a: Sendable {
  public let hash: UInt64

  /// Of a sequence of bytes, or of words where each is taken in at once.
  @inlinable
  public init(_ words: some Sequence<some UnsignedInteger & FixedWidthInteger>) {
    hash = words.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// In hexadecimal digits.
  public var text: String { String(hash, radix: 16) }
}
