import Foundation
import Foundations

extension Image {
  /// How samples are weighted when an image changes its size. Both are antialiased: shrinking widens them.
  public enum Filter: String, Sendable, Codable {
    /// The mean over the area that the new pixel covers, edge pixels by their share.
    case area
    /// Windowed sinc of three lobes, as Pillow's LANCZOS: sharper, and may overshoot 0...1 at edges (see `clipped()`).
    case lanczos
  }

  /// The image at another size.
  ///
  /// - Throws: `SettingError` for a size below one pixel.
  public func resized(width newWidth: Int, height newHeight: Int, filter: Filter = .lanczos) throws -> Image {
    guard newWidth > 0, newHeight > 0 else {
      throw SettingError("image size", value: "\(newWidth) x \(newHeight)", expected: "at least 1 x 1")
    }
    if newWidth == width && newHeight == height { return self }
    return resizedHorizontally(to: newWidth, filter).resizedVertically(to: newHeight, filter)
  }

  private func resizedHorizontally(to newWidth: Int, _ filter: Filter) -> Image {
    if newWidth == width { return self }
    let taps = Taps(from: width, to: newWidth, filter)
    let (height, width, channels) = (height, width, channels)
    let samples = [Float](unsafeUninitializedCapacity: height * newWidth * channels) { output, count in
      pixels.withUnsafeBufferPointer { pixels in
        var to = 0
        for y in 0..<height {
          for x in 0..<newWidth {
            let from = (y * width + taps.first[x]) * channels
            let range = taps.range(x)
            for channel in 0..<channels {
              var sum: Float = 0
              for (i, tap) in range.enumerated() { sum += taps.weights[tap] * pixels[from + i * channels + channel] }
              output.initializeElement(at: to, to: sum)
              to += 1
            }
          }
        }
      }
      count = height * newWidth * channels
    }
    return Image(width: newWidth, height: height, channels: channels, pixels: samples)
  }

  private func resizedVertically(to newHeight: Int, _ filter: Filter) -> Image {
    if newHeight == height { return self }
    let taps = Taps(from: height, to: newHeight, filter)
    let row = width * channels
    var result = Image(width: width, height: newHeight, channels: channels)
    result.pixels.withUnsafeMutableBufferPointer { output in
      pixels.withUnsafeBufferPointer { pixels in
        for y in 0..<newHeight {
          for (source, tap) in zip(taps.first[y]..., taps.range(y)) {
            let weight = taps.weights[tap]
            for i in 0..<row { output[y * row + i] += weight * pixels[source * row + i] }
          }
        }
      }
    }
    return result
  }
}

/// For each new pixel along one axis, the first old pixel it draws on and the weights from there.
private struct Taps {
  var first: [Int] = []
  var weights: [Float] = []
  private var starts: [Int] = [0]

  func range(_ i: Int) -> Range<Int> { starts[i]..<starts[i + 1] }

  init(from old: Int, to new: Int, _ filter: Image.Filter) {
    let scale = Double(old) / Double(new)
    for i in 0..<new {
      let (start, row) = filter == .area ? Self.area(i, scale, old) : Self.lanczos(i, scale, old)
      let sum = row.reduce(0, +)
      first.append(start)
      weights += row.map { Float($0 / sum) }
      starts.append(weights.count)
    }
  }

  private static func area(_ i: Int, _ scale: Double, _ old: Int) -> (Int, [Double]) {
    let lower = Double(i) * scale
    let upper = min(lower + scale, Double(old))
    let start = min(Int(lower), old - 1)
    let end = max(start + 1, min(Int(upper.rounded(.up)), old))
    return (start, (start..<end).map { max(0, min(upper, Double($0 + 1)) - max(lower, Double($0))) })
  }

  private static func lanczos(_ i: Int, _ scale: Double, _ old: Int) -> (Int, [Double]) {
    let stretch = max(scale, 1)
    let support = 3 * stretch
    let centre = (Double(i) + 0.5) * scale
    let start = max(0, Int((centre - support + 0.5).rounded(.down)))
    let end = min(old, Int((centre + support + 0.5).rounded(.down)))
    return (start, (start..<end).map { lobes((Double($0) + 0.5 - centre) / stretch) })
  }

  private static func lobes(_ x: Double) -> Double {
    if x == 0 { return 1 }
    if abs(x) >= 3 { return 0 }
    let angle = Double.pi * x
    return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
  }
}
