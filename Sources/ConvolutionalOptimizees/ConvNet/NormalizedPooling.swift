/// Batch normalisation over images and pixels, ReLU and (unless it is left out) 2x2 max-pooling of one block of 16 channels, in one go.
///
/// One after the other they would read and write the whole activation ten times over; together they read it once in
/// each direction. What the backward pass needs besides is as small as the pooled output: the number that each window's
/// output came from, at which alone the output's gradient arrives.
struct NormalizedPooling {
  /// Rows of the input and of the pooled output, which drops an odd last row.
  let height: Int
  let width: Int
  var isPooled = true
  var pooledHeight: Int { isPooled ? height / 2 : height }
  var pooledWidth: Int { isPooled ? width / 2 : width }

  typealias Vectors = UnsafeMutablePointer<SIMD16<Float>>

  /// Statistics of one block of channels over the batch.
  struct Statistics {
    var mean = SIMD16<Float>()
    /// 1 / √(variance + ε)
    var scale = SIMD16<Float>()
  }

  /// Sums of a channel's numbers less a shift near their mean, and of their squares, over one image.
  func sums(_ input: Vectors, shift: SIMD16<Float>) -> (first: SIMD16<Float>, second: SIMD16<Float>) {
    var (a, b) = (SIMD16<Float>(), SIMD16<Float>())
    var (a2, b2) = (a, b)
    let count = height * width
    var i = 0
    while i + 1 < count {
      let x = input[i] - shift
      let y = input[i + 1] - shift
      a += x
      a2 += y
      b += x * x
      b2 += y * y
      i += 2
    }
    if i < count {
      let x = input[i] - shift
      a += x
      b += x * x
    }
    return (a + a2, b + b2)
  }

  /// Of one image: `pooled` = max over each window of max(0, γ x̂ + β), `peaks` the input it came from.
  ///
  /// - Parameters:
  ///   - input: [height][width], as the convolution left it.
  ///   - gain, offset: batch normalisation's own parameters, γ and β.
  ///   - pooled, peaks: [height / 2][width / 2], or [height][width] without pooling
  func forward(
    _ input: Vectors, _ statistics: Statistics, gain: SIMD16<Float>, offset: SIMD16<Float>, pooled: Vectors,
    peaks: Vectors
  ) {
    let zero = SIMD16<Float>()
    let slope = gain * statistics.scale
    let mean = statistics.mean
    // γ x̂ + β has its maximum where the input is largest, or smallest if γ is negative.
    let isAnyNegative = any(gain .< zero)
    if !isPooled {
      for i in 0..<height * width {
        peaks[i] = input[i]
        pooled[i] = larger(slope * (input[i] - mean) + offset, zero)
      }
      return
    }
    for y in 0..<pooledHeight {
      let above = input + 2 * y * width
      let below = above + width
      let row = y * pooledWidth
      for x in 0..<pooledWidth {
        var peak = larger(larger(above[2 * x], above[2 * x + 1]), larger(below[2 * x], below[2 * x + 1]))
        if isAnyNegative {
          let least = smaller(smaller(above[2 * x], above[2 * x + 1]), smaller(below[2 * x], below[2 * x + 1]))
          peak.replace(with: least, where: gain .< zero)
        }
        peaks[row + x] = peak
        pooled[row + x] = larger(slope * (peak - mean) + offset, zero)
      }
    }
  }

  /// Of one image: sums over the pooled gradient where the output is positive: the gradients of β and of γ.
  func gradientSums(
    _ pooledGradient: Vectors, _ statistics: Statistics, pooled: Vectors, peaks: Vectors
  ) -> (offset: SIMD16<Float>, gain: SIMD16<Float>) {
    let zero = SIMD16<Float>()
    var (a, b) = (zero, zero)
    for i in 0..<pooledHeight * pooledWidth {
      let gradient = zero.replacing(with: pooledGradient[i], where: pooled[i] .> zero)
      a += gradient
      b += gradient * (peaks[i] - statistics.mean)
    }
    return (a, b * statistics.scale)
  }

  /// Of one image: the gradient of the convolution's output.
  ///
  /// dz = γ scale (dy - mean(dy) - x̂ mean(dy x̂)), where dy is the pooled gradient at each window's maximum (the first of
  /// equals) and zero elsewhere, and the means go over images and pixels.
  ///
  /// - Parameters:
  ///   - meanGradient, meanProduct: mean(dy) and mean(dy x̂).
  ///   - output: [height][width]
  func backward(
    _ input: Vectors, _ statistics: Statistics, gain: SIMD16<Float>, meanGradient: SIMD16<Float>,
    meanProduct: SIMD16<Float>, pooledGradient: Vectors, pooled: Vectors, peaks: Vectors, into output: Vectors
  ) {
    let zero = SIMD16<Float>()
    let a = gain * statistics.scale
    let slope = -a * meanProduct * statistics.scale
    let constant = -a * meanGradient - slope * statistics.mean
    if !isPooled {
      for i in 0..<height * width {
        let gradient = zero.replacing(with: a * pooledGradient[i], where: pooled[i] .> zero)
        output[i] = constant + slope * input[i] + gradient
      }
      return
    }
    for y in 0..<pooledHeight {
      let above = 2 * y * width
      for x in 0..<pooledWidth {
        let i = above + 2 * x
        let j = i + width
        let (p, q, r, s) = (input[i], input[i + 1], input[j], input[j + 1])
        let position = y * pooledWidth + x
        let peak = peaks[position]
        let gradient = zero.replacing(with: a * pooledGradient[position], where: pooled[position] .> zero)
        let first = p .== peak
        let second = (q .== peak) .& .!first
        let third = (r .== peak) .& .!(first .| second)
        output[i] = constant + slope * p + zero.replacing(with: gradient, where: first)
        output[i + 1] = constant + slope * q + zero.replacing(with: gradient, where: second)
        output[j] = constant + slope * r + zero.replacing(with: gradient, where: third)
        output[j + 1] = constant + slope * s + gradient.replacing(with: zero, where: first .| second .| third)
      }
      if width % 2 == 1 {
        for i in [above + width - 1, above + 2 * width - 1] { output[i] = constant + slope * input[i] }
      }
    }
    if height % 2 == 1 {
      for i in (height - 1) * width..<height * width { output[i] = constant + slope * input[i] }
    }
  }

  @inline(always) private func larger(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    a.replacing(with: b, where: b .> a)
  }

  @inline(always) private func smaller(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    a.replacing(with: b, where: b .< a)
  }
}
