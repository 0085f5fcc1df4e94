/// One AVX2 register.
typealias Register = SIMD8<Float>
typealias RegisterIntegers = SIMD8<Int32>

/// Sums that stay in the 16 registers beside their operands.
typealias Sums = Five
