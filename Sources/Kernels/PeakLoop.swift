import KernelInterface

#if FUSED || WIDE_REGISTERS || arch(arm64)
  private let chains = 12
#else
  /// With the 16 registers of four numbers that x86 has without AVX, two a chain, twelve would be stored and loaded
  /// again.
  private let chains = 6
#endif

/// Multiply-adds in independent chains that stay in registers: as fast as the processor can be.
///
/// - Returns: floating-point operations done, 2 for a multiply-add of each number. `sink` receives a number that
///   depends on all of them.
@inline(never)
public func peakLoop(_ rounds: Int, sink: UnsafeMutablePointer<Float>) -> Double {
  let start = Register(repeating: sink[0])
  let factor = Register(repeating: 0.999)
  let term = Register(repeating: 1e-3)
  var (a, b, c, d, e, f) = (start, start, start, start, start, start)
  #if FUSED || WIDE_REGISTERS || arch(arm64)
    var (g, h, i, j, k, l) = (start, start, start, start, start, start)
  #endif
  for _ in 0..<rounds {
    a = multiplyAdd(a, factor, term)
    b = multiplyAdd(b, factor, term)
    c = multiplyAdd(c, factor, term)
    d = multiplyAdd(d, factor, term)
    e = multiplyAdd(e, factor, term)
    f = multiplyAdd(f, factor, term)
    #if FUSED || WIDE_REGISTERS || arch(arm64)
      g = multiplyAdd(g, factor, term)
      h = multiplyAdd(h, factor, term)
      i = multiplyAdd(i, factor, term)
      j = multiplyAdd(j, factor, term)
      k = multiplyAdd(k, factor, term)
      l = multiplyAdd(l, factor, term)
    #endif
  }
  // In halves: Swift 6.2 gives up on the type of one long sum.
  let first: Register = a + b + c + d + e + f
  #if FUSED || WIDE_REGISTERS || arch(arm64)
    let second: Register = g + h + i + j + k + l
    sink[0] = (first + second)[0]
  #else
    sink[0] = first[0]
  #endif
  return Double(rounds) * Double(chains) * 2 * Double(Register.scalarCount)
}
