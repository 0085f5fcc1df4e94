/// One AVX-512 register.
typealias Register = SIMD16<Float>
typealias RegisterIntegers = SIMD16<Int32>

/// Coordinates that go through the LSTM together: two registers, so that a weight is fetched once for both.
///
/// Ten sums of 32 coordinates need 12 loads for 20 multiply-adds; twenty sums of 16 coordinates need 21, and two loads a
/// cycle is all there are. (`SIMD32<Float>` is taken apart into single numbers by the compiler.)
struct Lanes {
  static let registers = 2
  var low: Register
  var high: Register

  @inline(always) init() {
    low = Register()
    high = Register()
  }

  @inline(always) init(repeating x: Float) {
    low = Register(repeating: x)
    high = Register(repeating: x)
  }

  @inline(always) init(low: Register, high: Register) {
    self.low = low
    self.high = high
  }

  @inline(always) static func + (a: Lanes, b: Lanes) -> Lanes { Lanes(low: a.low + b.low, high: a.high + b.high) }
  @inline(always) static func * (a: Lanes, b: Lanes) -> Lanes { Lanes(low: a.low * b.low, high: a.high * b.high) }
  @inline(always) static func / (a: Lanes, b: Lanes) -> Lanes { Lanes(low: a.low / b.low, high: a.high / b.high) }
}

/// a b + c, one instruction.
@inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c.addingProduct(a, b) }

@inline(always) func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes {
  Lanes(low: c.low.addingProduct(a.low, b.low), high: c.high.addingProduct(a.high, b.high))
}

/// c - a b, one instruction.
@inline(always) func multiplySubtract(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes {
  Lanes(low: c.low.addingProduct(-a.low, b.low), high: c.high.addingProduct(-a.high, b.high))
}

@inline(always) func clamp(_ x: Lanes, to limit: Float) -> Lanes {
  Lanes(low: clamp(x.low, to: limit), high: clamp(x.high, to: limit))
}
