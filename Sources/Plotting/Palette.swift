import Foundation

/// A colour with 8 bits a channel.
public struct RGB: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(_ hex: UInt32) {
    red = UInt8(truncatingIfNeeded: hex >> 16)
    green = UInt8(truncatingIfNeeded: hex >> 8)
    blue = UInt8(truncatingIfNeeded: hex)
  }

  /// As CSS has it: "#0072b2".
  public var css: String {
    let digits = Array("0123456789abcdef")
    let characters = [red, green, blue].flatMap { byte -> [Character] in
      [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return "#" + String(characters)
  }

  /// Relative luminance as WCAG 2 defines it, 0...1.
  var luminance: Double {
    func linear(_ value: UInt8) -> Double {
      let v = Double(value) / 255
      return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Whether black text is easier to read on it than white.
  var isBright: Bool { luminance > 0.179 }

  func mixed(with other: RGB, _ share: Double) -> RGB {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt32 { UInt32((Double(a) * (1 - share) + Double(b) * share).rounded()) }
    return RGB(mix(red, other.red) << 16 | mix(green, other.green) << 8 | mix(blue, other.blue))
  }
}

/// A colour that lines have on light and on dark ground, and the one its text has so that it can be read there.
public struct Hue: Sendable, Hashable {
  /// Part of CSS class names.
  public let name: String
  public let light: RGB
  public let lightText: RGB
  public let dark: RGB
  public let darkText: RGB

  init(_ name: String, _ light: UInt32, text lightText: UInt32, dark: UInt32, text darkText: UInt32) {
    self.name = name
    self.light = RGB(light)
    self.lightText = RGB(lightText)
    self.dark = RGB(dark)
    self.darkText = RGB(darkText)
  }

  // Okabe and Ito's colours, told apart by all common forms of colour vision. Text is darkened (on white) or lightened
  // (on #16181d) to a contrast of at least 4.5 to 1.
  static let black = Hue("black", 0x000000, text: 0x000000, dark: 0xFFFFFF, text: 0xFFFFFF)
  static let orange = Hue("orange", 0xE69F00, text: 0x8F6300, dark: 0xE69F00, text: 0xF0B030)
  static let sky = Hue("sky", 0x56B4E9, text: 0x1B74A8, dark: 0x56B4E9, text: 0x7CC6EF)
  static let green = Hue("green", 0x009E73, text: 0x007A58, dark: 0x12B386, text: 0x3CC9A2)
  static let yellow = Hue("yellow", 0xD9C800, text: 0x756C00, dark: 0xF0E442, text: 0xF0E442)
  static let blue = Hue("blue", 0x0072B2, text: 0x0068A3, dark: 0x3D9BD6, text: 0x6CB6E4)
  static let vermilion = Hue("vermilion", 0xD55E00, text: 0xB34F00, dark: 0xE8742A, text: 0xF08C4C)
  static let purple = Hue("purple", 0xCC79A7, text: 0xA3467A, dark: 0xD68CB5, text: 0xE2A6C7)
  static let grey = Hue("grey", 0x8C8C8C, text: 0x6B6B6B, dark: 0x8A8F98, text: 0xA0A5AE)

  static let all: [Hue] = [black, orange, sky, green, yellow, blue, vermilion, purple, grey]
}

/// What is painted with: a role in the figure, so that the theme decides on the colour.
enum Paint: Hashable {
  case ink
  case muted
  case spine
  case grid
  case ground
  case hue(Hue)
  case text(Hue)
  case fixed(RGB)

  var light: RGB {
    switch self {
    case .ink: RGB(0x1A1A1A)
    case .muted: RGB(0x595959)
    case .spine: RGB(0x8C8C8C)
    case .grid: RGB(0xE3E3E3)
    case .ground: RGB(0xFFFFFF)
    case .hue(let hue): hue.light
    case .text(let hue): hue.lightText
    case .fixed(let rgb): rgb
    }
  }

  var dark: RGB {
    switch self {
    case .ink: RGB(0xECECEC)
    case .muted: RGB(0xA8ACB3)
    case .spine: RGB(0x70757D)
    case .grid: RGB(0x2E323A)
    case .ground: RGB(0x16181D)
    case .hue(let hue): hue.dark
    case .text(let hue): hue.darkText
    case .fixed(let rgb): rgb
    }
  }

  /// The CSS property that holds the colour; nil where the theme does not matter.
  var name: String? {
    switch self {
    case .ink: "ink"
    case .muted: "muted"
    case .spine: "spine"
    case .grid: "grid"
    case .ground: "ground"
    case .hue(let hue): hue.name
    case .text(let hue): "\(hue.name)-text"
    case .fixed: nil
    }
  }
}
