import KernelInterface

/// Parts of a row that are summed up together, for five rows each.
#if WIDE_REGISTERS
  private let partsTogether = 4
#else
  private let partsTogether = 1
#endif

/// C = A B, each row of C a weighted sum of B's rows: C[m] = Σ_k a(m, k) B[k].
///
/// - Parameters:
///   - a: the factor of row k in sum m is `a[m * rowStep + k * termStep]`, so that A may be read transposed.
///   - b: [terms][stride], `stride` a multiple of 16.
///   - c: [rows][stride], overwritten.
public func weightedRows(
  _ a: UnsafePointer<Float>, rows: Int, rowStep: Int, termStep: Int, _ b: UnsafePointer<Float>, terms: Int,
  stride width: Int, into c: UnsafeMutablePointer<Float>
) {
  // All rows of C from one strip of B, which stays in the nearest cache.
  var column = 0
  while column < width {
    let strip = column + 16 * partsTogether <= width ? 16 * partsTogether : 16
    var row = 0
    while row < rows {
      let count = min(5, rows - row)
      let from = a + row * rowStep
      if count == 5 && strip == 16 * partsTogether {
        weightedBlock(from, rowStep, termStep, b + column, terms, width, c + (row * width + column))
      } else {
        for r in 0..<count {
          for part in stride(from: column, to: column + strip, by: 16) {
            weightedPart(from + r * rowStep, termStep, b + part, terms, width, c + ((row + r) * width + part))
          }
        }
      }
      row += count
    }
    column += strip
  }
}

@inline(never)
private func weightedPart(
  _ a: UnsafePointer<Float>, _ termStep: Int, _ b: UnsafePointer<Float>, _ terms: Int, _ width: Int,
  _ c: UnsafeMutablePointer<Float>
) {
  var sum = Part()
  for k in 0..<terms { multiplyAdd(Part(repeating: a[k &* termStep]), part(b, k &* width), to: &sum) }
  UnsafeMutableRawPointer(c).storeBytes(of: sum, as: Part.self)
}

@inline(__always)
private func addWeighted(
  _ x: Part, _ a: UnsafePointer<Float>, _ rowStep: Int, to sums: inout FiveParts
) {
  multiplyAdd(Part(repeating: a[0]), x, to: &sums.a)
  multiplyAdd(Part(repeating: a[rowStep]), x, to: &sums.b)
  multiplyAdd(Part(repeating: a[2 &* rowStep]), x, to: &sums.c)
  multiplyAdd(Part(repeating: a[3 &* rowStep]), x, to: &sums.d)
  multiplyAdd(Part(repeating: a[4 &* rowStep]), x, to: &sums.e)
}

@inline(__always)
private func store(_ sums: FiveParts, to c: UnsafeMutablePointer<Float>, _ width: Int) {
  UnsafeMutableRawPointer(c).storeBytes(of: sums.a, as: Part.self)
  UnsafeMutableRawPointer(c + width).storeBytes(of: sums.b, as: Part.self)
  UnsafeMutableRawPointer(c + 2 &* width).storeBytes(of: sums.c, as: Part.self)
  UnsafeMutableRawPointer(c + 3 &* width).storeBytes(of: sums.d, as: Part.self)
  UnsafeMutableRawPointer(c + 4 &* width).storeBytes(of: sums.e, as: Part.self)
}

@inline(never)
private func weightedBlock(
  _ a: UnsafePointer<Float>, _ rowStep: Int, _ termStep: Int, _ b: UnsafePointer<Float>, _ terms: Int, _ width: Int,
  _ c: UnsafeMutablePointer<Float>
) {
  var p0 = FiveParts()
  #if WIDE_REGISTERS
    var p1 = FiveParts()
    var p2 = FiveParts()
    var p3 = FiveParts()
  #endif
  var factor = a
  var row = b
  for _ in 0..<terms {
    addWeighted(part(row, 0), factor, rowStep, to: &p0)
    #if WIDE_REGISTERS
      addWeighted(part(row, 16), factor, rowStep, to: &p1)
      addWeighted(part(row, 32), factor, rowStep, to: &p2)
      addWeighted(part(row, 48), factor, rowStep, to: &p3)
    #endif
    factor += termStep
    row += width
  }
  store(p0, to: c, width)
  #if WIDE_REGISTERS
    store(p1, to: c + 16, width)
    store(p2, to: c + 32, width)
    store(p3, to: c + 48, width)
  #endif
}
