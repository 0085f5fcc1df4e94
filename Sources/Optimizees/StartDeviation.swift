import Foundations
import Vectors

/// The deviation σ of initial parameters θ(0) ~ N(0, σ²), which the paper does not give.
///
/// It may be one number, or drawn anew for each episode from a range, so that an optimizer is not tied to one scale.
public struct StartDeviation: Sendable, Equatable, Codable {
  /// The middle of the range on a logarithmic scale.
  public var median: Float
  /// σ = median exp U(-spread, spread); 0 for a fixed σ.
  public var spread: Float

  /// One σ for every episode.
  public static func fixed(_ deviation: Float) -> StartDeviation { StartDeviation(median: deviation, spread: 0) }

  /// σ = median exp U(-spread, spread).
  public static func around(_ median: Float, spread: Float) -> StartDeviation {
    StartDeviation(median: median, spread: spread)
  }

  /// The lowest and the highest σ.
  public var range: (lowest: Float, highest: Float) {
    (scaled(exponent: -spread), scaled(exponent: spread))
  }

  /// The deviation of an episode.
  public func draw(_ stream: inout RandomStream) -> Float {
    spread > 0 ? scaled(exponent: stream.uniform(-spread, spread)) : median
  }

  /// median exp(exponent), by our own exponential.
  private func scaled(exponent: Float) -> Float {
    var scale = [exponent]
    VectorMath.exp(&scale)
    return median * scale[0]
  }
}
