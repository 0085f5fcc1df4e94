/// The quantile of the standard normal distribution, for 0 < p < 1, with a relative error of about 1e-7.
///
/// Source: Wichura, algorithm AS 241 (PPND7), Applied Statistics 37 (1988). Only +, *, / and square roots, and a
/// logarithm of our own: the same bits with every C library.
func inverseNormal(_ p: Double) -> Double {
  let q = p - 0.5
  if q.magnitude <= 0.425 {
    let r = 0.180625 - q * q
    let numerator = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179
    let denominator = ((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1
    return q * numerator / denominator
  }
  var r = (-logarithm(q < 0 ? p : 1 - p)).squareRoot()
  let magnitude: Double
  if r <= 5 {
    r -= 1.6
    magnitude =
      (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777)
      / ((0.12021132975 * r + 0.7370016425) * r + 1)
  } else {
    r -= 5
    magnitude =
      (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115)
      / ((0.012258202635 * r + 0.24197894225) * r + 1)
  }
  return q < 0 ? -magnitude : magnitude
}

/// The natural logarithm of a positive normal number, to about 1e-15 relative to 1.
///
/// log x = e log 2 + 2 atanh((m - 1) / (m + 1)) with x = m 2^e and m in [1/√2, √2).
func logarithm(_ x: Double) -> Double {
  var mantissa = x.significand
  var exponent = Double(x.exponent)
  if mantissa > 1.4142135623730951 {
    mantissa *= 0.5
    exponent += 1
  }
  let s = (mantissa - 1) / (mantissa + 1)
  let z = s * s
  var sum = 0.0
  // |s| < 0.1716, so the term left out, z^11 / 23, is below 1e-18.
  for odd in stride(from: 21.0, through: 1, by: -2) { sum = sum * z + 1 / odd }
  return exponent * 0.6931471805599453 + 2 * s * sum
}
