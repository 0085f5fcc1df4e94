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
  public var work: () throws -> Void

  public init(
    _ name: String, workers: Workers = .one, operations: Double? = nil, recomputed: Double = 0,
    bytes: Double? = nil, times: Int = 1,
    _ work: @escaping () throws -> Void
  ) {
    self.name = name
    self.workers = workers
    self.operations = operations
    self.recomputed = recomputed
    self.bytes = bytes
    self.times = times
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

/// Times of several pieces of work, taken in turn with the machine's peak, so that all of them see the same machine.
public struct Roofline {
  public struct Row: Sendable {
    public var name: String
    public var workers: Int
    /// Seconds of each repetition.
    public var times: [Double]
    /// Operations a second at best, on as many workers, in each repetition.
    public var peaks: [Double]
    public var operations: Double?
    public var recomputed = 0.0
    public var bytes: Double?

    /// In seconds: a quarter, a half and three quarters of the repetitions were quicker.
    public var quartiles: [Double] { Roofline.quartiles(times) }
    public var seconds: Double { Roofline.median(times) }
    /// Operations a second at best, on as many workers.
    public var peak: Double { Roofline.median(peaks) }
    /// The share of the machine's peak.
    public var fraction: Double? { operations.map { $0 / seconds / peak } }
    /// The same without recomputation.
    public var usefulFraction: Double? { operations.map { ($0 - recomputed) / seconds / peak } }
    /// Operations for each byte of memory.
    public var intensity: Double? { operations.flatMap { operations in bytes.map { operations / $0 } } }
  }

  public var rows: [Row] = []
  /// Operations a second, by number of workers.
  public var peaks: [Int: Double] = [:]
  /// Bytes a second, by number of workers.
  public var bandwidths: [Int: Double] = [:]

  /// Measures each piece of work once a repetition.
  public init(_ works: [MeasuredWork], repetitions: Int, advance: () -> Void = {}) throws {
    var counts: [Int: Workers] = [:]
    for work in works { counts[work.workers.count] = work.workers }
    var (peaks, bandwidths): ([Int: [Double]], [Int: [Double]]) = ([:], [:])
    var times = [[Double]](repeating: [], count: works.count)
    // The first one warms caches and makes plans.
    for repetition in 0...max(1, repetitions) {
      try Interruption.check()
      for (count, workers) in counts {
        Self.wake(workers)
        let peak = PeakRate.perSecond(rounds: 500_000, workers: workers)
        let bandwidth = MemoryRate.perSecond(workers: workers)
        guard repetition > 0 else { continue }
        peaks[count, default: []].append(peak)
        bandwidths[count, default: []].append(bandwidth)
      }
      for (index, work) in works.enumerated() {
        Self.wake(work.workers)
        let seconds = try work.time()
        if repetition > 0 { times[index].append(seconds) }
      }
      advance()
    }
    self.peaks = peaks.mapValues(Self.median)
    self.bandwidths = bandwidths.mapValues(Self.median)
    rows = works.indices.map { index in
      let work = works[index]
      return Row(
        name: work.name, workers: work.workers.count, times: times[index], peaks: peaks[work.workers.count] ?? [],
        operations: work.operations, recomputed: work.recomputed, bytes: work.bytes)
    }
  }

  /// Work that counts comes one piece after another and finds its threads awake. Asleep, on a virtual machine, they
  /// begin half a millisecond late: half as long as the peak's loop takes.
  private static func wake(_ workers: Workers) {
    if workers.count > 1 { _ = PeakRate.run(rounds: 200_000, workers: workers) }
  }

  static func quartiles(_ numbers: [Double]) -> [Double] {
    let sorted = numbers.sorted()
    return [1, 2, 3].map { sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, sorted.count * $0 / 4)] }
  }

  static func median(_ numbers: [Double]) -> Double { quartiles(numbers)[1] }

  public var machineTable: TextTable {
    var table = TextTable(["threads", "multiply-adds in registers, GF/s", "memory, GB/s"])
    for count in peaks.keys.sorted() {
      table.append(["\(count)", short((peaks[count] ?? .nan) / 1e9), short((bandwidths[count] ?? .nan) / 1e9)])
    }
    return table
  }

  public var table: TextTable {
    var table = TextTable(["what", "threads", "median ms", "quartiles", "GF/s", "share of peak", "by useful work"])
    for row in rows {
      table.append([
        row.name, "\(row.workers)", short(row.seconds * 1e3),
        "\(short(row.quartiles[0] * 1e3))-\(short(row.quartiles[2] * 1e3))",
        row.operations.map { short($0 / row.seconds / 1e9) } ?? "", row.fraction.map(short) ?? "",
        row.usefulFraction.map(short) ?? "",
      ])
    }
    return table
  }

  /// The roof of one thread, memory's slope and the processor's flat top, and the work below it.
  public var figure: Figure {
    let (peak, bandwidth) = ((peaks[1] ?? .nan) / 1e9, (bandwidths[1] ?? .nan) / 1e9)
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
