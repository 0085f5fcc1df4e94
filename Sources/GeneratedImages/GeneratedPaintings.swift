import Foundations
import Imaging

/// Paintings of our own, the stand-in for styles: mosaics, waves and brush strokes in a few colours.
///
/// Only +, -, *, / and square roots are used, so the same seed gives the same bytes on every machine.
public enum GeneratedPaintings {
  /// How a picture is painted.
  public enum Manner: String, Sendable, CaseIterable { case mosaic, waves, strokes }

  /// Pixels across and down.
  public static let side = 256

  typealias Colour = SIMD3<Float>

  private static let palettes: [[Colour]] = [
    [[0.10, 0.14, 0.36], [0.18, 0.34, 0.62], [0.56, 0.72, 0.80], [0.96, 0.84, 0.40], [0.90, 0.58, 0.20]],
    [[0.30, 0.08, 0.10], [0.72, 0.22, 0.14], [0.94, 0.56, 0.22], [0.98, 0.86, 0.62], [0.16, 0.30, 0.36]],
    [[0.08, 0.24, 0.18], [0.26, 0.48, 0.24], [0.66, 0.74, 0.34], [0.94, 0.92, 0.74], [0.58, 0.30, 0.18]],
    [[0.16, 0.12, 0.22], [0.46, 0.24, 0.46], [0.84, 0.46, 0.50], [0.98, 0.80, 0.70], [0.26, 0.50, 0.56]],
    [[0.93, 0.92, 0.86], [0.78, 0.14, 0.12], [0.12, 0.22, 0.52], [0.95, 0.78, 0.16], [0.08, 0.08, 0.10]],
  ]

  package static func image(_ stream: RandomStream, _ manner: Manner) -> Image {
    var random = stream
    let palette = palettes[random.integer(below: palettes.count)]
    var image = Image(width: side, height: side, channels: 3)
    switch manner {
    case .mosaic: mosaic(&image, palette, stream, &random)
    case .waves: waves(&image, palette, stream, &random)
    case .strokes: strokes(&image, palette, stream, &random)
    }
    for index in image.pixels.indices { image.pixels[index] = max(0, min(1, image.pixels[index])) }
    return image
  }

  /// A colour between two neighbours of the palette, for a height of -1...1.
  private static func colour(_ height: Float, _ palette: [Colour]) -> Colour {
    let place = max(0, min(0.999, 0.5 + 0.6 * height)) * Float(palette.count - 1)
    let step = Int(place)
    return palette[step] + (palette[step + 1] - palette[step]) * (place - Float(step))
  }

  private static func set(_ image: inout Image, _ x: Int, _ y: Int, _ colour: Colour) {
    for channel in 0..<3 { image[x, y, channel] = colour[channel] }
  }

  /// Stones around points of a jittered grid, each of one colour, with dark joints.
  private static func mosaic(
    _ image: inout Image, _ palette: [Colour], _ stream: RandomStream, _ random: inout RandomStream
  ) {
    let heights = ValueNoise(stream.stream("heights"))
    let jitter = (ValueNoise(stream.stream("x")), ValueNoise(stream.stream("y")))
    let cell = 9 + 9 * random.uniform()
    func stone(_ x: Int, _ y: Int) -> Point {
      // The noise at whole places is a random number for each.
      let place = Point(Float(x), Float(y))
      return (place + 0.5 + 0.42 * Point(jitter.0(place), jitter.1(place))) * cell
    }
    for y in 0..<side {
      for x in 0..<side {
        let p = Point(Float(x) + 0.5, Float(y) + 0.5)
        var (nearest, second) = (Float.infinity, Float.infinity)
        var centre = Point()
        let (column, row) = (Int(p.x / cell), Int(p.y / cell))
        for j in row - 1...row + 1 {
          for i in column - 1...column + 1 {
            let place = stone(i, j)
            let offset = p - place
            let distance = offset.x * offset.x + offset.y * offset.y
            if distance < nearest {
              (nearest, second, centre) = (distance, nearest, place)
            } else if distance < second {
              second = distance
            }
          }
        }
        let joint = max(0, min(1, (second.squareRoot() - nearest.squareRoot()) * 0.7))
        let shine = 0.9 + 0.2 * jitter.0(centre * 3.7) - 0.006 * (p.x - centre.x + p.y - centre.y)
        set(
          &image, x, y,
          colour(heights.layered(centre * 0.014, octaves: 3) * 1.4, palette) * shine * (0.25 + 0.75 * joint))
      }
    }
  }

