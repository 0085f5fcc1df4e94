/// One AVX-512 register.
typealias Register = SIMD16<Float>
typealias RegisterIntegers = SIMD16<Int32>

/// Sums that stay in the 32 registers beside their operands.
typealias Sums = Ten
