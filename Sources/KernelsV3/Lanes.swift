/// One AVX2 register.
typealias Register = SIMD8<Float>
typealias RegisterIntegers = SIMD8<Int32>

/// Coordinates that go through the LSTM together.
typealias Lanes = Register

extension Lanes { static var registers: Int { 1 } }

/// a b + c, one instruction.
@inline(always) func multiplyAdd(_ a: Register, _ b: Register, _ c: Register) -> Register { c.addingProduct(a, b) }

/// c - a b, one instruction.
@inline(always) func multiplySubtract(_ a: Lanes, _ b: Lanes, from c: Lanes) -> Lanes { c.addingProduct(-a, b) }
