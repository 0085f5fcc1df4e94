import Foundations
import Testing
import Vectors

/// Shapes around the blocks of the products: four rows and five columns, three and two, one and five; 16 numbers.
struct ProductShape: Sendable, CustomTestStringConvertible {
  var rows: Int
  var terms: Int
  var columns: Int
  var testDescription: String { "\(rows) x \(terms) x \(columns)" }

  static let all: [ProductShape] = [
    (1, 1, 1), (4, 16, 5), (5, 17, 6), (3, 15, 4), (7, 33, 11), (8, 32, 10), (9, 1, 16), (2, 100, 3), (13, 48, 17),
    (128, 20, 10), (6, 5, 31), (1, 64, 20),
  ].map { ProductShape(rows: $0, terms: $1, columns: $2) }
}

struct MatrixTests {
  private func matrix(_ rows: Int, _ columns: Int, _ seed: UInt64) -> (matrix: Matrix, rows: [[Double]]) {
    var stream = RandomStream(seed: seed)
    let numbers = (0..<rows * columns).map { _ in stream.normal() }
    var matrix = Matrix(rows: rows, columns: columns)
    numbers.withUnsafeBufferPointer { if let base = $0.baseAddress { matrix.load(base) } }
    return (
      matrix, (0..<rows).map { row in numbers[row * columns..<(row + 1) * columns].map(Double.init) }
    )
  }

  /// Compares with loops in Double; a sum of n products of normal numbers may be off by some √n roundings. The padding
  /// stays zero.
  private func check(_ result: Matrix, _ expected: (Int, Int) -> Double, terms: Int) {
    var worst = 0.0
    for row in 0..<result.rows {
      for column in 0..<result.columns {
        worst = max(worst, abs(Double(result.elements[row * result.stride + column]) - expected(row, column)))
      }
      #expect(
        result.elements[row * result.stride + result.columns..<(row + 1) * result.stride].allSatisfy { $0 == 0 },
        "padding of row \(row)")
    }
    #expect(worst < 1e-6 * (3 + Double(terms).squareRoot()))
  }

  @Test(arguments: ProductShape.all, VectorLevel.available)
  func dotProductsAgreeWithPlainLoops(shape: ProductShape, level: VectorLevel) {
    let (a, x) = matrix(shape.rows, shape.terms, 1)
    let (b, y) = matrix(shape.columns, shape.terms, 2)
    let bias = (0..<shape.columns).map { Float($0) - 2.5 }
    var c = Matrix(rows: shape.rows, columns: shape.columns)
    bias.withUnsafeBufferPointer { if let base = $0.baseAddress { c.setDotProducts(a, b, bias: base, level: level) } }
    check(
      c, { row, column in zip(x[row], y[column]).reduce(Double(bias[column])) { $0 + $1.0 * $1.1 } },
      terms: shape.terms)
  }

  @Test(arguments: ProductShape.all, VectorLevel.available)
  func productsAgreeWithPlainLoops(shape: ProductShape, level: VectorLevel) {
    let (b, y) = matrix(shape.terms, shape.columns, 2)
    let (a, x) = matrix(shape.rows, shape.terms, 1)
    var product = Matrix(rows: shape.rows, columns: shape.columns)
    product.setProduct(a, transposed: false, b, level: level)
    check(
      product, { row, column in (0..<shape.terms).reduce(0) { $0 + x[row][$1] * y[$1][column] } }, terms: shape.terms)
    let (t, z) = matrix(shape.terms, shape.rows, 3)
    product.setProduct(t, transposed: true, b, level: level)
    check(
      product, { row, column in (0..<shape.terms).reduce(0) { $0 + z[$1][row] * y[$1][column] } }, terms: shape.terms)
  }

  @Test(
    .enabled(if: VectorLevel.available.contains(.v4), "there is nothing to compare without AVX-512"),
    arguments: ProductShape.all)
  func wideAndNarrowRegistersGiveTheSameBits(shape: ProductShape) {
    let levels = VectorLevel.available.filter { $0 != .portable }
    let a = matrix(shape.rows, shape.terms, 1).matrix
    let b = matrix(shape.columns, shape.terms, 2).matrix
    let c = matrix(shape.terms, shape.columns, 3).matrix
    let d = matrix(shape.terms, shape.rows, 4).matrix
    let bias = [Float](repeating: 0.3, count: shape.columns)
    let results = levels.map { level in
      var products = [Matrix](repeating: Matrix(rows: shape.rows, columns: shape.columns), count: 3)
      bias.withUnsafeBufferPointer {
        if let base = $0.baseAddress { products[0].setDotProducts(a, b, bias: base, level: level) }
      }
      products[1].setProduct(a, transposed: false, c, level: level)
      products[2].setProduct(d, transposed: true, c, level: level)
      return products
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  /// In release too, where the buffer beneath does not look.
  @Test func elementsBeyondTheLastAreNeitherReadNorWritten() async {
    await #expect(processExitsWith: .failure) { _ = Matrix(rows: 2, columns: 3).elements[32] }
    await #expect(processExitsWith: .failure) {
      var elements = Matrix.Elements(count: 16)
      elements[-1] = 1
    }
  }

  @Test func rowsAreLoadedAndStoredWithoutTheirPadding() {
    let numbers = (0..<3 * 17).map(Float.init)
    var matrix = Matrix(rows: 3, columns: 17)
    numbers.withUnsafeBufferPointer { if let base = $0.baseAddress { matrix.load(base) } }
    #expect(matrix.stride == 32)
    #expect(matrix.elements[32] == 17 && matrix.elements[17] == 0)
    var copy = [Float](repeating: -1, count: numbers.count + 1)
    copy.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { matrix.store(to: base) } }
    #expect(copy == numbers + [-1])
  }
}
