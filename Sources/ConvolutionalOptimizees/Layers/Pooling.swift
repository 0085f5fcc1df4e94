/// How 2x2 pixels become one.
public enum Pooling: String, Sendable, Codable, CaseIterable {
  case average
  case maximum
}

/// 2x2 pooling of blocks of 16 channels; an odd last row or column is dropped.
struct PooledImage {
  let height: Int
  let width: Int
  let pooling: Pooling
  var pooledHeight: Int { height / 2 }
  var pooledWidth: Int { width / 2 }

  typealias Vectors = UnsafeMutablePointer<SIMD16<Float>>

  /// [height / 2][width / 2] from [height][width].
  func pool(_ input: Vectors, into output: Vectors) {
    for y in 0..<pooledHeight {
      for x in 0..<pooledWidth {
        let i = 2 * y * width + 2 * x
        let (p, q, r, s) = (input[i], input[i + 1], input[i + width], input[i + width + 1])
        switch pooling {
        case .average: output[y * pooledWidth + x] = ((p + q) + (r + s)) * 0.25
        case .maximum: output[y * pooledWidth + x] = larger(larger(p, q), larger(r, s))
        }
      }
    }
  }

  /// The gradient of the input [height][width] from that of the output; of equal maxima the first gets it all.
  func spread(_ outputGradient: Vectors, input: Vectors, output: Vectors, into inputGradient: Vectors) {
    let zero = SIMD16<Float>()
    if height % 2 == 1 { (inputGradient + (height - 1) * width).update(repeating: zero, count: width) }
    for y in 0..<pooledHeight {
      let above = 2 * y * width
      if width % 2 == 1 {
        inputGradient[above + width - 1] = zero
        inputGradient[above + 2 * width - 1] = zero
      }
      for x in 0..<pooledWidth {
        let i = above + 2 * x
        let j = i + width
        let position = y * pooledWidth + x
        let gradient = outputGradient[position]
        switch pooling {
        case .average:
          let quarter = gradient * 0.25
          (inputGradient[i], inputGradient[i + 1], inputGradient[j], inputGradient[j + 1]) =
            (quarter, quarter, quarter, quarter)
        case .maximum:
          let peak = output[position]
          let first = input[i] .>= peak
          let second = (input[i + 1] .>= peak) .& .!first
          let third = (input[j] .>= peak) .& .!(first .| second)
          inputGradient[i] = zero.replacing(with: gradient, where: first)
          inputGradient[i + 1] = zero.replacing(with: gradient, where: second)
          inputGradient[j] = zero.replacing(with: gradient, where: third)
          inputGradient[j + 1] = gradient.replacing(with: zero, where: first .| second .| third)
        }
      }
    }
  }

  @inline(__always) private func larger(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    a.replacing(with: b, where: b .> a)
  }
}
