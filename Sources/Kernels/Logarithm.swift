import KernelInterface

/// The natural logarithm of each lane, for positive normal numbers; the largest relative error is given in
/// `VectorMath.log`.
///
/// log x = e log 2 + log m with m in [√½, √2); log m is the polynomial of Cephes' logf. The bits of log 2 are split so
/// that e times its upper part is exact.
@inline(__always) func log(_ x: Register) -> Register {
  let bits = unsafeBitCast(x, to: RegisterIntegers.self)
  // Exponent of x / √½, so that the mantissa lands in [√½, √2).
  let shifted = bits &- RegisterIntegers(repeating: 0x3f35_04f3)
  let exponent = shifted &>> 23
  let mantissa = unsafeBitCast(bits &- (exponent &<< 23), to: Register.self)
  let e = Register(exponent)
  let f = mantissa - Register(repeating: 1)
  let z = f * f
  var p = multiplyAdd(Register(repeating: 7.0376836292e-2), f, Register(repeating: -1.1514610310e-1))
  p = multiplyAdd(p, f, Register(repeating: 1.1676998740e-1))
  p = multiplyAdd(p, f, Register(repeating: -1.2420140846e-1))
  p = multiplyAdd(p, f, Register(repeating: 1.4249322787e-1))
  p = multiplyAdd(p, f, Register(repeating: -1.6668057665e-1))
  p = multiplyAdd(p, f, Register(repeating: 2.0000714765e-1))
  p = multiplyAdd(p, f, Register(repeating: -2.4999993993e-1))
  p = multiplyAdd(p, f, Register(repeating: 3.3333331174e-1))
  var y = p * f * z
  y = multiplyAdd(e, Register(repeating: -2.12194440e-4), y)
  y = multiplyAdd(z, Register(repeating: -0.5), y)
  return multiplyAdd(e, Register(repeating: 0.693359375), f + y)
}
