import Foundations
import KernelsPortable
import KernelsV3
import KernelsV4

/// How many floating-point operations a second this machine can do at best, measured.
package enum PeakRate {
  /// Runs multiply-adds in registers on each worker at once.
  ///
  /// - Returns: operations done by all workers.
  package static func run(rounds: Int, workers: Workers, level: VectorLevel = .current) -> Double {
    let operations = workers.map(workers.count) { _ in one(rounds: rounds, level: level) }
    return operations.reduce(0, +)
  }

  /// Operations a second of such a run.
  package static func perSecond(rounds: Int, workers: Workers) -> Double {
    var operations = 0.0
    let time = ContinuousClock().measure { operations = run(rounds: rounds, workers: workers) }
    return operations / (time / .seconds(1))
  }

  private static func one(rounds: Int, level: VectorLevel) -> Double {
    var sink: Float = 1
    return switch level {
    case .v4: KernelsV4.peakLoop(rounds, sink: &sink)
    case .v3: KernelsV3.peakLoop(rounds, sink: &sink)
    case .portable: KernelsPortable.peakLoop(rounds, sink: &sink)
    }
  }
}
