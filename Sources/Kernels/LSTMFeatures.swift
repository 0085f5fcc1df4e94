import KernelInterface

/// The numbers of one row from `start` on; zero beyond the row's end.
@inline(__always)
func loadRegister(_ row: UnsafePointer<Float>, from start: Int, count: Int) -> Register {
  if start &+ Register.scalarCount <= count {
    return UnsafeRawPointer(row + start).loadUnaligned(as: Register.self)
  }
  return start < count ? loadPart(row + start, count: count - start) : Register()
}

@inline(__always)
func storeRegister(_ x: Register, to row: UnsafeMutablePointer<Float>, from start: Int, count: Int) {
  if start &+ Register.scalarCount <= count {
    UnsafeMutableRawPointer(row + start).storeBytes(of: x, as: Register.self)
  } else if start < count {
    storePart(x, to: row + start, count: count - start)
  }
}

@inline(never)
private func loadPart(_ row: UnsafePointer<Float>, count: Int) -> Register {
  var x = Register()
  withUnsafeMutableBytes(of: &x) {
    $0.copyMemory(from: UnsafeRawBufferPointer(start: row, count: count * MemoryLayout<Float>.size))
  }
  return x
}

@inline(never)
private func storePart(_ x: Register, to row: UnsafeMutablePointer<Float>, count: Int) {
  withUnsafeBytes(of: x) {
    UnsafeMutableRawPointer(row).copyMemory(from: $0.baseAddress!, byteCount: count * MemoryLayout<Float>.size)
  }
}

/// The input features of a gradient (Appendix A): (log|∇| / p, sgn ∇) where |∇| >= e^-p, else (-1, e^p ∇).
@inline(__always)
func features(_ gradient: Register, p: Float, threshold: Float) -> (Register, Register) {
  let (zero, one) = (Register(), Register(repeating: 1))
  let least = Register(repeating: threshold)
  let magnitude = Register.whereGreater(zero, gradient, zero - gradient, else: gradient)
  // A magnitude of one where the logarithm is not used keeps zeros out of it.
  let safe = Register.whereAtLeast(magnitude, least, magnitude, else: one)
  let logarithm = log(safe) * Register(repeating: 1 / p)
  let sign = Register.whereGreater(zero, gradient, -one, else: one)
  let scaled = gradient * Register(repeating: 1 / threshold)
  return (
    Register.whereAtLeast(magnitude, least, logarithm, else: -one),
    Register.whereAtLeast(magnitude, least, sign, else: scaled)
  )
}

/// Writes the one or two features of a group of lanes.
@inline(__always)
func writeFeatures(
  of row: UnsafePointer<Float>, group: Int, count: Int, _ kind: GradientFeatures, threshold: Float,
  to output: MutableVectors
) {
  let registers = UnsafeMutableRawPointer(output).assumingMemoryBound(to: Register.self)
  for r in 0..<Lanes.registers {
    let gradient = loadRegister(row, from: firstCoordinate(ofRegister: r, group: group), count: count)
    if let p = kind.p {
      (registers[r], registers[Lanes.registers &+ r]) = features(gradient, p: p, threshold: threshold)
    } else {
      registers[r] = gradient
    }
  }
}
