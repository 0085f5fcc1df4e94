import KernelInterface

/// min(max(x, -limit), limit) for each lane; nan stays nan. (`clamped` becomes scalar calls.)
@inline(__always) func clamp(_ x: Register, to limit: Float) -> Register {
  let y = Register.whereGreater(x, Register(repeating: limit), Register(repeating: limit), else: x)
  return Register.whereGreater(Register(repeating: -limit), y, Register(repeating: -limit), else: y)
}

/// The LSTM's activations as rational functions, tanh x ≈ x P3(x²) / Q4(x²), of an argument scaled by
/// `activationScale`.
///
/// With that scale both polynomials and their quotient have leading coefficient 1, which turns three multiplications
/// of each activation into additions; additions run beside the multiply-adds that the products need. The scale is
/// folded into the packed weights. A plain division was no slower than a reciprocal estimate with Newton steps, and
/// gives the same bits on every processor. The largest errors are those of `VectorMath`.
let activationScale: Float = 0.021191319057902724

/// A rational function before its division.
private struct Quotient {
  var numerator: Lanes
  var denominator: Lanes

  @inline(__always) var value: Lanes { numerator / denominator }

  /// a b for one division, where neither factor is wanted by itself.
  @inline(__always) static func * (a: Quotient, b: Quotient) -> Lanes {
    (a.numerator * b.numerator) / (a.denominator * b.denominator)
  }
}

/// tanh(z / activationScale).
@inline(__always) func tanh(scaled z: Lanes) -> Lanes { tanhQuotient(scaled: z).value }

/// The logistic function of z / activationScale.
@inline(__always) func sigmoid(scaled z: Lanes) -> Lanes {
  centredSigmoidQuotient(scaled: z).value + Lanes(repeating: 0.5)
}

/// The logistic function of a / activationScale times tanh(b / activationScale). On an Intel Xeon, where divisions take
/// longest, the optimizer in use takes 0.94 of the time that it takes with one division for each factor.
@inline(__always) func sigmoidTimesTanh(scaled a: Lanes, _ b: Lanes) -> Lanes {
  var sigmoid = centredSigmoidQuotient(scaled: a)
  sigmoid.numerator = multiplyAdd(sigmoid.denominator, Lanes(repeating: 0.5), sigmoid.numerator)
  return sigmoid * tanhQuotient(scaled: b)
}

@inline(__always) private func tanhQuotient(scaled z: Lanes) -> Quotient {
  let x = clamp(z, to: 0.17482838)  // 8.25 scaled
  let y = x * x
  var p = y + Lanes(repeating: 0.11843030845860843)
  p = multiplyAdd(p, y, Lanes(repeating: 0.002352328135745721))
  p = multiplyAdd(p, y, Lanes(repeating: 8.194732424214599e-06))
  var q = y + Lanes(repeating: 0.4479596444933339)
  q = multiplyAdd(q, y, Lanes(repeating: 0.020377111250719684))
  q = multiplyAdd(q, y, Lanes(repeating: 0.00017874867693202124))
  q = multiplyAdd(q, y, Lanes(repeating: 1.7365733430664437e-07))
  return Quotient(numerator: x * p, denominator: q)
}

/// The logistic function less a half.
@inline(__always) private func centredSigmoidQuotient(scaled z: Lanes) -> Quotient {
  let x = clamp(z, to: 0.34965676)  // 16.5 scaled
  let y = x * x
  var p = y + Lanes(repeating: 0.4737212338344337)
  p = multiplyAdd(p, y, Lanes(repeating: 0.037637250171931536))
  p = multiplyAdd(p, y, Lanes(repeating: 0.0005244628751497343))
  var q = y + Lanes(repeating: 1.7918385779733357)
  q = multiplyAdd(q, y, Lanes(repeating: 0.32603378001151495))
  q = multiplyAdd(q, y, Lanes(repeating: 0.01143991532364936))
  q = multiplyAdd(q, y, Lanes(repeating: 4.445627758250096e-05))
  return Quotient(numerator: x * p, denominator: q)
}
