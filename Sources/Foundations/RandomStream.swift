/// A named stream of random numbers, split from one seed.
///
/// Streams with different names are independent, and a stream does not change when another one is used more or less:
/// `RandomStream(seed: 1).stream("evaluation").stream("trial", 7)` gives the same numbers on every machine, thread
/// count and build. A stream is a value: a copy repeats the same numbers.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable, Codable {
  let key: SIMD2<UInt32>
  var position: UInt64 = 0
  private var words = SIMD4<UInt32>()

  public init(seed: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  private init(key: SIMD2<UInt32>) { self.key = key }

  /// The stream of this name and index. Its numbers do not depend on how many this one has given.
  public func stream(_ name: String, _ index: Int = 0) -> RandomStream {
    // FNV-1a names the purpose; Philox itself mixes it with the parent's key. Drawing uses counters whose upper half
    // is zero, which the hash of a name is not (but for one chance in 2^64), so splits and draws do not meet.
    let hash = FNV1a(name.utf8).hash
    let index = UInt64(bitPattern: Int64(index))
    let block = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), UInt32(truncatingIfNeeded: hash),
        UInt32(truncatingIfNeeded: hash >> 32)), key: key)
    return RandomStream(key: SIMD2(block[0], block[1]))
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    let lane = Int(position & 3)
    if lane == 0 {
      let n = position >> 2
      words = Philox.block(
        counter: SIMD4(UInt32(truncatingIfNeeded: n), UInt32(truncatingIfNeeded: n >> 32), 0, 0), key: key)
    }
    position += 1
    return words[lane]
  }

  public mutating func next() -> UInt64 { UInt64(nextWord()) | UInt64(nextWord()) << 32 }

  /// A number in [0, 1) with 24 random bits.
  public mutating func uniform() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

  /// A number from `lower` to `upper`, which only rounding reaches.
  public mutating func uniform(_ lower: Float, _ upper: Float) -> Float { lower + (upper - lower) * uniform() }

  /// An integer in 0..<bound without bias (Lemire's method).
  ///
  /// - Parameter bound: 1 to 2^32 - 1.
  public mutating func integer(below bound: Int) -> Int {
    precondition((1...Int(UInt32.max)).contains(bound), "numbers to draw from")
    let bound = UInt32(bound)
    var product = UInt64(nextWord()) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(nextWord()) &* UInt64(bound) }
    }
    return Int(product >> 32)
  }

  /// A standard normal number, by the inverse of the distribution function.
  public mutating func normal() -> Float {
    // The centres of 2^32 equal intervals: never 0 or 1.
    Float(inverseNormal((Double(nextWord()) + 0.5) * 0x1p-32))
  }

  /// A random order of 0..<count (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, integer(below: i + 1)) }
    return order
  }
}
