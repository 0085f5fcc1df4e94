import CVectorLevel
import Foundation
import Foundations

/// Which of the compiled kernels run.
public enum VectorLevel: String, Sendable, CaseIterable {
  /// 16 numbers at a time: AVX-512 (x86-64-v4).
  case v4
  /// 8 numbers at a time: AVX2 with fused multiply-adds (x86-64-v3).
  case v3
  /// Code for any processor, arm64 included.
  case portable

  /// The best that this processor can run; the environment variable L2L_VECTOR_LEVEL may ask for less.
  /// (What it asks for is done where `wanted` does not refuse it.)
  public static let current = (try? wanted()) ?? available.first ?? .portable

  /// The level that runs with these environment variables.
  ///
  /// - Throws: `SettingError` where L2L_VECTOR_LEVEL names none, or one that this processor cannot run.
  public static func wanted(
    in environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> VectorLevel {
    guard let wish = environment["L2L_VECTOR_LEVEL"], !wish.isEmpty else { return available.first ?? .portable }
    guard let level = available.first(where: { $0.rawValue == wish }) else {
      let possible = available.map(\.rawValue).joined(separator: " or ")
      throw SettingError("$L2L_VECTOR_LEVEL", value: wish, expected: "\(possible) on this processor")
    }
    return level
  }

  /// Those that this processor can run, best first.
  public static var available: [VectorLevel] {
    switch c_vector_level() {
    case 4: [.v4, .v3, .portable]
    case 3: [.v3, .portable]
    default: [.portable]
    }
  }
}
