import Foundation

/// An axis with its range and ticks settled.
struct ResolvedAxis: Equatable {
  var title: String
  var scale: Axis.Scale
  var lower: Double
  var upper: Double
  var ticks: [Tick]

  enum Padding {
    /// Not at all: along steps.
    case none
    /// A little, so that points stand free of the axes.
    case loose
    /// A little, or to a round number that is near.
    case snapped
  }

  /// How far along the axis the value is, 0...1 within the range; nil for what the scale does not have.
  func fraction(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    if scale == .linear { return (value - lower) / (upper - lower) }
    return value > 0 ? Foundation.log(value / lower) / Foundation.log(upper / lower) : nil
  }

  /// - Parameters:
  ///   - values: all data along this axis.
  ///   - padding: how far the range reaches beyond the data.
  ///   - count: about how many ticks there is room for.
  init(_ axis: Axis, values: [Double], padding: Padding, about count: Int) {
    title = axis.title
    scale = axis.scale
    let wanted = axis.range.flatMap { $0.lowerBound < $0.upperBound ? $0 : nil }
    if let wanted, scale == .linear || wanted.lowerBound > 0 {
      (lower, upper) = (wanted.lowerBound, wanted.upperBound)
    } else {
      (lower, upper) = Self.range(of: values, scale, padding)
    }
    let range = lower...upper
    ticks = axis.ticks.map { Ticks.at($0, in: range) } ?? Ticks.ticks(scale, range, about: count)
  }

  private static func range(of values: [Double], _ scale: Axis.Scale, _ padding: Padding) -> (Double, Double) {
    let usable = values.filter { $0.isFinite && abs($0) < 1e300 && (scale == .linear || $0 > 1e-300) }
    guard let low = usable.min(), let high = usable.max() else { return scale == .log ? (0.1, 10) : (0, 1) }
    if scale == .log {
      if low == high { return (low / 2, high * 2) }
      if padding == .none { return (low, high) }
      let span = Foundation.log(high / low)
      let margin = Foundation.exp(0.03 * span)
      let snapped = padding == .snapped
      return (
        (snapped ? roundBelow(low, within: 0.1 * span) : nil) ?? low / margin,
        (snapped ? roundAbove(high, within: 0.04 * span) : nil) ?? high * margin
      )
    }
    if low == high { return low == 0 ? (0, 1) : (low - abs(low) / 2, high + abs(high) / 2) }
    let margin = padding == .none ? 0 : 0.04 * (high - low)
    // An axis that nearly starts at zero starts there, and so do steps counted from 1.
    let startsAtZero = low >= 0 && low < (padding == .none ? 0.06 * (high - low) : 0.35 * high)
    return (startsAtZero ? 0 : low - margin, high + margin)
  }

  /// The largest 1, 2 or 5 × 10^k not above the value, if its logarithm is that near.
  private static func roundBelow(_ value: Double, within reach: Double) -> Double? {
    let power = NumberText.power(NumberText.decade(of: value))
    let round = [5 * power, 2 * power].first { $0 <= value } ?? power
    return Foundation.log(value / round) <= reach ? round : nil
  }

  private static func roundAbove(_ value: Double, within reach: Double) -> Double? {
    let power = NumberText.power(NumberText.decade(of: value))
    let round = [power, 2 * power, 5 * power].first { $0 >= value } ?? 10 * power
    return Foundation.log(round / value) <= reach ? round : nil
  }
}
