import Foundations
import Testing
import Vectors

struct PeakRateTests {
  /// How fast is no test; that each worker and each round counts is one.
  @Test(arguments: VectorLevel.available) func operationsAreThoseOfAllWorkers(level: VectorLevel) {
    let one = PeakRate.run(rounds: 10, workers: .one, level: level)
    let numbers = level == .v4 ? 16 : 8
    let expected = 10 * chains(level) * numbers * 2
    #expect(one == Double(expected))
    let more = PeakRate.run(rounds: 30, workers: Workers(2), level: level)
    #expect(more == 6 * one)
  }

  /// Fewer where they would not stay in registers.
  private func chains(_ level: VectorLevel) -> Int {
    #if arch(arm64)
      12
    #else
      level == .portable ? 6 : 12
    #endif
  }

  @Test func aRateIsThatOfALongEnoughRun() {
    #expect(PeakRate.perSecond(workers: .one, over: .milliseconds(1)) > 1e8)
  }
}
