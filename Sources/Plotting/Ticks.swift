import Foundation

struct Tick: Equatable {
  var value: Double
  /// Nil for a small tick without number or grid line.
  var label: RichText?
}

enum Ticks {
  /// Ticks at round numbers within the range.
  static func ticks(_ scale: Axis.Scale, _ range: ClosedRange<Double>, about count: Int) -> [Tick] {
    scale == .log ? logarithmic(range, about: count) : linear(range, about: count)
  }

  /// Ticks at the given places, labelled with as many decimals as the finest of them needs.
  static func at(_ values: [Double], in range: ClosedRange<Double>) -> [Tick] {
    let kept = values.filter { range.contains($0) }
    let places = (0...6).first { places in
      kept.allSatisfy { abs($0 * NumberText.power(places) - ($0 * NumberText.power(places)).rounded()) < 1e-6 }
    }
    return kept.map { value in
      Tick(
        value: value,
        label: places.map { RichText(NumberText.label(value, places: $0)) } ?? NumberText.significant(value, 3))
    }
  }

  /// Steps of 1, 2 or 5 times a power of ten.
  static func linear(_ range: ClosedRange<Double>, about count: Int) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else { return at([range.lowerBound], in: range) }
    // Fewer than three ticks say too little: then finer steps.
    let steps = (max(count, 1)...max(count, 1) + 3).map { roundStep(span / Double($0)) }
    let step = steps.first { multiples(of: $0, in: range).count >= 3 } ?? steps[3]
    let values = multiples(of: step, in: range)
    let largest = values.map { abs($0) }.max() ?? 0
    if largest >= 1e6 || largest < 1e-3 {
      let digits = max(1, NumberText.decade(of: max(largest, step)) - NumberText.decade(of: step) + 1)
      return values.map { Tick(value: $0, label: NumberText.significant($0, digits)) }
    }
    let places = max(0, -NumberText.decade(of: step * 1.000001))
    return values.map { value in
      Tick(value: value, label: RichText(NumberText.label(value, places: value == 0 ? 0 : places)))
    }
  }

  private static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Double] {
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  static func roundStep(_ raw: Double) -> Double {
    let power = NumberText.power(NumberText.decade(of: raw))
    let share = raw / power
    return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10)
  }

  /// Powers of ten over two decades and more, else finer steps in plain decimals.
  static func logarithmic(_ range: ClosedRange<Double>, about count: Int) -> [Tick] {
    guard range.lowerBound > 0, range.upperBound.isFinite, range.lowerBound < range.upperBound else { return [] }
    let lower = NumberText.decade(of: range.lowerBound)
    let upper = NumberText.decade(of: range.upperBound)
    let powers = (lower...upper).filter { range.contains(NumberText.power($0)) }
    if Foundation.log10(range.upperBound / range.lowerBound) >= 2, powers.count >= 2 {
      return decades(powers, range, count)
    }
    for mantissas in [[1, 2, 5], [1, 2, 3, 5], [1, 1.5, 2, 3, 4, 6, 8], [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]] {
      let values = (lower...upper).flatMap { k in mantissas.map { rounded($0, k) } }.filter { range.contains($0) }
      if values.count >= 3 { return values.map { Tick(value: $0, label: plain($0)) } }
    }
    return linear(range, about: count)
  }

  private static func decades(_ powers: [Int], _ range: ClosedRange<Double>, _ count: Int) -> [Tick] {
    let step = max(1, (powers.count + count) / (count + 1))
    var ticks: [Tick] = []
    for k in powers[0] - 1...powers[powers.count - 1] {
      let power = NumberText.power(k)
      if range.contains(power) {
        let isLabelled = (k - powers[0]) % step == 0
        ticks.append(
          Tick(
            value: power, label: isLabelled ? RichText("10", superscript: NumberText.label(Double(k), places: 0)) : nil)
        )
      }
      if step == 1, powers.count <= 5 {
        for m in 2...9 where range.contains(rounded(Double(m), k)) { ticks.append(Tick(value: rounded(Double(m), k))) }
      }
    }
    return ticks
  }

  /// m × 10^k to the nearest number: 3 × 0.1 is 0.3.
  private static func rounded(_ m: Double, _ k: Int) -> Double {
    k < 0 ? m / NumberText.power(-k) : m * NumberText.power(k)
  }

  private static func plain(_ value: Double) -> RichText {
    let k = NumberText.decade(of: value)
    guard (-4..<6).contains(k) else {
      let mantissa = value / NumberText.power(k)
      return NumberText.significant(value, abs(mantissa - mantissa.rounded()) < 1e-9 ? 1 : 2)
    }
    let places = (max(0, -k)...max(0, -k) + 1).first {
      abs(value * NumberText.power($0) - (value * NumberText.power($0)).rounded()) < 1e-9 * NumberText.power(k + $0)
    }
    return RichText(NumberText.label(value, places: places ?? max(0, 1 - k)))
  }
}
