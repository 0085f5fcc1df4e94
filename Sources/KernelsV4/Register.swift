/// One AVX-512 register.
typealias Register = SIMD16<Float>
typealias RegisterIntegers = SIMD16<Int32>

/// Sums that stay in the 32 registers beside their operands.
typealias Sums = Ten

/// a b + c, one instruction.
@inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c.addingProduct(a, b) }

/// c - a b, one instruction.
@inline(always) func multiplySubtract(_ a: Register, _ b: Register, from c: Register) -> Register {
  c.addingProduct(-a, b)
}
