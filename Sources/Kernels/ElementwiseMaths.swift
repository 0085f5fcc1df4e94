import KernelInterface

/// f(x) for `count` numbers; `output` may be `input`.
public func mapElements(
  _ function: ElementwiseFunction, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, count: Int
) {
  switch function {
  case .log: mapRegisters(input, output, count, log)
  case .exp: mapRegisters(input, output, count, exp)
  case .tanh: mapRegisters(input, output, count, tanhRegister)
  case .sigmoid: mapRegisters(input, output, count, sigmoidRegister)
  }
}

@inline(__always)
private func mapRegisters(
  _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ count: Int, _ f: (Register) -> Register
) {
  for start in stride(from: 0, to: count, by: Register.scalarCount) {
    storeRegister(f(loadRegister(input, from: start, count: count)), to: output, from: start, count: count)
  }
}

@inline(__always) private func tanhRegister(_ x: Register) -> Register {
  tanh(scaled: lanes(x * Register(repeating: activationScale))).low
}

@inline(__always) private func sigmoidRegister(_ x: Register) -> Register {
  sigmoid(scaled: lanes(x * Register(repeating: activationScale))).low
}

/// The compiler computes equal registers once.
@inline(__always) private func lanes(_ x: Register) -> Lanes { Lanes(low: x, high: x) }
