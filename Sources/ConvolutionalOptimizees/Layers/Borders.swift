/// What a 3x3 convolution sees around an image.
public enum Border: String, Sendable, Codable, CaseIterable {
  /// Zeros, as the networks were trained. An optimized image then grows coloured specks along its edges.
  case zeros
  /// The row or column next to the edge, mirrored.
  case reflection
  /// The edge itself once more.
  case replication

  /// The row of an image of `count` rows that stands at -1...count; nil for zeros.
  func row(_ row: Int, of count: Int) -> Int? {
    if row >= 0 && row < count { return row }
    switch self {
    case .zeros: return nil
    case .reflection where count > 1: return row < 0 ? 1 : count - 2
    case .reflection, .replication: return row < 0 ? 0 : count - 1
    }
  }
}

/// Images with one row and column more at each edge.
struct BorderedImage {
  let height: Int
  let width: Int
  let border: Border
  var borderedArea: Int { (height + 2) * (width + 2) }

  /// Fills the edges of [height + 2][width + 2] from what they enclose.
  ///
  /// - Parameter outer: numbers, or vectors of 16 channels.
  func fillEdges<Element>(_ outer: UnsafeMutablePointer<Element>, zero: Element) {
    let stride = width + 2
    let first = outer + stride + 1
    for y in 0..<height {
      let row = first + y * stride
      row[-1] = border.row(-1, of: width).map { row[$0] } ?? zero
      row[width] = border.row(width, of: width).map { row[$0] } ?? zero
    }
    for y in [-1, height] {
      let row = outer + (y + 1) * stride
      if let source = border.row(y, of: height) {
        row.update(from: outer + (source + 1) * stride, count: stride)
      } else {
        row.update(repeating: zero, count: stride)
      }
    }
  }

  /// [height + 2][width + 2] from [height][width].
  func put(_ inner: UnsafePointer<SIMD16<Float>>, into outer: UnsafeMutablePointer<SIMD16<Float>>) {
    for y in 0..<height { (outer + (y + 1) * (width + 2) + 1).update(from: inner + y * width, count: width) }
    fillEdges(outer, zero: SIMD16())
  }

  /// The adjoint of `put`: adds up in [height][width] what stands in [height + 2][width + 2].
  func fold(_ outer: UnsafePointer<SIMD16<Float>>, into inner: UnsafeMutablePointer<SIMD16<Float>>) {
    inner.update(repeating: SIMD16(), count: height * width)
    let (left, right) = (border.row(-1, of: width), border.row(width, of: width))
    for y in -1...height {
      guard let row = border.row(y, of: height) else { continue }
      let to = inner + row * width
      let from = outer + (y + 1) * (width + 2) + 1
      for x in 0..<width { to[x] += from[x] }
      if let left { to[left] += from[-1] }
      if let right { to[right] += from[width] }
    }
  }
}
