import Foundation
import Foundations
import MetaTraining
import Plotting
import Tables

/// The folder that a run left, as far as it can be read: what pages are made from.
///
/// A file that is missing or damaged is named in `problems`; the rest is there all the same.
struct Report: Sendable {
  /// A file of the report that could not be used, and why.
  struct Problem: Sendable, Equatable {
    /// Its name in the folder.
    var file: String
    /// The whole sentence, with the path.
    var message: String
  }

  let name: String
  var folder: String
  private(set) var record: RunRecord?
  private(set) var claims: [Claim] = []
  private(set) var outputs: [CellOutput] = []
  private(set) var source: NotebookSource?
  private(set) var curves: [LossCurves] = []
  private(set) var summaries: [LossSummary] = []
  private(set) var tuning: [TuningRow] = []
  private(set) var training: [(optimizer: String, row: TrainingRow)] = []
  private(set) var problems: [Problem] = []
  /// Files that are gone, or that can be used but are not those that the run wrote; where it was compared with them.
  private(set) var changes: [Problem] = []
  /// The figures of `outputs` as pages show them, by name.
  var figures: [String: PageFigure] = [:]
  /// Those that were drawn from the CSVs.
  var lossFigures: [(name: String, figure: Figure)] = []

  init(folder: String) {
    self.folder = folder
    name = URL(fileURLWithPath: folder).lastPathComponent
    record = read("run.json", always: true) { path in
      let record = try JSON.read(RunRecord.self, from: path)
      guard record.format == RunRecord.currentFormat else {
        throw FileError(
          path, expected: "format \(RunRecord.currentFormat)", found: "format \(record.format)",
          remedy: "run the experiment again, or use the version that wrote it")
      }
      return record
    }
    claims = read("claims.json", always: true) { try JSON.read([Claim].self, from: $0) } ?? []
    outputs = (read("outputs.json", always: true) { try JSON.read([CellOutput].self, from: $0) } ?? []).placed
    source = read("main.swift") {
      NotebookSource(
        String(decoding: try FileSource.contents(of: $0, remedy: "run the experiment again"), as: UTF8.self))
    }
    curves = read("curves.csv") { try CSVFiles.readCurves($0) } ?? []
    let stored = read("summary.csv") { try CSVFiles.readSummary($0) } ?? []
    summaries = curves.isEmpty ? stored : curves.map { LossSummary($0, besides: stored) }
    tuning = read("tuning.csv") { try CSVFiles.readTuning($0) } ?? []
    training = read("training.csv") { try CSVFiles.readTraining($0) } ?? []
  }

  /// The report with the files that are gone or not as the run left them, which may well be read and yet lack half of
  /// it.
  func comparedWithRun() -> Report {
    var report = self
    for (file, checksum) in (record?.checksums ?? [:]).sorted(by: { $0.key < $1.key })
    where isPlain(file) && problem(file) == nil {
      let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)")
      guard bytes.map({ FNV1a($0).text }) != checksum else { continue }
      let error = FileError(
        "\(folder)/\(file)", expected: "the file that the run wrote",
        found: bytes == nil ? "none" : "other contents, cut off or changed since", remedy: "run the experiment again")
      report.changes.append(Problem(file: file, message: error.description))
    }
    return report
  }

  /// The contents of a file, or nil and a problem. A file that is not there is one only if the run wrote it, or if
  /// every run does.
  private mutating func read<Value>(_ file: String, always: Bool = false, _ body: (String) throws -> Value) -> Value? {
    let path = "\(folder)/\(file)"
    guard always || record?.files.contains(file) ?? false || FileManager.default.fileExists(atPath: path) else {
      return nil
    }
    do {
      return try body(path)
    } catch {
      problems.append(Problem(file: file, message: "\(error)"))
      return nil
    }
  }

  /// What is wrong with a file; nil where it could be read or was not to be expected.
  func problem(_ file: String) -> String? { problems.first { $0.file == file }?.message }

  mutating func add(_ problem: Problem) {
    if !problems.contains(problem) { problems.append(problem) }
  }

  /// A sentence for everything that is not as it was.
  var warnings: [String] {
    problems.map(\.message) + changes.filter { problem($0.file) == nil }.map(\.message)
  }

  func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(file)") }

  /// The title of the notebook, or the name where it has none.
  var title: String { source?.title ?? name }

  /// Whether its folder has the name of its experiment, and is not a copy.
  var isAtHome: Bool { record?.experiment == name }

  /// What data the claims were tested on where that says nothing about the paper's; nil for its own kind.
  var strangeData: String? {
    guard let record else { return "data of which nothing is known" }
    if record.datasets.contains(where: \.isGenerated) { return "generated data, not the paper’s" }
    if let other = record.datasets.first(where: \.isForeign) { return other.note }
    return nil
  }
}

extension LossSummary {
  /// The means of curves; those of summary.csv where curves.csv holds but a part of the steps.
  init(_ curves: LossCurves, besides stored: [LossSummary]) {
    self.init(curves)
    guard let other = stored.first(where: { $0.panel == panel && $0.optimizer == optimizer }) else { return }
    if other.mean.count > mean.count { self = other }
    learningRate = other.learningRate
  }
}
