/// Numbers as text, independent of locale and C library.
enum NumberText {
  /// With that many decimals, an ASCII minus: for SVG coordinates.
  static func fixed(_ value: Double, _ places: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e18 else { return "\(value)" }
    var digits = String(UInt64(scaled))
    if places > 0 {
      if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
    }
    return (value < 0 && scaled != 0 ? "-" : "") + digits
  }

  /// A coordinate: at most two decimals, no trailing zeros.
  static func coordinate(_ value: Double) -> String {
    var text = fixed(value, 2)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// For reading: a true minus, and thousands set apart from 10,000 on.
  static func label(_ value: Double, places: Int) -> String {
    var text = Substring(fixed(value, places))
    let isNegative = text.first == "-"
    if isNegative { text.removeFirst() }
    let whole = text.prefix { $0 != "." }
    var grouped = ""
    for (i, digit) in whole.enumerated() {
      if whole.count > 4, i > 0, (whole.count - i) % 3 == 0 { grouped += "," }
      grouped.append(digit)
    }
    return (isNegative ? "−" : "") + grouped + String(text.dropFirst(whole.count))
  }

  /// The largest whole k with 10^k <= value, for a value above zero.
  static func decade(of value: Double) -> Int {
    var k = 0
    while k < 308, power(k + 1) <= value { k += 1 }
    while k > -308, power(k) > value { k -= 1 }
    return k
  }

  static func power(_ k: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(k) { result *= 10 }
    return k < 0 ? 1 / result : result
  }

  /// With that many significant digits, as m × 10^k below 0.001 and from a million on.
  static func significant(_ value: Double, _ digits: Int) -> RichText {
    if value.isNaN { return RichText("–") }
    if value.isInfinite { return RichText(value < 0 ? "−∞" : "∞") }
    if value == 0 { return RichText("0") }
    var k = decade(of: abs(value))
    // Rounding may carry: 9.996 has three digits as 10.0.
    if (abs(value) / power(k - digits + 1)).rounded() >= power(digits) { k += 1 }
    if (-3..<6).contains(k) { return RichText(label(value, places: max(0, digits - 1 - k))) }
    return RichText(label(value / power(k), places: digits - 1) + "×10", superscript: label(Double(k), places: 0))
  }
}

/// A text with, perhaps, an exponent at its end.
struct RichText: Equatable, ExpressibleByStringLiteral {
  var base: String
  var superscript = ""

  init(_ base: String, superscript: String = "") {
    self.base = base
    self.superscript = superscript
  }

  init(stringLiteral value: String) { base = value }

  static let superscriptScale = 0.72
}
