import KernelInterface

/// Sums of 16 channels' numbers less a shift, and of their squares.
///
/// - Parameters:
///   - input: [count]
///   - sums: the two, overwritten.
public func channelSums(
  _ input: UnsafePointer<SIMD16<Float>>, count: Int, shift: UnsafePointer<SIMD16<Float>>,
  into sums: UnsafeMutablePointer<SIMD16<Float>>
) {
  let shift = shift.pointee
  var (a, b) = (Part(), Part())
  var (a2, b2) = (a, b)
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
  sums[0] = a + a2
  sums[1] = b + b2
}

/// Of one image: `pooled` = max over each window of max(0, γ x̂ + β), `peaks` the input it came from.
///
/// - Parameters:
///   - input: [height][width]
///   - pooled, peaks: [pooled height][pooled width]
public func normalizedPooling(
  _ shape: PoolingShape, _ normalization: UnsafePointer<Normalization>, _ input: UnsafePointer<SIMD16<Float>>,
  pooled: UnsafeMutablePointer<SIMD16<Float>>, peaks: UnsafeMutablePointer<SIMD16<Float>>
) {
  let zero = Part()
  let gain = normalization.pointee.gain
  let slope = gain * normalization.pointee.scale
  let (mean, offset) = (normalization.pointee.mean, normalization.pointee.offset)
  if !shape.isPooled {
    for i in 0..<shape.height * shape.width {
      peaks[i] = input[i]
      pooled[i] = larger(slope * (input[i] - mean) + offset, zero)
    }
    return
  }
  // γ x̂ + β has its maximum where the input is largest, or smallest if γ is negative.
  let isAnyNegative = (Part.whereGreater(zero, gain, Part(repeating: 1), else: zero)).total > 0
  for y in 0..<shape.pooledHeight {
    let above = input + 2 * y * shape.width
    let below = above + shape.width
    let row = y * shape.pooledWidth
    for x in 0..<shape.pooledWidth {
      let (p, q, r, s) = (above[2 * x], above[2 * x + 1], below[2 * x], below[2 * x + 1])
      var peak = larger(larger(p, q), larger(r, s))
      if isAnyNegative {
        let least = smaller(smaller(p, q), smaller(r, s))
        peak = Part.whereGreater(zero, gain, least, else: peak)
      }
      peaks[row + x] = peak
      pooled[row + x] = larger(slope * (peak - mean) + offset, zero)
    }
  }
}

/// Of one image: sums over the pooled gradient where the output is positive: the gradients of β and of γ.
///
/// - Parameter sums: the two, overwritten.
public func normalizedPoolingSums(
  _ shape: PoolingShape, _ normalization: UnsafePointer<Normalization>, pooledGradient: UnsafePointer<SIMD16<Float>>,
  pooled: UnsafePointer<SIMD16<Float>>, peaks: UnsafePointer<SIMD16<Float>>,
  into sums: UnsafeMutablePointer<SIMD16<Float>>
) {
  let zero = Part()
  let mean = normalization.pointee.mean
  var (a, b) = (zero, zero)
  for i in 0..<shape.pooledHeight * shape.pooledWidth {
    let gradient = Part.whereGreater(pooled[i], zero, pooledGradient[i], else: zero)
    a += gradient
    b += gradient * (peaks[i] - mean)
  }
  sums[0] = a
  sums[1] = b * normalization.pointee.scale
}

/// Of one image: the gradient of the convolution's output.
///
/// dz = γ scale (dy - mean(dy) - x̂ mean(dy x̂)), where dy is the pooled gradient at each window's maximum (the first
/// of equals) and zero elsewhere.
///
/// - Parameter output: [height][width], overwritten.
public func normalizedPoolingBack(
  _ shape: PoolingShape, _ normalization: UnsafePointer<Normalization>, _ input: UnsafePointer<SIMD16<Float>>,
  pooledGradient: UnsafePointer<SIMD16<Float>>, pooled: UnsafePointer<SIMD16<Float>>,
  peaks: UnsafePointer<SIMD16<Float>>,
  into output: UnsafeMutablePointer<SIMD16<Float>>
) {
  let zero = Part()
  let (height, width) = (shape.height, shape.width)
  let by = normalization.pointee
  let a = by.gain * by.scale
  let slope = -a * by.meanProduct * by.scale
  let constant = -a * by.meanGradient - slope * by.mean
  if !shape.isPooled {
    for i in 0..<height * width {
      let gradient = Part.whereGreater(pooled[i], zero, a * pooledGradient[i], else: zero)
      output[i] = constant + slope * input[i] + gradient
    }
    return
  }
  for y in 0..<shape.pooledHeight {
    let above = 2 * y * width
    for x in 0..<shape.pooledWidth {
      let i = above + 2 * x
      let j = i + width
      let (p, q, r, s) = (input[i], input[i + 1], input[j], input[j + 1])
      let position = y * shape.pooledWidth + x
      let peak = peaks[position]
      // What is left of the gradient goes to the first that equals the peak; to the last there is no need to look.
      var left = Part.whereGreater(pooled[position], zero, a * pooledGradient[position], else: zero)
      output[i] = constant + slope * p + Part.whereEqual(p, peak, left, else: zero)
      left = Part.whereEqual(p, peak, zero, else: left)
      output[i + 1] = constant + slope * q + Part.whereEqual(q, peak, left, else: zero)
      left = Part.whereEqual(q, peak, zero, else: left)
      output[j] = constant + slope * r + Part.whereEqual(r, peak, left, else: zero)
      left = Part.whereEqual(r, peak, zero, else: left)
      output[j + 1] = constant + slope * s + left
    }
    if width % 2 == 1 {
      for i in [above + width - 1, above + 2 * width - 1] { output[i] = constant + slope * input[i] }
    }
  }
  if height % 2 == 1 {
    for i in (height - 1) * width..<height * width { output[i] = constant + slope * input[i] }
  }
}

@inline(__always) private func larger(_ a: Part, _ b: Part) -> Part { Part.whereGreater(b, a, b, else: a) }

@inline(__always) private func smaller(_ a: Part, _ b: Part) -> Part { Part.whereGreater(a, b, b, else: a) }
