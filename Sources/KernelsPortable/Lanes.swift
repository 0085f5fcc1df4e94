/// Eight numbers: one register, or two of four on arm64.
typealias Register = SIMD8<Float>
typealias RegisterIntegers = SIMD8<Int32>

/// Coordinates that go through the LSTM together.
typealias Lanes = Register

extension Lanes { static var registers: Int { 1 } }

#if arch(arm64)
  /// a b + c, one instruction a register.
  @inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c.addingProduct(a, b) }

  /// c - a b, one instruction a register.
  @inline(always) func multiplySubtract(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes { c.addingProduct(-a, b) }
#else
  /// a b + c, rounded twice: without a fused instruction `addingProduct` would call the C library for each lane.
  @inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c + a * b }

  /// c - a b, rounded twice.
  @inline(always) func multiplySubtract(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes { c - a * b }
#endif
