import Foundations
import LabelledData

/// Handwritten-looking digits of our own: the stand-in for MNIST where there is no data and no network.
///
/// Each digit is drawn with one of a few ways to write it, its points shifted, the whole sheared, stretched, turned and
/// bent, with a pen of random width; then, as in MNIST, fitted into 20 x 20 pixels and centred by its mass in 28 x 28.
/// Only +, -, *, / and square roots are used, so the same seed gives the same bytes on every machine.
public enum GeneratedDigits {
  public static let side = 28

  /// Training or test images with uniformly drawn labels. Image k is the same whatever the count.
  package static func images(
    _ count: Int, _ part: String, seed: UInt64, workers: Workers
  ) -> LabelledImages {
    let stream = RandomStream(seed: seed).stream("generated digits").stream(part)
    return LabelledImages(
      drawing: count, side: side, channels: 1, classes: (0...9).map(String.init), stream, workers
    ) { label, random, pixels in
      var pen = DigitPen()
      pen.draw(label, &random, into: &pixels)
    }
  }
}

/// Draws one digit.
private struct DigitPen {
  private var strokes: [[Point]] = []

  mutating func draw(_ label: Int, _ random: inout RandomStream, into pixels: inout [Float]) {
    let ways = DigitStrokes.ways[label]
    // The whole drawing leans, stretches, turns (a and b of opposite sign) and bends.
    let lean = 0.285 * random.normal() - 0.12
    let turn = 0.17 * random.normal()
    let stretch = Point(1 + 0.18 * clamped(random.normal()), 1)
    var bend: [Point] = []
    for _ in 0..<5 { bend.append(0.285 * Point(random.normal(), random.normal())) }
    let radius = 0.75 + 0.85 * random.uniform()

    for points in ways[random.integer(below: ways.count)] {
      let shift = 0.035 * Point(random.normal(), random.normal())
      let moved = points.map { point in
        var q = point - 0.5 + shift + 0.0475 * Point(random.normal(), random.normal())
        let (x, y) = (q.x, q.y)
        q += bend[0] * (x * x)
        q += bend[1] * (x * y)
        q += bend[2] * (y * y)
        q += bend[3] * (2 * x * y * y)
        q += bend[4] * (2 * x * x * y)
        return stretch * Point(q.x - (lean + turn) * q.y, q.y + turn * q.x)
      }
      strokes.append(Self.smooth(moved))
    }
    fit(radius)
    for stroke in strokes {
      for (from, to) in zip(stroke, stroke.dropFirst()) { Self.ink(from, to, radius, &pixels) }
    }
  }

  private func clamped(_ x: Float) -> Float { max(-2, min(2, x)) }

  /// A Catmull-Rom curve through the points, eight pieces from each to the next.
  private static func smooth(_ points: [Point]) -> [Point] {
    var curve = [points[0]]
    curve.reserveCapacity(8 * points.count)
    let last = points.count - 1
    for i in 0..<last {
      let (b, c) = (points[i], points[i + 1])
      let a = i > 0 ? points[i - 1] : 2 * b - c
      let d = i + 1 < last ? points[i + 2] : 2 * c - b
      for piece in 1...8 {
        let t = Float(piece) / 8
        // In steps: as single expressions these take the compiler two seconds.
        let linear: Point = c - a
        var square: Point = 2 * a - 5 * b
        square += 4 * c - d
        var cube: Point = 3 * b - a
        cube += d - 3 * c
        let sum: Point = 2 * b + t * linear
        curve.append(0.5 * (sum + (t * t) * (square + t * cube)))
      }
    }
    return curve
  }

  /// Scales the drawing to 20 x 20 pixels, the pen's width included, and puts its centre of mass in the middle.
  private mutating func fit(_ radius: Float) {
    var low = Point(repeating: .infinity)
    var high = Point(repeating: -.infinity)
    for point in strokes.joined() {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let size = high - low
    let scale = (20 - 2 * radius) / max(size.x, size.y, 0.1)
    var mass: Float = 0
    var centre = Point()
    for stroke in strokes {
      for (from, to) in zip(stroke, stroke.dropFirst()) {
        let length = Self.length(to - from)
        mass += length
        centre += length * 0.5 * (from + to)
      }
    }
    centre /= max(mass, 0.01)
    let middle = 0.5 * Float(GeneratedDigits.side)
    for stroke in strokes.indices {
      for index in strokes[stroke].indices {
        strokes[stroke][index] = (strokes[stroke][index] - centre) * scale + middle
      }
    }
  }

  private static func length(_ v: Point) -> Float { (v.x * v.x + v.y * v.y).squareRoot() }

  /// Darkens the pixels near a piece of line: full inside the pen's radius, fading over one pixel.
  private static func ink(_ from: Point, _ to: Point, _ radius: Float, _ pixels: inout [Float]) {
    let side = GeneratedDigits.side
    let reach = radius + 0.5
    let direction = to - from
    let squared = max(direction.x * direction.x + direction.y * direction.y, 1e-12)
    let limit = Float(side - 1)
    func pixel(_ x: Float) -> Int { Int(max(0, min(limit, x))) }
    let columns = pixel(min(from.x, to.x) - reach)...pixel(max(from.x, to.x) + reach)
    for y in pixel(min(from.y, to.y) - reach)...pixel(max(from.y, to.y) + reach) {
      for x in columns {
        let offset = Point(Float(x) + 0.5, Float(y) + 0.5) - from
        let along = max(0, min(1, (offset.x * direction.x + offset.y * direction.y) / squared))
        let gap = offset - along * direction
        let distance = gap.x * gap.x + gap.y * gap.y
        if distance >= reach * reach { continue }
        let ink = min(1, reach - distance.squareRoot())
        let index = y * side + x
        if ink > pixels[index] { pixels[index] = ink }
      }
    }
  }
}
