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

  /// Operations a second of a run that takes some time at least.
  ///
  /// Shorter runs come before it, each twice as long as the one before: they wake threads that sleep (on a virtual
  /// machine these begin half a millisecond late) and bring a processor that saves power to its clock.
  package static func perSecond(
    workers: Workers, level: VectorLevel = .current, over least: Duration = .milliseconds(5)
  ) -> Double {
    var rounds = 100_000
    _ = run(rounds: rounds, workers: workers, level: level)
    while true {
      var operations = 0.0
      let time = ContinuousClock().measure { operations = run(rounds: rounds, workers: workers, level: level) }
      if time >= least { return operations / (time / .seconds(1)) }
      rounds *= 2
    }
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
