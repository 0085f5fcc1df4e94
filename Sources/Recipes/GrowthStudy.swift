import Foundation
import Foundations
import Notebook
import Plotting

/// How time and memory of a meta-iteration grow with coordinates and with steps.
public struct GrowthStudy {
  public struct Row: Sendable {
    public var coordinates: Int
    public var steps: Int
    /// Of one meta-iteration, the quicker of the repetitions.
    public var seconds: Double
    /// What the process takes more than without it; nil where the system does not tell.
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

  private static func measure(_ coordinates: Int, _ steps: Int, _ workers: Workers) throws -> Row {
    let before = residentBytes()
    let kernels = try KernelMeasurements(coordinates: coordinates, steps: steps)
    guard var work = kernels.works(workers: workers).last else { throw SettingError("works", value: 0, expected: "1") }
    work.times = min(5_000, max(1, 400_000 / (coordinates * steps)))
    let seconds = try (0..<(coordinates > 1_000_000 ? 1 : 3)).map { _ in try work.time() }
    let bytes = residentBytes().flatMap { after in before.map { after - $0 } }
    return Row(coordinates: coordinates, steps: steps, seconds: seconds.min() ?? .nan, bytes: bytes)
  }

  /// What this process has in memory.
  static func residentBytes() -> Double? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Double(fields[1]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) } : nil
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

  /// How memory grows with coordinates, from 100,000 on: smaller problems share their pages with what was there before.
  public var slopeOfMemory: Double? {
    let points = byCoordinates.filter { $0.coordinates >= 100_000 }.compactMap { row in
      row.bytes.map { (Double(row.coordinates), $0) }
    }
    return points.count > 1 ? Self.slope(points) : nil
  }

  public var table: TextTable {
    var table = TextTable(["coordinates", "steps", "ms", "ns a coordinate and step", "MB", "bytes a coordinate"])
    for row in byCoordinates + bySteps {
      // Below a megabyte, pages that were there before decide.
      let bytes = row.bytes.flatMap { $0 > 1e6 ? $0 : nil }
      table.append([
        "\(row.coordinates)", "\(row.steps)", shortNumber(row.seconds * 1e3), shortNumber(row.perCoordinateStep),
        bytes.map { shortNumber($0 / 1e6) } ?? "", bytes.map { shortNumber($0 / Double(row.coordinates)) } ?? "",
      ])
    }
    return table
  }

  public var figure: Figure {
    func panel(_ title: String, _ x: String, _ rows: [Row], _ value: (Row) -> Int) -> Panel {
      Panel(
        title: title, x: Axis(x, scale: .log), y: Axis("Milliseconds of a meta-iteration", scale: .log),
        series: [
          Series("measured", x: rows.map(value), y: rows.map { $0.seconds * 1e3 }, style: .plain, mark: .linePoints)
        ])
    }
    return Figure(
      panels: [
        panel("20 steps", "Coordinates", byCoordinates, \.coordinates),
        panel("15,910 coordinates", "Steps", bySteps, \.steps),
      ], columns: 2, labels: .none)
  }
}
