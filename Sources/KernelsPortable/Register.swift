/// Eight numbers: two registers of arm64.
typealias Register = SIMD8<Float>
typealias RegisterIntegers = SIMD8<Int32>

/// Sums that stay in the registers beside their operands, on arm64.
typealias Sums = Five

#if arch(arm64)
  /// a b + c, one instruction a register.
  @inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c.addingProduct(a, b) }

  /// c - a b, one instruction a register.
  @inline(always) func multiplySubtract(_ a: Register, _ b: Register, from c: Register) -> Register {
    c.addingProduct(-a, b)
  }
#else
  /// a b + c, rounded twice: without a fused instruction `addingProduct` would call the C library for each lane.
  @inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c + a * b }

  /// c - a b, rounded twice.
  @inline(always) func multiplySubtract(_ a: Register, _ b: Register, from c: Register) -> Register { c - a * b }
#endif
