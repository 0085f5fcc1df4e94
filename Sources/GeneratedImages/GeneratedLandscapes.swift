import Foundations
import Imaging

/// Landscapes of our own, the stand-in for photographs: sky with clouds and a sun, ranges of hills that fade into the
/// distance, a lake or a meadow, firs in front.
///
/// Only +, -, *, / and square roots are used, so the same seed gives the same bytes on every machine.
public enum GeneratedLandscapes {
  /// Pixels across and down; the smaller is what the other photographs have.
  public static let size = (width: 216, height: 160)

  typealias Colour = SIMD3<Float>

  /// The colours of an hour and a season.
  private struct Mood {
    var zenith: Colour
    var horizon: Colour
    var sun: Colour
    var land: Colour
  }

  private static let moods = [
    Mood(zenith: [0.20, 0.42, 0.78], horizon: [0.78, 0.88, 0.96], sun: [1, 0.98, 0.9], land: [0.20, 0.36, 0.14]),
    Mood(zenith: [0.22, 0.20, 0.42], horizon: [0.98, 0.62, 0.36], sun: [1, 0.86, 0.55], land: [0.20, 0.16, 0.16]),
    Mood(
      zenith: [0.50, 0.56, 0.64], horizon: [0.82, 0.84, 0.86], sun: [0.96, 0.96, 0.94], land: [0.26, 0.30, 0.24]),
    Mood(zenith: [0.28, 0.52, 0.74], horizon: [0.94, 0.84, 0.66], sun: [1, 0.94, 0.74], land: [0.52, 0.36, 0.12]),
    Mood(zenith: [0.30, 0.46, 0.68], horizon: [0.88, 0.92, 0.97], sun: [1, 1, 0.97], land: [0.66, 0.72, 0.80]),
  ]

  package static func image(_ stream: RandomStream) -> Image {
    var random = stream
    let clouds = ValueNoise(stream.stream("clouds"))
    let ridge = ValueNoise(stream.stream("ridges"))
    let grain = ValueNoise(stream.stream("grain"))
    let (width, height) = size
    var mood = moods[random.integer(below: moods.count)]
    mood.zenith *= 0.85 + 0.3 * random.uniform()
    mood.land *= 0.85 + 0.3 * random.uniform()
    mood.land *= Colour(random.uniform(0.92, 1.08), random.uniform(0.92, 1.08), random.uniform(0.92, 1.08))
    let horizon = 0.42 + 0.2 * random.uniform()
    let sun = Point(random.uniform(0.1, 1.25), random.uniform(0.08, horizon))
    let cover = random.uniform(-0.4, 0.5)
    let layers = 2 + random.integer(below: 3)
    let steepness = 0.06 + 0.14 * random.uniform()
    let hasLake = random.integer(below: 2) == 0
    let shore = horizon + 0.1 + 0.12 * random.uniform()
    let firs = (0..<random.integer(below: 9)).map { _ in
      (place: random.uniform(0, 1.35), base: random.uniform(0.8, 1.02), height: random.uniform(0.15, 0.42))
    }.sorted { $0.base < $1.base }

    func sky(_ p: Point) -> Colour {
      let up = max(0, min(1, p.y / horizon))
      var colour = mood.zenith + (mood.horizon - mood.zenith) * (up * up)
      let toSun = p - sun
      let distance = (toSun.x * toSun.x + toSun.y * toSun.y).squareRoot()
      colour +=
        (mood.sun - colour) * max(0, min(1, (0.045 - distance) * 60)) + 0.16 * mood.sun / (1 + 40 * distance * distance)
      let cloud = clouds.layered(Point(p.x * 3, p.y * 9), octaves: 5) + cover
      let white: Colour = 0.97 * (0.55 + 0.45 * mood.horizon)
      let share: Float = 0.75 * max(0, min(1, cloud))
      return colour + (white - colour) * share
    }
    /// How high the range of a layer reaches at a place, from above.
    func crest(_ layer: Int, _ x: Float) -> Float {
      let near = Float(layer) / Float(layers)
      let place = Point(x * (1.3 + 1.2 * near) + 31 * Float(layer), 7 * Float(layer))
      return horizon - 0.03 + 0.12 * near - steepness * (1.3 - near) * (0.6 + ridge.layered(place, octaves: 6))
    }
    func land(_ p: Point) -> Colour {
      for layer in (0..<layers).reversed() {
        let top = crest(layer, p.x)
        if p.y < top { continue }
        let near = Float(layer + 1) / Float(layers)
        let light = 0.9 + 0.3 * grain.layered(Point(p.x * 20, p.y * 36), octaves: 5, roughness: 0.65) * near
        let slope = crest(layer, p.x + 0.01) - crest(layer, p.x - 0.01)
        let lit = mood.land * (light + 12 * slope * near) * (1 - 0.35 * max(0, min(1, p.y - top)))
        return lit + (mood.horizon - lit) * (0.75 * (1 - near))
      }
      return sky(p)
    }
    func scene(_ p: Point) -> Colour {
      guard hasLake, p.y > shore else { return land(p) }
      let depth = p.y - shore
      let ripple = 0.015 * grain.layered(Point(p.x * 12, p.y * 90), octaves: 2) * (1 + 8 * depth)
      let mirrored = land(Point(p.x + ripple, max(0, shore - depth * 1.1 + ripple)))
      return mirrored * 0.8 + mood.zenith * 0.14
    }
    func fir(_ p: Point, _ colour: Colour) -> Colour {
      var colour = colour
      for tree in firs {
        let up = (tree.base - p.y) / tree.height
        guard up > 0, up < 1 else { continue }
        let jag = 0.25 * grain(Point(p.x * 50 + tree.place * 99, p.y * 45))
        let reach = tree.height * 0.24 * (1 - up) * (1 + jag) * (0.75 + 0.25 * (1 - (up * 9 - Float(Int32(up * 9)))))
        if (p.x - tree.place).magnitude < reach {
          colour = mood.land * (0.35 + 0.25 * (grain(Point(p.x * 90, p.y * 90)) + (p.x - tree.place) / reach * 0.4))
        }
      }
      return colour
    }

    var image = Image(width: width, height: height, channels: 3)
    for y in 0..<height {
      for x in 0..<width {
        let p = Point(Float(x) + 0.5, Float(y) + 0.5) / Float(height)
        let colour = fir(p, scene(p))
        for channel in 0..<3 { image[x, y, channel] = max(0, min(1, colour[channel])) }
      }
    }
    return image
  }
}
