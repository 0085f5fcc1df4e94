import Foundations
import Notebook
import Vectors

/// What the processor can do at best: multiply-adds in registers, measured again and again.
///
/// Other work on the machine only lowers a measurement, so that of all the greatest is the machine's; and a thread can do
/// its part of what several did together, so that one thread's peak is at least that. Work is compared with what was
/// measured just before and after it, since a shared machine is not the same for long.
public struct MachinePeak: Sendable {
  /// The most operations a second in any measurement, by vector instructions and number of threads.
  private(set) var measured: [VectorLevel: [Int: Double]] = [:]

  /// Times work between two measurements, of some 10 ms each, which leave its threads awake.
  ///
  /// - Returns: what `work` returns, and the greater of the two, in operations a second.
  static func around<Value>(
    workers: Workers, level: VectorLevel = .current, _ work: () throws -> Value
  ) rethrows -> (value: Value, peak: Double) {
    let before = PeakRate.perSecond(workers: workers, level: level)
    let value = try work()
    return (value, max(before, PeakRate.perSecond(workers: workers, level: level)))
  }

  /// Takes a measurement into account, those before the first repetition that counts too.
  mutating func add(_ rate: Double, threads: Int, level: VectorLevel = .current) {
    let before = measured[level]?[threads] ?? 0
    measured[level, default: [:]][threads] = max(before, rate)
  }

  /// Operations a second at best on so many threads; nan where none or fewer were measured.
  func perSecond(threads: Int, level: VectorLevel = .current) -> Double {
    let rates = measured[level] ?? [:]
    let parts = rates.filter { $0.key >= threads }.map { $0.value * Double(threads) / Double($0.key) }
    return parts.max() ?? .nan
  }

  /// A sentence for each number of threads on which more was measured than equal cores can do.
  var contradictions: [String] {
    VectorLevel.allCases.flatMap { level -> [String] in
      let rates = measured[level] ?? [:]
      guard let one = rates[1] else { return [] }
      return rates.keys.sorted().compactMap { threads -> String? in
        let ratio = (rates[threads] ?? 0) / one
        guard ratio > Double(threads) else { return nil }
        return "On \(threads) threads \(short(ratio)) times as much was measured as on one, more than equal cores can "
          + "do: one thread's peak is a part of theirs"
      }
    }
  }
}

extension VectorLevel {
  /// The best that this processor has. oneDNN takes it, whatever L2L_VECTOR_LEVEL asks for.
  static var best: VectorLevel { available.first ?? .portable }
}
