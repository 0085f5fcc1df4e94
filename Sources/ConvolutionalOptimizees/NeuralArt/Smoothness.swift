/// The mean squared difference of neighbouring pixels.
///
/// - Parameters:
///   - image: planes [channels][height][width]
///   - gradient: the gradient of `weight` times the mean is added to it.
func smoothness(
  _ image: UnsafePointer<Float>, channels: Int, height: Int, width: Int, weight: Float,
  gradient: UnsafeMutablePointer<Float>
) -> Double {
  let pairs = channels * (height * (width - 1) + (height - 1) * width)
  guard pairs > 0 else { return 0 }
  let slope = 2 * weight / Float(pairs)
  var total = 0.0
  for row in 0..<channels * height {
    let start = row * width
    var sum: Float = 0
    for i in start..<start + width - 1 {
      let difference = image[i + 1] - image[i]
      sum += difference * difference
      gradient[i + 1] += slope * difference
      gradient[i] -= slope * difference
    }
    if row % height < height - 1 {
      for i in start..<start + width {
        let difference = image[i + width] - image[i]
        sum += difference * difference
        gradient[i + width] += slope * difference
        gradient[i] -= slope * difference
      }
    }
    total += Double(sum)
  }
  return total / Double(pairs)
}
