import Foundation
import Foundations
import Plotting

/// Makes pages, notebooks and pictures from what runs left; trains nothing and needs no source.
public enum ReportWriter {
  /// What was rebuilt.
  public struct Result: Sendable, Equatable {
    public var pages: Int
    /// One sentence for each file that was missing or damaged; everything else is built all the same.
    public var warnings: [String]
    /// Claims of the paper that were tested on its own kind of data.
    public var counted: Int
    /// How many of them hold.
    public var reproduced: Int
    /// Whether all claims of all reports hold, our own too.
    public var allHold: Bool
  }

  /// Rebuilds the page and the notebook of every experiment in a folder, and the overview.
  ///
  /// - Throws: `FileError` if a page cannot be written.
  public static func rebuild(_ output: String, workers: Workers = .all) throws -> Result {
    try requireOwnOverview(in: output)
    let lock = try overviewLock(output)
    defer { withExtendedLifetime(lock) {} }
    var warnings: [String] = []
    let paper = paperCurves(&warnings)
    let names = names(in: output)
    let reports = try workers.map(names.count) { try rebuilt("\(output)/\(names[$0])", paper) }
    warnings += reports.flatMap(\.warnings)
    let overview = OverviewPage(reports, paper: paper)
    try AtomicFile.write(overview.html.utf8, to: "\(output)/index.html")
    let claims = overview.counted.map(\.claim)
    return Result(
      pages: reports.count, warnings: warnings, counted: claims.count, reproduced: claims.count { $0.reproduced },
      allHold: reports.allSatisfy { $0.claims.allSatisfy(\.reproduced) })
  }

  /// The report of a folder with its page written anew; as it is where an experiment is at work there, which will write
  /// it.
  private static func rebuilt(_ folder: String, _ paper: PaperCurves?) throws -> Report {
    do {
      let lock = try FileLock("\(folder)/.lock", protecting: folder)
      defer { withExtendedLifetime(lock) {} }
      AtomicFile.removeLeftovers(in: folder)
      return try written(Report(folder: folder).comparedWithRun(), paper: paper)
    } catch let error as LockedError {
      var report = Report(folder: folder).drawn(paper)
      report.add(
        Report.Problem(
          file: "index.html", message: "\(folder): in use by \(error.holder), which will write its page itself"))
      return report
    }
  }

  /// Writes the page of the experiment whose results lie in a folder.
  static func writePage(_ folder: String) throws -> Report {
    try written(Report(folder: folder), paper: try? PaperCurves())
  }

  /// Writes the overview of all experiments, one of which just ran, and gives warnings.
  static func writeOverview(with report: Report, in output: String) throws -> [String] {
    let lock = try overviewLock(output)
    defer { withExtendedLifetime(lock) {} }
    var warnings: [String] = []
    let paper = paperCurves(&warnings)
    let others = names(in: output).filter { $0 != report.name }.map { Report(folder: "\(output)/\($0)").drawn(paper) }
    let all = ([report] + others).sorted { precedes($0.name, $1.name) }
    try AtomicFile.write(OverviewPage(all, paper: paper).html.utf8, to: "\(output)/index.html")
    return warnings + report.problems.map(\.message)
  }

  /// - Throws: `FileError` where a folder's `index.html` is somebody else's, and not to be replaced.
  static func requireOwnOverview(in output: String) throws {
    let path = "\(output)/index.html"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let head = String(decoding: try FileSource(path).read(upTo: 2_000), as: UTF8.self)
    guard head.contains("<title>\(OverviewPage.title)</title>") else {
      throw FileError(
        path, expected: "an overview of reports, or nothing", found: "another page",
        remedy: "choose another folder with --output, or move the page away")
    }
  }

  /// One process at a time reads all reports and writes what they say: of two that end together, the last knows both.
  private static func overviewLock(_ output: String) throws -> FileLock {
    let lock = try FileLock("\(output)/.lock", protecting: "\(output)/index.html", waits: true)
    AtomicFile.removeLeftovers(in: output, of: "index.html")
    return lock
  }

  /// The experiments that have a report in a folder, fig4 before fig10.
  public static func names(in output: String) -> [String] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
    let marks = ["run.json", "claims.json", "outputs.json"]
    return folders.filter { folder in
      marks.contains { FileManager.default.fileExists(atPath: "\(output)/\(folder)/\($0)") }
        && isOwnOrNone("\(output)/\(folder)/index.html")
    }.sorted(by: precedes)
  }

  /// Whether a page is one of ours, or not there yet; one that cannot be read is no one else's.
  private static func isOwnOrNone(_ path: String) -> Bool {
    guard let head = try? FileSource(path).read(upTo: 2_000), !head.isEmpty else { return true }
    return String(decoding: head, as: UTF8.self).contains(HTML.mark)
  }

  static func precedes(_ a: String, _ b: String) -> Bool {
    a.compare(b, options: [.numeric, .caseInsensitive]) == .orderedAscending
  }

  private static func paperCurves(_ warnings: inout [String]) -> PaperCurves? {
    do {
      return try PaperCurves()
    } catch {
      warnings.append("\(error)")
      return nil
    }
  }

  private static func written(_ report: Report, paper: PaperCurves?) throws -> Report {
    let report = report.drawn(paper)
    for (name, figure) in report.lossFigures {
      let text = PictureText.chunks(
        title: report.title, command: report.record?.command ?? report.name,
        run: report.record.map { ($0.preset, $0.seed) }, standIn: report.standIn)
      try AtomicFile.write(try figure.png(text: text), to: "\(report.folder)/\(name).png")
      try AtomicFile.write(figure.svg(switchable: true).utf8, to: "\(report.folder)/\(name).svg")
    }
    let page = ReportPage(report, paper: paper)
    try AtomicFile.write(page.html.utf8, to: "\(report.folder)/index.html")
    try AtomicFile.write(try IPythonNotebook.json(of: report), to: "\(report.folder)/notebook.ipynb")
    return report
  }
}

extension Report {
  /// The generated data that the run was given in place of the real.
  var standIn: String? { record?.datasets.first(where: \.isGenerated)?.name }

  /// The report with its figures: those of losses drawn from the CSVs, the others as the run left them.
  func drawn(_ paper: PaperCurves?) -> Report {
    var report = self
    for output in outputs {
      guard case .figure(let name, let alt, _, let losses) = output.content, isPlain(name) else { continue }
      if let losses, !summaries.isEmpty {
        var figure = losses.figure(summaries, paper: paper, standIn: standIn)
        figure.alternativeText = alt
        report.lossFigures.append((name, figure))
        report.figures[name] = PageFigure(figure, alt: alt)
      } else if losses == nil, has("\(name).json") {
        do {
          report.figures[name] = try JSON.read(PageFigure.self, from: "\(folder)/\(name).json")
        } catch {
          report.add(Problem(file: "\(name).json", message: "\(error)"))
        }
      }
      if report.figures[name] == nil, !has("\(name).png"), !has("\(name).svg") {
        let missing = FileError(
          "\(folder)/\(name).png", expected: "a figure", found: "no file", remedy: "run the experiment again")
        report.add(Problem(file: "\(name).png", message: missing.description))
      }
    }
    return report
  }
}
