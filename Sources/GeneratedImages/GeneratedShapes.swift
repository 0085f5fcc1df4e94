import Foundations
import LabelledData

/// Coloured shapes and textures of our own in ten classes, 32 x 32: the stand-in for CIFAR-10.
///
/// Colour says nothing about the class: two colours are drawn for every image, a third shades the background. The shape
/// is turned, stretched, moved and partly hidden, and noise lies over everything. Only +, -, *, / and square roots are
/// used, so the same seed gives the same bytes on every machine.
public enum GeneratedShapes {
  public static let side = 32
  public static let classes = [
    "disc", "square", "triangle", "ring", "cross", "crescent", "bars", "stripes", "checks", "dots",
  ]

  /// Training or test images with uniformly drawn labels. Image k is the same whatever the count.
  package static func images(
    _ count: Int, _ part: String, seed: UInt64, workers: Workers
  ) -> LabelledImages {
    let stream = RandomStream(seed: seed).stream("generated shapes").stream(part)
    return LabelledImages(drawing: count, side: side, channels: 3, classes: classes, stream, workers, draw)
  }

  private typealias Colour = SIMD3<Float>

  private static func colour(_ random: inout RandomStream) -> Colour {
    Colour(random.uniform(), random.uniform(), random.uniform())
  }

  @Sendable private static func draw(_ label: Int, _ random: inout RandomStream, _ pixels: inout [Float]) {
    let ground = colour(&random)
    let shade = 0.6 * (colour(&random) - 0.5)
    var ink = colour(&random)
    while ((ink - ground) * (ink - ground)).sum() < 0.12 { ink = colour(&random) }

    // From pixels to the shape's own coordinates, in which it fills about -1...1.
    let direction = unit(&random)
    let size = 7 + 6 * random.uniform()
    let stretch = 1 + 0.35 * random.uniform(-1, 1)
    let centre = 16 + 4 * Point(random.uniform(-1, 1), random.uniform(-1, 1))
    // Something in the way: half a plane that hides a part.
    let cover = unit(&random)
    let coverPlace = 0.45 + 0.9 * random.uniform()
    let period = 0.35 + 0.25 * random.uniform()
    let noise = 0.05 + 0.1 * random.uniform()
    let plane = side * side

    for y in 0..<side {
      for x in 0..<side {
        let offset = Point(Float(x) + 0.5, Float(y) + 0.5) - centre
        let across = (offset.x * direction.x + offset.y * direction.y) / (size * stretch)
        let along = (offset.y * direction.x - offset.x * direction.y) * stretch / size
        var amount = max(0, min(1, 0.5 - shape(label, across, along, period) * size))
        if offset.x * cover.x + offset.y * cover.y > coverPlace * size { amount *= 0.15 }
        let light = (Float(x) * direction.y + Float(y) * direction.x) * (1 / 32) - 0.5
        let value = ground + shade * light + amount * (ink - ground)
        // Four random bytes a pixel: one for each colour.
        let bits = random.nextWord()
        for channel in 0..<3 {
          let grain = Float((bits >> UInt32(8 * channel)) & 255) * (1 / 255) - 0.5
          let bright = max(0, min(1, value[channel] + 2 * noise * grain))
          pixels[channel * plane + y * side + x] = bright
        }
      }
    }
  }

  /// About how far a point is outside of a shape (negative inside), in the shape's own unit.
  private static func shape(_ label: Int, _ x: Float, _ y: Float, _ period: Float) -> Float {
    let radius = (x * x + y * y).squareRoot()
    let square = max(x.magnitude, y.magnitude) - 0.85
    switch label {
    case 0: return radius - 0.9
    case 1: return max(x.magnitude, y.magnitude) - 0.78
    case 2: return max(y - 0.6, 0.87 * x.magnitude - 0.5 * y - 0.45)
    case 3: return (radius - 0.75).magnitude - 0.2
    case 4: return max(min(x.magnitude, y.magnitude) - 0.25, square)
    case 5: return max(radius - 0.9, 0.75 - ((x - 0.4) * (x - 0.4) + y * y).squareRoot())
    case 6: return max((y.magnitude - 0.5).magnitude - 0.22, x.magnitude - 0.9)
    case 7: return max(wave(y, period), square)
    case 8:
      let (a, b) = (wave(x, 1.4 * period), wave(y, 1.4 * period))
      return max(max(min(a, b), -max(a, b)), square)
    default:
      let (a, b) = (wave(x, period), wave(y, period))
      return max(max(a, b) + 0.03, square)
    }
  }

  /// A triangular wave: negative in one half of each period, 0 at the borders.
  private static func wave(_ x: Float, _ period: Float) -> Float {
    // Truncation after an offset: the processor's own floor is not in the oldest instruction set.
    let turns = x / period + 64
    let phase = turns - Float(Int32(turns))
    return ((phase - 0.5).magnitude - 0.25) * period
  }

  /// A direction.
  private static func unit(_ random: inout RandomStream) -> Point {
    while true {
      let v = Point(random.uniform(-1, 1), random.uniform(-1, 1))
      let length = v.x * v.x + v.y * v.y
      if length > 0.01, length <= 1 { return v / length.squareRoot() }
    }
  }
}
