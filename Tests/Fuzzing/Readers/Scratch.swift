import Foundation
import Foundations

@testable import Notebook

/// Inputs as files, for readers that take a path.
enum Scratch {
  private static let folder: String = {
    let path = "\(NSTemporaryDirectory())/fuzz-\(getpid())"
    try? FileManager.default.createDirectory(atPath: "\(path)/report", withIntermediateDirectories: true)
    return path
  }()

  /// The path of a file with these bytes.
  static func file(_ bytes: [UInt8]) -> String {
    write(bytes, to: "\(folder)/input")
    return "\(folder)/input"
  }

  private static func write(_ bytes: some DataProtocol, to path: String) {
    let isWritten = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    if !isWritten { fatalError("cannot write \(path)") }
  }

  /// What `report` reads of a run.
  private static let reportFiles = [
    "run.json", "claims.json", "outputs.json", "curves.csv", "summary.csv", "tuning.csv", "training.csv", "main.swift",
    "figure.json",
  ]

  /// The paper's curves, which pages are compared with.
  private static let paper = try? PaperCurves()

  /// Makes the page of a run whose files stand in the input one after the other, each after a line "=== name".
  static func report(_ bytes: [UInt8]) throws {
    let report = "\(folder)/report"
    for name in reportFiles { unlink("\(report)/\(name)") }
    for part in Data(bytes).split(separator: Array("=== ".utf8)) {
      let name = String(decoding: part.prefix { $0 != 0x0A }, as: UTF8.self)
      guard reportFiles.contains(name) else { continue }
      write(part.drop { $0 != 0x0A }.dropFirst(), to: "\(report)/\(name)")
    }
    let drawn = Report(folder: report).drawn(paper)
    for (_, figure) in drawn.lossFigures {
      _ = figure.svg(switchable: true)
      // Pixels take most of the time.
      if bytes.count % 16 == 0 { _ = try figure.png(text: [:]) }
    }
    _ = ReportPage(drawn, paper: paper).html
    _ = try IPythonNotebook.json(of: drawn)
    _ = OverviewPage([drawn], paper: paper).html
  }
}
