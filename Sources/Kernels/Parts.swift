import KernelInterface

/// Sixteen numbers of a row: one AVX-512 register, two of AVX2. Rows are sums in 16 parts on every processor, for the
/// same bits everywhere.
typealias Part = SIMD16<Float>

@inline(__always)
func multiplyAdd(_ a: Part, _ b: Part, to c: inout Part) {
  #if FUSED || WIDE_REGISTERS || arch(arm64)
    c = c.addingProduct(a, b)
  #else
    c = c + a * b
  #endif
}

/// Five sums that the compiler keeps in registers.
struct FiveParts {
  var a = Part()
  var b = Part()
  var c = Part()
  var d = Part()
  var e = Part()
}

@inline(__always) func part(_ p: UnsafePointer<Float>, _ k: Int) -> Part {
  UnsafeRawPointer(p + k).loadUnaligned(as: Part.self)
}
