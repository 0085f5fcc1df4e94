import KernelsPortable
import KernelsV3
import KernelsV4

/// A small matrix whose rows are padded to a multiple of 16 numbers, as the products want them.
///
/// The padding is zero at first. A function of all elements may change it: a dot product needs the padding of one of its
/// factors to be zero, and the other's finite.
public struct Matrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// Numbers from one row to the next.
  public let stride: Int
  /// [rows][stride]; as many as that, always: products go by the shape alone.
  public package(set) var elements: Elements

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    stride = (columns + 15) / 16 * 16
    elements = Elements(count: rows * stride)
  }

  /// Takes rows from numbers without padding: [rows][columns].
  public mutating func load(_ numbers: UnsafePointer<Float>) {
    elements.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for row in 0..<rows { (base + row * stride).update(from: numbers + row * columns, count: columns) }
    }
  }

  /// Writes rows without padding: [rows][columns].
  public func store(to numbers: UnsafeMutablePointer<Float>) {
    elements.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for row in 0..<rows { (numbers + row * columns).update(from: base + row * stride, count: columns) }
    }
  }

  /// self = a bᵀ + bias; a is [rows, k], b [columns, k], bias [columns].
  public mutating func setDotProducts(
    _ a: Matrix, _ b: Matrix, bias: UnsafePointer<Float>, level: VectorLevel = .current
  ) {
    precondition(a.rows == rows && b.rows == columns && a.columns == b.columns, "shapes of a product of matrices")
    let stride = stride
    elements.withUnsafeMutableBufferPointer { c in
      a.elements.withUnsafeBufferPointer { aFloats in
        b.elements.withUnsafeBufferPointer { bFloats in
          guard let c = c.baseAddress, let x = aFloats.baseAddress, let w = bFloats.baseAddress else { return }
          switch level {
          case .v4:
            KernelsV4.dotProducts(
              x, rows: a.rows, w, columns: b.rows, stride: a.stride, bias: bias, into: c, resultStride: stride)
          case .v3:
            KernelsV3.dotProducts(
              x, rows: a.rows, w, columns: b.rows, stride: a.stride, bias: bias, into: c, resultStride: stride)
          case .portable:
            KernelsPortable.dotProducts(
              x, rows: a.rows, w, columns: b.rows, stride: a.stride, bias: bias, into: c, resultStride: stride)
          }
        }
      }
    }
  }

  /// self = a b, or aᵀ b; b's rows are summed up with a's elements as factors.
  public mutating func setProduct(_ a: Matrix, transposed: Bool, _ b: Matrix, level: VectorLevel = .current) {
    let terms = transposed ? a.rows : a.columns
    precondition(
      (transposed ? a.columns : a.rows) == rows && terms == b.rows && b.columns == columns,
      "shapes of a product of matrices")
    let (rowStep, termStep) = transposed ? (1, a.stride) : (a.stride, 1)
    let (rows, stride) = (rows, stride)
    elements.withUnsafeMutableBufferPointer { c in
      a.elements.withUnsafeBufferPointer { aFloats in
        b.elements.withUnsafeBufferPointer { bFloats in
          guard let c = c.baseAddress, let f = aFloats.baseAddress, let x = bFloats.baseAddress else { return }
          switch level {
          case .v4:
            KernelsV4.weightedRows(
              f, rows: rows, rowStep: rowStep, termStep: termStep, x, terms: terms, stride: stride, into: c)
          case .v3:
            KernelsV3.weightedRows(
              f, rows: rows, rowStep: rowStep, termStep: termStep, x, terms: terms, stride: stride, into: c)
          case .portable:
            KernelsPortable.weightedRows(
              f, rows: rows, rowStep: rowStep, termStep: termStep, x, terms: terms, stride: stride, into: c)
          }
        }
      }
    }
  }
}
