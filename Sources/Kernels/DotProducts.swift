import KernelInterface

// Rows of A and of B that go through a dot product together, so that each number fetched is used that often. Twelve
// sums of AVX2's registers, of which two make a part, leave room for their factors: ten loads for twelve multiply-adds.
// (One row with five takes twelve loads for ten.)
#if WIDE_REGISTERS
  private let blockRows = 4
  private let blockColumns = 5
#elseif FUSED
  private let blockRows = 3
  private let blockColumns = 2
#else
  private let blockRows = 1
  private let blockColumns = 5
#endif

/// C = A Bᵀ + bias: row m, column n is the dot product of rows of A and B.
///
/// Beyond the rows' ends one of A and B is zero, and the other finite.
///
/// - Parameters:
///   - a: [rows][stride], `stride` a multiple of 16.
///   - b: [columns][stride]
///   - bias: [columns]
///   - c: [rows][resultStride], of which the first `columns` of each row are written.
public func dotProducts(
  _ a: UnsafePointer<Float>, rows: Int, _ b: UnsafePointer<Float>, columns: Int, stride: Int,
  bias: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, resultStride: Int
) {
  guard rows >= blockRows && columns >= blockColumns else {
    for row in 0..<rows {
      for column in 0..<columns {
        c[row * resultStride + column] = bias[column] + dot(a + row * stride, b + column * stride, stride)
      }
    }
    return
  }
  // The last blocks are moved back where rows or columns do not divide evenly: the same sums are written twice.
  func block(_ row: Int, _ column: Int) {
    let (row, column) = (min(row, rows - blockRows), min(column, columns - blockColumns))
    dotBlock(
      a + row * stride, b + column * stride, stride: stride, bias: bias + column, c + (row * resultStride + column),
      resultStride)
  }
  // What stays in the nearest cache while the other matrix passes through it was measured.
  #if FUSED
    for row in Swift.stride(from: 0, to: rows, by: blockRows) {
      for column in Swift.stride(from: 0, to: columns, by: blockColumns) { block(row, column) }
    }
  #else
    for column in Swift.stride(from: 0, to: columns, by: blockColumns) {
      for row in Swift.stride(from: 0, to: rows, by: blockRows) { block(row, column) }
    }
  #endif
}

@inline(never) private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
  var sum = Part()
  for k in stride(from: 0, to: count, by: 16) { multiplyAdd(part(a, k), part(b, k), to: &sum) }
  return sum.total
}

#if FUSED
  /// Two sums.
  private struct Parts {
    var a = Part()
    var b = Part()
  }

  @inline(__always)
  private func addProducts(_ x: Part, _ b: UnsafePointer<Float>, _ stride: Int, _ k: Int, to sums: inout Parts) {
    multiplyAdd(x, part(b, k), to: &sums.a)
    multiplyAdd(x, part(b, stride &+ k), to: &sums.b)
  }

  @inline(__always)
  private func storeTotals(_ sums: Parts, bias: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>) {
    c[0] = bias[0] + sums.a.total
    c[1] = bias[1] + sums.b.total
  }
#else
  private typealias Parts = FiveParts

  @inline(__always)
  private func addProducts(_ x: Part, _ b: UnsafePointer<Float>, _ stride: Int, _ k: Int, to sums: inout Parts) {
    multiplyAdd(x, part(b, k), to: &sums.a)
    multiplyAdd(x, part(b, stride &+ k), to: &sums.b)
    multiplyAdd(x, part(b, 2 &* stride &+ k), to: &sums.c)
    multiplyAdd(x, part(b, 3 &* stride &+ k), to: &sums.d)
    multiplyAdd(x, part(b, 4 &* stride &+ k), to: &sums.e)
  }

  @inline(__always)
  private func storeTotals(_ sums: Parts, bias: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>) {
    c[0] = bias[0] + sums.a.total
    c[1] = bias[1] + sums.b.total
    c[2] = bias[2] + sums.c.total
    c[3] = bias[3] + sums.d.total
    c[4] = bias[4] + sums.e.total
  }
#endif

@inline(never)
private func dotBlock(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, stride: Int, bias: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ resultStride: Int
) {
  var r0 = Parts()
  #if FUSED || WIDE_REGISTERS
    var r1 = Parts()
    var r2 = Parts()
  #endif
  #if WIDE_REGISTERS
    var r3 = Parts()
  #endif
  var k = 0
  while k < stride {
    addProducts(part(a, k), b, stride, k, to: &r0)
    #if FUSED || WIDE_REGISTERS
      addProducts(part(a, stride &+ k), b, stride, k, to: &r1)
      addProducts(part(a, 2 &* stride &+ k), b, stride, k, to: &r2)
    #endif
    #if WIDE_REGISTERS
      addProducts(part(a, 3 &* stride &+ k), b, stride, k, to: &r3)
    #endif
    k &+= 16
  }
  storeTotals(r0, bias: bias, to: c)
  #if FUSED || WIDE_REGISTERS
    storeTotals(r1, bias: bias, to: c + resultStride)
    storeTotals(r2, bias: bias, to: c + 2 &* resultStride)
  #endif
  #if WIDE_REGISTERS
    storeTotals(r3, bias: bias, to: c + 3 &* resultStride)
  #endif
}
