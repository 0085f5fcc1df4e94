import KernelInterface
import KernelsPortable
import KernelsV3
import KernelsV4

/// Elementary functions of our own for many numbers at once: results do not depend on the C library.
///
/// Errors are the largest found over every range against Double; `v4` and `v3` give the same bits, `portable` rounds
/// twice where it has no fused multiply-add. An argument of nan gives nan from all but the logarithm.
public enum VectorMath {
  /// Natural logarithms of positive normal numbers; relative error at most 8.1e-8, also around 1.
  public static func log(_ x: inout [Float], level: VectorLevel = .current) { map(.log, &x, level) }

  /// e^x, arguments clamped to [-87, 88]; relative error at most 1.2e-7.
  public static func exp(_ x: inout [Float], level: VectorLevel = .current) { map(.exp, &x, level) }

  /// Hyperbolic tangents; absolute error at most 4.7e-7, 5.1e-7 where `portable`.
  public static func tanh(_ x: inout [Float], level: VectorLevel = .current) { map(.tanh, &x, level) }

  /// 1 / (1 + e^-x); absolute error at most 2.6e-7, 2.8e-7 where `portable`.
  public static func sigmoid(_ x: inout [Float], level: VectorLevel = .current) { map(.sigmoid, &x, level) }

  private static func map(_ function: ElementwiseFunction, _ x: inout [Float], _ level: VectorLevel) {
    x.withUnsafeMutableBufferPointer { map(function, $0, level: level) }
  }

  /// f(x) in place.
  public static func map(_ function: ElementwiseFunction, _ x: inout Matrix.Elements, level: VectorLevel = .current) {
    x.withUnsafeMutableBufferPointer { map(function, $0, level: level) }
  }

  /// f(x) in place.
  public static func map(
    _ function: ElementwiseFunction, _ x: UnsafeMutableBufferPointer<Float>, level: VectorLevel = .current
  ) {
    guard let base = x.baseAddress else { return }
    switch level {
    case .v4: KernelsV4.mapElements(function, base, base, count: x.count)
    case .v3: KernelsV3.mapElements(function, base, base, count: x.count)
    case .portable: KernelsPortable.mapElements(function, base, base, count: x.count)
    }
  }
}