  /// Bands that swell and roll over each other.
  private static func waves(
    _ image: inout Image, _ palette: [Colour], _ stream: RandomStream, _ random: inout RandomStream
  ) {
    let swell = ValueNoise(stream.stream("swell"))
    let detail = ValueNoise(stream.stream("detail"))
    let period = 10 + 14 * random.uniform()
    let lean = random.uniform(-0.7, 0.7)
    for y in 0..<side {
      for x in 0..<side {
        let p = Point(Float(x), Float(y))
        let bent = p.y + lean * p.x + 46 * swell.layered(p * 0.012, octaves: 3)
        let turns = bent / period + 1000
        let band = Int32(turns)
        let phase = turns - Float(band)
        let tone = detail(Point(Float(band) * 7.3, 0.5)) + 0.2 * detail(p * 0.05)
        let edge = max(0, min(1, min(phase, 1 - phase) * period * 0.5))
        let relief = 0.75 + 0.45 * phase + 0.1 * detail(Point(p.x * 0.3, bent * 1.2))
        set(&image, x, y, colour(tone, palette) * relief * (0.35 + 0.65 * edge))
      }
    }
  }

  /// Thousands of short strokes that follow a swirling wind, thick at first, finer on top.
  private static func strokes(
    _ image: inout Image, _ palette: [Colour], _ stream: RandomStream, _ random: inout RandomStream
  ) {
    let heights = ValueNoise(stream.stream("heights"))
    let wind = ValueNoise(stream.stream("wind"))
    // Whirls lie at the noise's whole places: without this, at the same ones in every picture.
    let shift = 50 * Point(random.uniform(), random.uniform())
    for y in 0..<side { for x in 0..<side { set(&image, x, y, palette[0]) } }
    for (count, width, length) in [(500, Float(9), Float(46)), (1600, 5, 34), (3600, 2.6, 22)] {
      for _ in 0..<count {
        var p = Float(side) * Point(random.uniform(-0.05, 1.05), random.uniform(-0.05, 1.05))
        let tone = colour(heights.layered(p * 0.011 + shift, octaves: 4) * 1.3 + 0.28 * random.normal(), palette)
        let paint = tone * (0.85 + 0.3 * random.uniform())
        for _ in 0..<Int(length / 2) {
          // Across the slope of the heights, so that strokes run in rings around them.
          let q = p * 0.009 + shift
          let slope = Point(
            wind(q + Point(0.01, 0)) - wind(q - Point(0.01, 0)), wind(q + Point(0, 0.01)) - wind(q - Point(0, 0.01)))
          let size = (slope.x * slope.x + slope.y * slope.y).squareRoot()
          let direction = size > 1e-6 ? Point(-slope.y, slope.x) / size : Point(1, 0)
          dab(&image, p, direction, width, paint)
          p += 2 * direction
        }
      }
    }
  }

  /// One touch of a flat brush, with bristles.
  private static func dab(_ image: inout Image, _ p: Point, _ direction: Point, _ width: Float, _ paint: Colour) {
    let reach = Int(width) + 1
    let (left, top) = (Int(p.x) - reach, Int(p.y) - reach)
    for y in max(0, top)..<max(0, top, min(side, top + 2 * reach + 1)) {
      for x in max(0, left)..<max(0, left, min(side, left + 2 * reach + 1)) {
        let offset = Point(Float(x) + 0.5, Float(y) + 0.5) - p
        let along = (offset.x * direction.x + offset.y * direction.y).magnitude
        let across = offset.y * direction.x - offset.x * direction.y
        guard along < 1.5, across.magnitude < width * 0.5 else { continue }
        let bristle = 1 + 0.16 * (((across * 1.3 + 40) - Float(Int32(across * 1.3 + 40))) - 0.5)
        let cover: Float = 0.6
        for channel in 0..<3 {
          image[x, y, channel] += cover * (paint[channel] * bristle - image[x, y, channel])
        }
      }
    }
  }
}
