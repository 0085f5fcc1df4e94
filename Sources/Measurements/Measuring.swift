import Foundations
import Notebook
import Plotting
import Vectors

/// Something to be timed, with what it costs by count.
public struct MeasuredWork {
  public var name: String
  public var workers: Workers
  /// Floating-point operations; nil where they say nothing.
  public var operations: Double?
  /// Those of the operations that only repeat earlier ones, in place of keeping what these gave.
  public var recomputed: Double
  /// Bytes that have to come from memory or go there; nil where that is not known.
  public var bytes: Double?
  /// How often it is done in one repetition: until that takes some milliseconds.
  public var times: Int
  /// The vector instructions that it has, and whose peak it is compared with.
  public var level: VectorLevel
  public var work: () throws -> Void

  public init(
    _ name: String, workers: Workers = .one, operations: Double? = nil, recomputed: Double = 0,
    bytes: Double? = nil, times: Int = 1, level: VectorLevel = .current,
    _ work: @escaping () throws -> Void
  ) {
    self.name = name
    self.workers = workers
    self.operations = operations
    self.recomputed = recomputed
    self.bytes = bytes
    self.times = times
    self.level = level
    self.work = work
  }

  /// Does it as often as a repetition has it.
  ///
  /// - Returns: seconds of one.
  /// - Throws: what the work throws.
  public func time() throws -> Double {
    try ContinuousClock().measure { for _ in 0..<times { try work() } } / .seconds(1) / Double(times)
  }
}

/// Times of several pieces of work, taken in turn, each between two measurements of the machine's peak, so that both see
/// the same machine.
public struct Roofline {
  public struct Row: Sendable {
    public var name: String
    public var workers: Int
    /// Seconds of each repetition.
    public var times: [Double]
    /// Operations a second at best, on as many workers, just before or after each repetition.
    public var peaks: [Double]
    public var operations: Double?
    public var recomputed = 0.0
    public var bytes: Double?

    /// In seconds: a quarter, a half and three quarters of the repetitions were quicker.
    public var quartiles: [Double] { Roofline.quartiles(times) }
    public var seconds: Double { Roofline.median(times) }
    /// The median of `peaks`.
    public var peak: Double { Roofline.median(peaks) }
    /// The share of the machine's peak: the median of the repetitions', each by its own peak.
    public var fraction: Double? { operations.map { $0 * Roofline.median(zip(times, peaks).map { 1 / ($0 * $1) }) } }
    /// The same without recomputation.
    public var usefulFraction: Double? {
      operations.flatMap { operations in fraction.map { $0 * (operations - recomputed) / operations } }
    }
    /// Operations for each byte of memory.
    public var intensity: Double? { operations.flatMap { operations in bytes.map { operations / $0 } } }
  }

  public var rows: [Row] = []
  public private(set) var peak = MachinePeak()
  /// Bytes a second, by number of workers: medians.
  public var bandwidths: [Int: Double] = [:]

  /// Measures each piece of work once a repetition.
  public init(_ works: [MeasuredWork], repetitions: Int, advance: () -> Void = {}) throws {
    var counts: [Int: Workers] = [:]
    for work in works { counts[work.workers.count] = work.workers }
    let crews = counts.values.sorted { $0.count < $1.count }
    var bandwidths: [Int: [Double]] = [:]
    var (times, peaks) = (works.map { _ in [Double]() }, works.map { _ in [Double]() })
    // The first one warms caches and makes plans.
    for repetition in 0...max(1, repetitions) {
      try Interruption.check()
      for (index, work) in works.enumerated() {
        let (seconds, best) = try MachinePeak.around(workers: work.workers, level: work.level, work.time)
        peak.add(best, threads: work.workers.count, level: work.level)
        guard repetition > 0 else { continue }
        times[index].append(seconds)
        peaks[index].append(best)
      }
      for workers in crews {
        let bandwidth = MemoryRate.perSecond(workers: workers)
        if repetition > 0 { bandwidths[workers.count, default: []].append(bandwidth) }
      }
      advance()
    }
    self.bandwidths = bandwidths.mapValues(Self.median)
    rows = works.indices.map { index in
      let work = works[index]
      return Row(
        name: work.name, workers: work.workers.count, times: times[index], peaks: peaks[index],
        operations: work.operations, recomputed: work.recomputed, bytes: work.bytes)
    }
  }

  static func quartiles(_ numbers: [Double]) -> [Double] {
    let sorted = numbers.sorted()
    return [1, 2, 3].map { sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, sorted.count * $0 / 4)] }
  }

  static func median(_ numbers: [Double]) -> Double { quartiles(numbers)[1] }

  public var machineTable: TextTable {
    var table = TextTable(["threads", "multiply-adds in registers, GF/s", "memory, GB/s"])
    for level in VectorLevel.allCases {
      for threads in (peak.measured[level] ?? [:]).keys.sorted() {
        table.append([
          level == .current ? "\(threads)" : "\(threads), \(level.rawValue)",
          short(peak.perSecond(threads: threads, level: level) / 1e9), short((bandwidths[threads] ?? .nan) / 1e9),
        ])
      }
    }
    return table
  }

  /// What the table of the machine shows, and what in it does not fit together.
  public var machineCaption: String {
    var shown = "The most that this machine does: multiply-adds in any measurement, memory at the median"
    if peak.measured.count > 1 {
      shown += "; shares of oneDNN's work are of \(VectorLevel.best.rawValue), whatever L2L_VECTOR_LEVEL asks for"
    }
    return ([shown] + peak.contradictions).joined(separator: ". ")
  }

  public var table: TextTable {
    var table = TextTable([
      "what", "threads", "median ms", "quartiles", "operations, million", "GF/s", "share of peak", "by useful work",
    ])
    for row in rows {
      table.append([
        row.name, "\(row.workers)", short(row.seconds * 1e3),
        "\(short(row.quartiles[0] * 1e3))-\(short(row.quartiles[2] * 1e3))",
        row.operations.map { short($0 / 1e6) } ?? "", row.operations.map { short($0 / row.seconds / 1e9) } ?? "",
        row.fraction.map(short) ?? "",
        row.usefulFraction.map(short) ?? "",
      ])
    }
    return table
  }

  /// The roof of one thread, memory's slope and the processor's flat top, and the work below it.
  public var figure: Figure {
    let (peak, bandwidth) = (self.peak.perSecond(threads: 1) / 1e9, (bandwidths[1] ?? .nan) / 1e9)
    let ridge = peak / bandwidth
    let known = rows.filter { $0.workers == 1 && $0.intensity != nil }
    let intensities = known.compactMap(\.intensity)
    let lowest = min(intensities.min() ?? 1, ridge) / 4
    let highest = max(intensities.max() ?? 1, ridge) * 4
    let roof = Series(
      "roof", x: [lowest, ridge, highest], y: [lowest * bandwidth, peak, peak], style: .reference, label: "roof")
    let points = known.map { row in
      Series(
        row.name, x: [row.intensity ?? .nan], y: [(row.operations ?? .nan) / row.seconds / 1e9], style: .plain,
        mark: .points)
    }
    return Figure(
      panels: [
        Panel(
          x: Axis("Operations for each byte of memory", scale: .log), y: Axis("GF/s on one core", scale: .log),
          series: [roof] + points)
      ],
      caption:
        "How fast each piece of work whose bytes were counted could be for the memory that it needs, and how fast it is."
    )
  }
}
