/// Eight numbers: two registers of arm64.
typealias Register = SIMD8<Float>
typealias RegisterIntegers = SIMD8<Int32>

/// Sums that stay in the registers beside their operands, on arm64.
typealias Sums = Five
