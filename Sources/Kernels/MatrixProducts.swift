import KernelInterface

/// Sixteen numbers of a row: one AVX-512 register, two of AVX2. Rows are sums in 16 parts on every processor, for the
/// same bits everywhere.
typealias Part = SIMD16<Float>

/// Rows that go through a product of matrices together, five columns each.
#if WIDE_REGISTERS
  private let rowsTogether = 4
#else
  private let rowsTogether = 1
#endif

@inline(always)
private func multiplyAdd(_ a: Part, _ b: Part, to c: inout Part) {
  #if FUSED || WIDE_REGISTERS || arch(arm64)
    c = c.addingProduct(a, b)
  #else
    c = c + a * b
  #endif
}

private struct FiveParts {
  var a = Part()
  var b = Part()
  var c = Part()
  var d = Part()
  var e = Part()
}

/// C = A Bᵀ + bias: row m, column n is the dot product of rows of A and B.
///
/// - Parameters:
///   - a: [rows][stride], `stride` a multiple of 16, zero beyond the row's end.
///   - b: [columns][stride], likewise.
///   - bias: [columns]
///   - c: [rows][resultStride], of which the first `columns` of each row are written.
public func dotProducts(
  _ a: UnsafePointer<Float>, rows: Int, _ b: UnsafePointer<Float>, columns: Int, stride: Int,
  bias: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, resultStride: Int
) {
  // All rows of A with five of B, which stay in the nearest cache: the other way round takes 1.5 times as long.
  var column = 0
  while column < columns {
    let width = min(5, columns - column)
    let with = b + column * stride
    var row = 0
    while row < rows {
      let count = min(rowsTogether, rows - row)
      let from = a + row * stride
      let to = c + (row * resultStride + column)
      if count == rowsTogether && width == 5 {
        dotBlock(from, with, stride: stride, bias: bias + column, to, resultStride)
      } else {
        for r in 0..<count {
          for k in 0..<width {
            to[r * resultStride + k] = bias[column + k] + dot(from + r * stride, with + k * stride, stride)
          }
        }
      }
      row += count
    }
    column += width
  }
}

@inline(always) private func part(_ p: UnsafePointer<Float>, _ k: Int) -> Part {
  UnsafeRawPointer(p + k).loadUnaligned(as: Part.self)
}

@inline(never) private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
  var sum = Part()
  for k in stride(from: 0, to: count, by: 16) { multiplyAdd(part(a, k), part(b, k), to: &sum) }
  return sum.total
}

@inline(always)
private func addProducts(_ x: Part, _ b: UnsafePointer<Float>, _ stride: Int, _ k: Int, to sums: inout FiveParts) {
  multiplyAdd(x, part(b, k), to: &sums.a)
  multiplyAdd(x, part(b, stride &+ k), to: &sums.b)
  multiplyAdd(x, part(b, 2 &* stride &+ k), to: &sums.c)
  multiplyAdd(x, part(b, 3 &* stride &+ k), to: &sums.d)
  multiplyAdd(x, part(b, 4 &* stride &+ k), to: &sums.e)
}

@inline(always)
private func storeTotals(_ sums: FiveParts, bias: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>) {
  c[0] = bias[0] + sums.a.total
  c[1] = bias[1] + sums.b.total
  c[2] = bias[2] + sums.c.total
  c[3] = bias[3] + sums.d.total
  c[4] = bias[4] + sums.e.total
}

@inline(never)
private func dotBlock(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, stride: Int, bias: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ resultStride: Int
) {
  var r0 = FiveParts()
  #if WIDE_REGISTERS
    var r1 = FiveParts()
    var r2 = FiveParts()
    var r3 = FiveParts()
  #endif
  var k = 0
  while k < stride {
    addProducts(part(a, k), b, stride, k, to: &r0)
    #if WIDE_REGISTERS
      addProducts(part(a, stride &+ k), b, stride, k, to: &r1)
      addProducts(part(a, 2 &* stride &+ k), b, stride, k, to: &r2)
      addProducts(part(a, 3 &* stride &+ k), b, stride, k, to: &r3)
    #endif
    k &+= 16
  }
  storeTotals(r0, bias: bias, to: c)
  #if WIDE_REGISTERS
    storeTotals(r1, bias: bias, to: c + resultStride)
    storeTotals(r2, bias: bias, to: c + 2 &* resultStride)
    storeTotals(r3, bias: bias, to: c + 3 &* resultStride)
  #endif
}

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
    let strip = column + 16 * rowsTogether <= width ? 16 * rowsTogether : 16
    var row = 0
    while row < rows {
      let count = min(5, rows - row)
      let from = a + row * rowStep
      if count == 5 && strip == 16 * rowsTogether {
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

@inline(always)
private func addWeighted(
  _ x: Part, _ a: UnsafePointer<Float>, _ rowStep: Int, to sums: inout FiveParts
) {
  multiplyAdd(Part(repeating: a[0]), x, to: &sums.a)
  multiplyAdd(Part(repeating: a[rowStep]), x, to: &sums.b)
  multiplyAdd(Part(repeating: a[2 &* rowStep]), x, to: &sums.c)
  multiplyAdd(Part(repeating: a[3 &* rowStep]), x, to: &sums.d)
  multiplyAdd(Part(repeating: a[4 &* rowStep]), x, to: &sums.e)
}

@inline(always)
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
