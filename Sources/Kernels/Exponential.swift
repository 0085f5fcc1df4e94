import KernelInterface

/// e^x for each lane, clamped to [-87, 88]; the largest relative error is given in `VectorMath.exp`.
///
/// e^x = 2^n e^r with n the integer nearest to x / log 2 and |r| <= log 2 / 2; e^r is the polynomial of Cephes' expf.
@inline(__always) func exp(_ x: Register) -> Register {
  let upper = Register(repeating: 88)
  let lower = Register(repeating: -87)
  var x = Register.whereGreater(x, upper, upper, else: x)
  x = Register.whereGreater(lower, x, lower, else: x)
  // Adding and subtracting 1.5 2^23 rounds to the nearest integer.
  let magic = Register(repeating: 12_582_912)
  let shifted = multiplyAdd(x, Register(repeating: 1.44269504088896341), magic)
  let n = shifted - magic
  var r = multiplyAdd(n, Register(repeating: -0.693359375), x)
  r = multiplyAdd(n, Register(repeating: 2.12194440e-4), r)
  var p = multiplyAdd(Register(repeating: 1.9875691500e-4), r, Register(repeating: 1.3981999507e-3))
  p = multiplyAdd(p, r, Register(repeating: 8.3334519073e-3))
  p = multiplyAdd(p, r, Register(repeating: 4.1665795894e-2))
  p = multiplyAdd(p, r, Register(repeating: 1.6666665459e-1))
  p = multiplyAdd(p, r, Register(repeating: 5.0000001201e-1))
  let y = multiplyAdd(p, r * r, r + Register(repeating: 1))
  // n stands in the last bits of the shifted number. (A conversion to integers would stop the program at nan.)
  let integers = unsafeBitCast(shifted, to: RegisterIntegers.self) &- unsafeBitCast(magic, to: RegisterIntegers.self)
  let power = (integers &+ RegisterIntegers(repeating: 127)) &<< 23
  return y * unsafeBitCast(power, to: Register.self)
}
