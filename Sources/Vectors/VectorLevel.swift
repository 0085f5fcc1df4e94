import CVectorLevel
import Foundation

/// Which of the compiled kernels run.
public enum VectorLevel: String, Sendable, CaseIterable {
  /// 16 numbers at a time: AVX-512 (x86-64-v4).
  case v4
  /// 8 numbers at a time: AVX2 with fused multiply-adds (x86-64-v3).
  case v3
  /// Code for any processor, arm64 included.
  case portable

  /// The best that this processor can run; the environment variable L2L_VECTOR_LEVEL may ask for less.
  public static let current: VectorLevel = {
    let best = available.first ?? .portable
    guard let wish = ProcessInfo.processInfo.environment["L2L_VECTOR_LEVEL"].flatMap(VectorLevel.init) else {
      return best
    }
    return available.contains(wish) ? wish : best
  }()

  /// Those that this processor can run, best first.
  public static var available: [VectorLevel] {
    switch c_vector_level() {
    case 4: [.v4, .v3, .portable]
    case 3: [.v3, .portable]
    default: [.portable]
    }
  }
}
