import Foundation

/// A number as people read it: four significant digits or as many as asked for, true minus sign.
public func shortNumber(_ value: Double, digits: Int = 4) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value > 0 ? "inf" : "\u{2212}inf" }
  if value == 0 { return "0" }
  let magnitude = abs(value)
  let text: String
  if magnitude >= 1e-4, magnitude < 1e6 {
    let decimals = max(0, digits - 1 - Int(log10(magnitude).rounded(.down)))
    text = String(format: "%.\(decimals)f", magnitude)
  } else {
    text = String(format: "%.\(max(0, digits - 2))e", magnitude)
  }
  return value < 0 ? "\u{2212}" + text : text
}

/// A number with three decimals, or in powers of ten from 10^12 on.
public func short(_ number: Double) -> String {
  guard number.isFinite else { return "\(number)" }
  if number.magnitude >= 1e12 { return shortNumber(number) }
  let thousandths = Int((number.magnitude * 1000).rounded())
  let digits = String(thousandths % 1000)
  let padding = String(repeating: "0", count: 3 - digits.count)
  return "\(number < 0 ? "\u{2212}" : "")\(thousandths / 1000).\(padding)\(digits)"
}

/// A positive number rounded to two significant digits, "0.0031", or from 10 on to one decimal, "12.3"; to twelve
/// decimals at most. Any other as it is.
public func significant(_ number: Float) -> String {
  guard number.isFinite, number > 0 else { return "\(number)" }
  var digits = 1
  var scaled = number
  while scaled < 1, digits < 12 {
    scaled *= 10
    digits += 1
  }
  var factor: Float = 1
  for _ in 0..<digits { factor *= 10 }
  return "\((number * factor).rounded() / factor)"
}

/// A duration as people say it: "0.4 s", "12 s", "3 min 5 s", "2 h 10 min".
public func spokenDuration(_ duration: Duration) -> String {
  let exact = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  if exact < 9.95 { return String(format: "%.1f s", max(0, exact)) }
  let seconds = Int(exact.rounded())
  if seconds < 60 { return "\(seconds) s" }
  if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
  return "\(seconds / 3600) h \(seconds / 60 % 60) min"
}
