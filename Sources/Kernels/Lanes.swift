import KernelInterface

/// Coordinates that go through the LSTM together: two registers, so that a weight is fetched once for both.
///
/// Two loads a cycle is all there are. With AVX-512 ten sums of two registers need 12 loads for 20 multiply-adds,
/// twenty of one need 21; with AVX2 five sums of two need 7 for 10, ten of one need 11. (`SIMD32<Float>` is taken apart
/// into single numbers by the compiler.)
///
/// The registers' coordinates lie `partialSums` apart.
struct Lanes {
  static let registers = 2
  static let count = registers * Register.scalarCount
  var low: Register
  var high: Register

  @inline(__always) init() {
    low = Register()
    high = Register()
  }

  @inline(__always) init(repeating x: Float) {
    low = Register(repeating: x)
    high = Register(repeating: x)
  }

  @inline(__always) init(low: Register, high: Register) {
    self.low = low
    self.high = high
  }

  @inline(__always) static func + (a: Lanes, b: Lanes) -> Lanes { Lanes(low: a.low + b.low, high: a.high + b.high) }
  @inline(__always) static func * (a: Lanes, b: Lanes) -> Lanes { Lanes(low: a.low * b.low, high: a.high * b.high) }
  @inline(__always) static func / (a: Lanes, b: Lanes) -> Lanes { Lanes(low: a.low / b.low, high: a.high / b.high) }
}

#if FUSED || WIDE_REGISTERS || arch(arm64)
  /// a b + c, one instruction a register.
  @inline(__always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c.addingProduct(a, b) }

  /// c - a b, one instruction a register.
  @inline(__always) func multiplySubtract(_ a: Register, _ b: Register, from c: Register) -> Register {
    c.addingProduct(-a, b)
  }
#else
  /// a b + c, rounded twice: without a fused instruction `addingProduct` would call the C library for each lane.
  @inline(__always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c + a * b }

  /// c - a b, rounded twice.
  @inline(__always) func multiplySubtract(_ a: Register, _ b: Register, from c: Register) -> Register { c - a * b }
#endif

/// a b + c, one instruction a register.
@inline(__always) func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes {
  Lanes(low: multiplyAdd(a.low, b.low, c.low), high: multiplyAdd(a.high, b.high, c.high))
}

/// c - a b, one instruction a register.
@inline(__always) func multiplySubtract(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes {
  Lanes(low: multiplySubtract(a.low, b.low, from: c.low), high: multiplySubtract(a.high, b.high, from: c.high))
}

@inline(__always) func clamp(_ x: Lanes, to limit: Float) -> Lanes {
  Lanes(low: clamp(x.low, to: limit), high: clamp(x.high, to: limit))
}

/// Sums over coordinates run in 16 partial sums whatever the processor, for the same bits everywhere.
let partialSums = 16

/// Groups of lanes in a tile of 32 coordinates: one with AVX-512, two elsewhere.
let groupsPerTile = coordinatesPerTile / Lanes.count

/// The first coordinate of a group's register; registers of a group add to the same partial sums, one after the other.
@inline(__always) func firstCoordinate(ofRegister r: Int, group: Int) -> Int {
  group / groupsPerTile &* coordinatesPerTile &+ group % groupsPerTile &* Register.scalarCount &+ r &* partialSums
}
