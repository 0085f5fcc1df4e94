/// One AVX2 register.
typealias Register = SIMD8<Float>
typealias RegisterIntegers = SIMD8<Int32>

/// Sums that stay in the 16 registers beside their operands.
typealias Sums = Five

/// a b + c, one instruction.
@inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c.addingProduct(a, b) }

/// c - a b, one instruction.
@inline(always) func multiplySubtract(_ a: Register, _ b: Register, from c: Register) -> Register {
  c.addingProduct(-a, b)
}
