import Foundation
import Notebook
import Plotting

/// Where the time of whole experiments went, by the records of their runs.
public struct WholeJobs {
  public var records: [RunRecord]
  /// Seconds that building took, by experiment, where it was measured.
  public var builds: [String: Double] = [:]
  /// Seconds from the end of the work to that of the process, in which files are written and figures drawn, likewise.
  public var drawing: [String: Double] = [:]

  init(records: [RunRecord], builds: [String: Double], drawing: [String: Double]) {
    self.records = records
    self.builds = builds
    self.drawing = drawing
  }

  /// Reads the records of all reports in a folder; what cannot be read is left out.
  public init(in output: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
    records = names.sorted().compactMap { try? RunRecord(readingFrom: "\(output)/\($0)/run.json") }
  }

  private static let parts = ["build", "loading", "meta-training", "tuning", "evaluation", "drawing", "the rest"]

  /// What a stage with a progress line is called, by part. A cell's own stage, in lower case, is what else it did.
  private static let prefixes = [
    [RunRecord.Stage.loading],
    ["Meta-training", "Finishing meta-training", "Going on with the best", "Ablation"],
    ["Tuning", "Searching", "Scaling"], ["Evaluating", "Painting", "Comparing"],
  ]

  /// Seconds of loading, meta-training, tuning, evaluation and the rest, which no stage covers.
  static func seconds(_ stages: [(name: String, seconds: Double)], of total: Double) -> [Double] {
    let seconds = prefixes.map { prefixes in
      stages.filter { stage in prefixes.contains { stage.name.hasPrefix($0) } }.reduce(0) { $0 + $1.seconds }
    }
    return seconds + [max(0, total - seconds.reduce(0, +))]
  }

  private func seconds(_ record: RunRecord) -> [Double] {
    var seconds = Self.seconds(record.stages.map { ($0.name, $0.seconds) }, of: record.seconds)
    seconds.insert(drawing[record.experiment] ?? 0, at: seconds.count - 1)
    return [builds[record.experiment] ?? 0] + seconds
  }

  public var table: TextTable {
    var table = TextTable(["experiment", "preset", "threads"] + Self.parts + ["seconds in all"])
    for record in records {
      let seconds = seconds(record)
      table.append(
        [record.experiment, record.preset, "\(record.threads)"]
          + (seconds + [seconds.reduce(0, +)]).map { shortNumber($0, digits: 3) })
    }
    return table
  }

  /// The parts as shares of each job.
  public var figure: Figure {
    let shares = records.map { record in
      let seconds = seconds(record)
      return seconds.map { 100 * $0 / max(seconds.reduce(0, +), 1e-9) }
    }
    let groups = Self.parts.indices.map { part in Bars.Group(Self.parts[part], shares.map { $0[part] }) }
    return Figure(
      panels: [
        Panel(
          values: Axis("Per cent of the time", range: 0...100),
          bars: Bars(
            records.map { "\($0.experiment), \($0.preset)" }, groups: groups, stacked: true, showsValues: false))
      ], labels: .key)
  }
}
