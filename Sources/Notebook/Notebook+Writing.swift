import Foundation
import Foundations
import Tables

extension Notebook {
  /// Writes all files of the report, the data first and the page last.
  func writeReport(seconds: Double) throws {
    let before = try? RunRecord(readingFrom: "\(folder)/run.json")
    var contents = files
    if !curves.isEmpty {
      contents.append(("curves.csv", CSVFiles.curves(curves.map(\.part))))
      contents.append(("summary.csv", CSVFiles.summary(curves.map(\.summary))))
    }
    if !tuningRows.isEmpty { contents.append(("tuning.csv", CSVFiles.tuning(tuningRows))) }
    if !trainingRows.isEmpty { contents.append(("training.csv", CSVFiles.training(trainingRows))) }
    if let source { contents.append(("main.swift", source)) }
    contents.append(("claims.json", try JSON.bytes(claims)))
    contents.append(("outputs.json", try JSON.bytes(outputs)))
    let drawn = outputs.flatMap { $0.content.filesDrawnLater }
    let names = Set(contents.map(\.name) + drawn + ["run.json", "index.html", "notebook.ipynb"])
    let record = RunRecord(
      experiment: name, command: command, preset: options.preset.rawValue, seed: options.seed, settings: settings,
      revision: revision, machine: .current(), threads: workers.count, datasets: datasets,
      deviations: deviations, date: ISO8601DateFormatter().string(from: Date()), stages: stages.all, seconds: seconds,
      files: names.sorted(),
      checksums: contents.filter { !$0.name.hasSuffix(".png") && !$0.name.hasSuffix(".svg") }
        .reduce(into: [:]) { $0[$1.name] = FNV1a($1.bytes).text })
    contents.append(("run.json", try JSON.bytes(record)))
    AtomicFile.removeLeftovers(in: folder)
    let report = try replaceReport(by: contents)
    // Files of an earlier run that this one did not make would be taken for its results.
    for name in before?.files ?? [] where !names.contains(name) && isPlain(name) { unlink("\(folder)/\(name)") }
    for warning in try ReportWriter.writeOverview(with: report, in: options.output) { terminal.warn(warning) }
  }

  /// Writes the data to a folder beside the report, draws the page there and moves all into place, so that a disk that
  /// is full leaves the results and the page of an earlier run as they were.
  private func replaceReport(by contents: [(name: String, bytes: [UInt8])]) throws -> Report {
    let place = "\(folder)/.new"
    // Pages take the experiment's name from the folder's.
    let staged = "\(place)/\(name)"
    try? FileManager.default.removeItem(atPath: place)
    defer { try? FileManager.default.removeItem(atPath: place) }
    do {
      for file in contents { try AtomicFile.write(file.bytes, to: "\(staged)/\(file.name)") }
      var report = try ReportWriter.writePage(staged)
      try AtomicFile.moveContents(of: staged, to: folder, last: ["run.json", "notebook.ipynb", "index.html"])
      report.folder = folder
      return report
    } catch var error as FileError {
      error.file = error.file.replacingOccurrences(of: staged, with: folder)
      throw error
    }
  }
}

/// Whether a file may have that name, and stays within its folder.
func isPlain(_ name: String) -> Bool {
  !name.isEmpty && name.utf8.count <= 200 && !name.utf8.contains(0) && !name.hasPrefix("/")
    && !name.split(separator: "/").contains("..")
}

/// JSON with sorted keys, the same bytes for the same value. Numbers that JSON does not have are strings.
enum JSON {
  static func bytes(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder.withAllNumbers([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  static func read<Value: Decodable>(_: Value.Type, from path: String) throws -> Value {
    try read(Value.self, FileSource.contents(of: path, remedy: "run the experiment again"), from: path)
  }

  static func read<Value: Decodable>(_: Value.Type, _ bytes: [UInt8], from path: String) throws -> Value {
    do {
      return try JSONDecoder.withAllNumbers().decode(Value.self, from: Data(bytes))
    } catch {
      throw FileError(
        path, expected: "JSON as this version writes it", found: "something else (\(reason(error)))",
        remedy: "run the experiment again")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "no \"\(key.stringValue)\""
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(context.codingPath.isEmpty ? "all of it" : context.codingPath.map(\.stringValue).joined(separator: ".")) has "
        + "another type"
    default: "it is cut off or damaged"
    }
  }
}

extension RunRecord {
  /// - Throws: `FileError` where there is none, or one of another version.
  public init(readingFrom path: String) throws { self = try JSON.read(RunRecord.self, from: path) }
}
