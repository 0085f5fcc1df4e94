import Foundation
import Foundations
import KernelInterface
import Notebook
import Plotting

/// How time and memory of a meta-iteration grow with coordinates and with steps.
public struct GrowthStudy {
  public struct Row: Sendable {
    public var coordinates: Int
    public var steps: Int
    /// Of one meta-iteration on all threads, the quickest of the repetitions.
    public var seconds: Double
    /// What a process of its own takes at most on one thread, less what it took with a single tile of coordinates; nil
    /// where the system does not tell.
    public var bytes: Double?

    /// In nanoseconds.
    public var perCoordinateStep: Double { 1e9 * seconds / Double(coordinates * steps) }
  }

  public var byCoordinates: [Row] = []
  public var bySteps: [Row] = []

  /// - Parameters:
  ///   - coordinates: numbers of coordinates, at 20 steps each.
  ///   - steps: numbers of steps, at 15,910 coordinates each.
  public init(coordinates: [Int], steps: [Int], workers: Workers, advance: () -> Void = {}) throws {
    for count in coordinates {
      try Interruption.check()
      byCoordinates.append(try Self.measure(count, 20, workers))
      advance()
    }
    for count in steps {
      try Interruption.check()
      bySteps.append(try Self.measure(15_910, count, workers))
      advance()
    }
  }

  /// In a process of its own, which reuses nothing that was there before.
  private static func measure(_ coordinates: Int, _ steps: Int, _ workers: Workers) throws -> Row {
    let process = OwnProcess.metaIteration(coordinates: coordinates, steps: steps, threads: workers.count)
    guard let text = Command.output(of: process.command, within: .seconds(3600)) else {
      throw OwnProcessError(found: "that \(coordinates) coordinates and \(steps) steps ended without a word")
    }
    let numbers = text.split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 2 else { throw OwnProcessError(found: "“\(text)”") }
    return Row(
      coordinates: coordinates, steps: steps, seconds: numbers[0], bytes: numbers[1].isFinite ? numbers[1] : nil)
  }

  /// Measures one size in this process. Memory is that of one thread: each further one has its own 7 MB, whatever the
  /// size.
  static func measureHere(coordinates: Int, steps: Int, workers: Workers) throws -> (seconds: Double, bytes: Double?) {
    var least = try KernelMeasurements(coordinates: coordinatesPerTile, steps: steps).metaIteration(workers: .one)
    least.times = 20
    _ = try least.time()
    let before = peakMemory(of: "self")
    let kernels = try KernelMeasurements(coordinates: coordinates, steps: steps)
    try kernels.metaIteration(workers: .one).work()
    let bytes = peakMemory(of: "self").flatMap { after in before.map { after - $0 } }
    var work = kernels.metaIteration(workers: workers)
    work.times = min(5_000, max(1, 400_000 / (coordinates * steps)))
    let seconds = try (0..<(coordinates > 1_000_000 ? 1 : 3)).map { _ in try work.time() }.min() ?? .nan
    return (seconds, bytes)
  }

  /// The slope of a straight line through the logarithms, by least squares: 1 where y grows as x does.
  public static func slope(_ points: [(x: Double, y: Double)]) -> Double {
    let logs = points.filter { $0.x > 0 && $0.y > 0 }.map { (log2($0.x), log2($0.y)) }
    let count = Double(logs.count)
    let (mx, my) = (logs.reduce(0) { $0 + $1.0 } / count, logs.reduce(0) { $0 + $1.1 } / count)
    let products = logs.reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    return products / logs.reduce(0) { $0 + ($1.0 - mx) * ($1.0 - mx) }
  }

  /// How time grows with coordinates, from 1,000 on, where overhead no longer counts.
  public var slopeOverCoordinates: Double {
    Self.slope(byCoordinates.filter { $0.coordinates >= 1_000 }.map { (Double($0.coordinates), $0.seconds) })
  }

  /// How time grows with steps.
  public var slopeOverSteps: Double { Self.slope(bySteps.map { (Double($0.steps), $0.seconds) }) }

  /// How memory grows with coordinates, from 10,000 on, where pages of 4 KB no longer count.
  public var slopeOfMemoryOverCoordinates: Double? {
    let points = byCoordinates.filter { $0.coordinates >= 10_000 }.compactMap { row in
      row.bytes.map { (Double(row.coordinates), $0) }
    }
    return points.count > 1 ? Self.slope(points) : nil
  }

  /// How many times the memory, and how many times the steps, the most steps have of what the fewest have. One slope
  /// would not say it: gradients grow with steps, the state at work does not, and states are kept only where an unroll
  /// has more than one segment.
  public var memoryOverSteps: (times: Double, stepsTimes: Double)? {
    let known = bySteps.filter { $0.bytes ?? 0 > 0 }
    guard let fewest = known.min(by: { $0.steps < $1.steps }), let most = known.max(by: { $0.steps < $1.steps }),
      fewest.steps < most.steps, let least = fewest.bytes, let all = most.bytes
    else { return nil }
    return (all / least, Double(most.steps) / Double(fewest.steps))
  }

  public var table: TextTable {
    var table = TextTable(["coordinates", "steps", "ms", "ns a coordinate and step", "MB", "bytes a coordinate"])
    for row in byCoordinates + bySteps {
      table.append([
        "\(row.coordinates)", "\(row.steps)", shortNumber(row.seconds * 1e3), shortNumber(row.perCoordinateStep),
        row.bytes.map { shortNumber($0 / 1e6) } ?? "",
        row.bytes.map { shortNumber($0 / Double(row.coordinates)) } ?? "",
      ])
    }
    return table
  }

  public var figure: Figure {
    func panel(_ title: String, _ x: String, _ y: String, _ points: [(x: Int, y: Double)]) -> Panel {
      Panel(
        title: title, x: Axis(x, scale: .log), y: Axis(y, scale: .log),
        series: [Series("measured", x: points.map(\.x), y: points.map(\.y), style: .plain, mark: .linePoints)])
    }
    func panels(_ y: String, _ value: (Row) -> Double?) -> [Panel] {
      func points(_ rows: [Row], _ size: (Row) -> Int) -> [(x: Int, y: Double)] {
        // No logarithm shows what is not more than nothing.
        rows.compactMap { row in value(row).flatMap { $0 > 0 ? (size(row), $0) : nil } }
      }
      return [
        panel("20 steps", "Coordinates", y, points(byCoordinates, \.coordinates)),
        panel("15,910 coordinates", "Steps", y, points(bySteps, \.steps)),
      ]
    }
    let memory = (byCoordinates + bySteps).contains { $0.bytes != nil }
    return Figure(
      panels: panels("Milliseconds of a meta-iteration") { $0.seconds * 1e3 }
        + (memory ? panels("Megabytes of its own") { $0.bytes.map { $0 / 1e6 } } : []),
      columns: 2, labels: .none)
  }

  /// The fitted slopes in a sentence.
  public var slopes: String {
    var parts = ["Slopes: of time \(short(slopeOverCoordinates)) over coordinates, \(short(slopeOverSteps)) over steps"]
    if let slope = slopeOfMemoryOverCoordinates { parts.append("of memory \(short(slope)) over coordinates") }
    if let (times, stepsTimes) = memoryOverSteps {
      parts.append("memory grows \(shortNumber(times, digits: 2)) times for \(Int(stepsTimes)) times the steps")
    }
    return parts.joined(separator: "; ") + "."
  }
}
