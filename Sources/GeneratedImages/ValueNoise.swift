import Foundations

/// Smooth random heights over the plane: random numbers at whole coordinates, blended in between.
///
/// The numbers come from the generator's own block function, so that any place is there at once, in any order.
struct ValueNoise {
  private let key: SIMD2<UInt32>

  init(_ stream: RandomStream) {
    var stream = stream
    key = SIMD2(stream.nextWord(), stream.nextWord())
  }

  /// -1...1.
  private func corner(_ x: Int32, _ y: Int32) -> Float {
    var hash = (UInt32(bitPattern: x) &* 0x9E37_79B1) ^ (UInt32(bitPattern: y) &* 0x85EB_CA77) ^ key.x
    hash = (hash ^ hash >> 15) &* 0x2C1B_3C6D
    hash = ((hash ^ hash >> 12) &+ key.y) &* 0x297A_2D39
    hash ^= hash >> 15
    return Float(hash >> 8) * 0x1p-23 - 1
  }

  /// -1...1, smooth, with features of size 1; coordinates within ±1,000,000,000.
  func callAsFunction(_ p: Point) -> Float {
    let x = Self.floor(p.x)
    let y = Self.floor(p.y)
    let s = Self.smooth(p.x - Float(x))
    let t = Self.smooth(p.y - Float(y))
    let top = corner(x, y) * (1 - s) + corner(x + 1, y) * s
    let bottom = corner(x, y + 1) * (1 - s) + corner(x + 1, y + 1) * s
    return top * (1 - t) + bottom * t
  }

  /// Several octaves on top of each other, each of half the size and `roughness` times the height.
  func layered(_ p: Point, octaves: Int, roughness: Float = 0.5) -> Float {
    var sum: Float = 0
    var height: Float = 1
    var q = p
    for octave in 0..<octaves {
      sum += height * self(q)
      height *= roughness
      q = 2 * q + Float(17 + octave)
    }
    return sum
  }

  /// By truncation: the oldest x86-64 instruction set has no rounding.
  private static func floor(_ x: Float) -> Int32 {
    let whole = Int32(x)
    return Float(whole) > x ? whole - 1 : whole
  }

  private static func smooth(_ t: Float) -> Float {
    let t = max(0, min(1, t))
    return t * t * (3 - 2 * t)
  }
}
