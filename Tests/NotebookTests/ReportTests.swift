import Foundation
import Foundations
import Imaging
import MetaTraining
import Tables
import TestSupport
import Testing

@testable import Notebook

@Suite("Report") struct ReportTests {
  /// Keeps reports of the fixture in the folder that $L2L_FIXTURE names, to be looked at or opened by Tests/Pages.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["L2L_FIXTURE"] != nil)) func keepFixture() throws {
    let output = try #require(ProcessInfo.processInfo.environment["L2L_FIXTURE"])
    try ReportFixture.make("fig3-mnist", panels: ["MNIST", "MNIST 100-200"], in: output)
    try ReportFixture.make("fig4-quadratics", panels: ["Quadratics"], in: output)
    try ReportFixture.make("fig5-transfer", panels: ["40 units", "2 layers", "ReLU"], in: output, holds: false)
    try ReportFixture.make("fig7-cifar", panels: ["CIFAR-10", "CIFAR-5", "CIFAR-2"], in: output, trials: 3)
    try ReportFixture.make("fig8-neural-art", panels: ["Art 64", "Art 128"], in: output, generated: true)
  }

  @Test("A rebuild from the files alone leaves the same bytes as the run") func rebuild() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    let made = ["fig3-mnist/index.html", "fig3-mnist/losses.svg", "fig3-mnist/notebook.ipynb", "index.html"]
    let before = try made.map(folder.text)
    let picture = try #require(FileManager.default.contents(atPath: "\(folder.path)/fig3-mnist/losses.png"))
    for name in made + ["fig3-mnist/losses.png"] {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    }
    let result = try ReportWriter.rebuild(folder.path)
    #expect(result == ReportWriter.Result(pages: 1, warnings: [], counted: 2, reproduced: 2, allHold: true))
    #expect(try made.map(folder.text) == before)
    #expect(FileManager.default.contents(atPath: "\(folder.path)/fig3-mnist/losses.png") == picture)
  }

  @Test("A report that is moved elsewhere rebuilds to the same page, and has no path of where it was") func moved()
    throws
  {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: first.path)
    try FileManager.default.createDirectory(atPath: second.path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(first.path)/fig3-mnist", toPath: "\(second.path)/fig3-mnist")
    _ = try ReportWriter.rebuild(second.path)
    let page = try second.text("fig3-mnist/index.html")
    #expect(page == (try first.text("fig3-mnist/index.html")))
    #expect(!page.contains(first.path) && !page.contains(second.path))
  }

  @Test("A rate that was taken at the edge of those tried is said to be there") func edge() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    let note = "at the edge of what was tried"
    #expect(try !folder.text("fig3-mnist/index.html").contains(note))
    var isTaken = false
    let rows = try folder.text("fig3-mnist/tuning.csv").split(separator: "\n").filter { row in
      defer { if row.contains(",NAG,") && row.hasSuffix("true") { isTaken = true } }
      return !row.contains(",NAG,") || !isTaken
    }
    let table = rows.map { $0 + "\n" }.joined()
    try AtomicFile.write(table.utf8, to: "\(folder.path)/fig3-mnist/tuning.csv")
    _ = try ReportWriter.rebuild(folder.path)
    #expect(try folder.text("fig3-mnist/index.html").components(separatedBy: note).count == 2)
  }

  @Test("The page of an experiment at work is left to it") func inUse() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    let own = HTML.page(title: "its own", description: "", body: "")
    try AtomicFile.write(own.utf8, to: "\(folder.path)/fig3-mnist/index.html")
    let lock = try FileLock("\(folder.path)/fig3-mnist/.lock", protecting: "the report")
    let result = try ReportWriter.rebuild(folder.path)
    #expect(result.warnings.count == 1 && result.warnings[0].contains("in use by process"))
    #expect(try folder.text("fig3-mnist/index.html") == own)
    #expect(result.reproduced == 2)
    withExtendedLifetime(lock) {}
  }

  @Test("A folder with another's page is left alone") func foreignPages() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    for (name, text) in [
      ("run.json", "{\"name\": \"my run\"}"), ("index.html", "<h1>mine</h1>"), ("notebook.ipynb", "mine"),
    ] {
      try folder.write("foo/\(name)", Array(text.utf8))
    }
    #expect(try ReportWriter.rebuild(folder.path).pages == 1)
    #expect(try folder.text("foo/index.html") == "<h1>mine</h1>" && folder.text("foo/notebook.ipynb") == "mine")
  }

  @Test("The picture follows the CSV") func pictureFollows() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    let before = try folder.text("fig3-mnist/losses.svg")
    var curves = try CSVFiles.readCurves("\(folder.path)/fig3-mnist/curves.csv")
    curves[0].losses[0][50] = 0.01
    try AtomicFile.write(CSVFiles.curves(curves), to: "\(folder.path)/fig3-mnist/curves.csv")
    _ = try ReportWriter.rebuild(folder.path)
    #expect(try folder.text("fig3-mnist/losses.svg") != before)
  }

  @Test("Rates that an earlier run tried are called so") func triedBefore() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.copy(to: folder.path)
    #expect(try !folder.text("fig3-mnist/index.html").contains("tried before"))
    let record = try folder.text("fig3-mnist/run.json")
    let tried = record.replacing(
      "\"settings\" : {", with: "\"settings\" : { \"rates\" : \"tried before, at 1fd2072\",", maxReplacements: 1)
    try AtomicFile.write(tried.utf8, to: "\(folder.path)/fig3-mnist/run.json")
    _ = try ReportWriter.rebuild(folder.path)
    #expect(try folder.text("fig3-mnist/index.html").contains("Rates were tried before, at 1fd2072.</p>"))
  }

  @Test("The page has every part in the order of its contract, and the paper's numbers beside ours") func parts() throws
  {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    let page = try folder.text("fig3-mnist/index.html")
    let positions = ["claims", "figure", "numbers", "deviations", "run", "training", "tuning", "notebook", "files"].map
    {
      page.firstRange(of: "<section id=\"\($0)\"")?.lowerBound
    }
    let found = positions.compactMap { $0 }
    #expect(found.count == positions.count && found == found.sorted())
    #expect(page.contains("<td class=\"number\">0.2556</td>"))
    #expect(page.contains("swift run fig3-mnist --episodes 1200"))
    #expect(!page.contains("src=\"http") && !page.contains("@import"))
  }

  @Test("Generated data is called so everywhere, is not counted and never called MNIST on the plot") func generated()
    throws
  {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path, generated: true)
    #expect(try ReportWriter.rebuild(folder.path).counted == 0)
    #expect(try folder.text("fig3-mnist/losses.svg").contains("Generated data (generated digits)"))
    #expect(try folder.text("fig3-mnist/index.html").contains("<strong>Generated data.</strong>"))
    #expect(try folder.text("index.html").contains("generated data, not the paper"))
    let drawing = try folder.text("fig3-mnist/losses.svg")
    #expect(!drawing.contains("class=\"curve paper"))
    #expect(drawing.contains("generated digits instead of MNIST"))
    #expect(!drawing.replacing("instead of MNIST", with: "").contains("MNIST"))
    #expect(try folder.text("fig3-mnist/index.html").contains("generated digits instead of MNIST: mean final loss"))
    let text = try PNG.text(in: [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("fig3-mnist/losses.png")))))
    #expect(text["Source"]?.contains("generated digits") == true)
    #expect(text["Settings"] == "preset quick, seed 1")
  }

  @Test("Other files than MNIST's, or a record that cannot be read, are no test of the paper's claims") func foreign()
    throws
  {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path, verified: false)
    #expect(try ReportWriter.rebuild(folder.path).counted == 0)
    #expect(try folder.text("index.html").contains("Using digits in MNIST's format"))
    #expect(try folder.text("fig3-mnist/index.html").contains("<strong>Other data.</strong>"))
    #expect(try folder.text("fig3-mnist/index.html").contains("The paper’s numbers beside ours"))
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    #expect(try ReportWriter.rebuild(folder.path).counted == 2)
    let page = try folder.text("fig3-mnist/index.html")
    #expect(!page.contains("SHA-256 sum that is known"), "there are no files")
    try folder.write("fig3-mnist/run.json", Array("{".utf8))
    #expect(try ReportWriter.rebuild(folder.path).counted == 0)
    #expect(try folder.text("index.html").contains("data of which nothing is known"))
  }

  @Test("A copy of a report counts only where there is no other") func copies() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path)
    try FileManager.default.copyItem(atPath: folder.path("fig3-mnist"), toPath: folder.path("fig3-old"))
    #expect(try ReportWriter.rebuild(folder.path).counted == 2)
    try FileManager.default.removeItem(atPath: folder.path("fig3-mnist"))
    #expect(try ReportWriter.rebuild(folder.path).counted == 2)
  }

  @Test("The overview counts claims of the paper and links each to its page") func overview() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.make("fig10-updates", panels: ["ReLU"], in: folder.path)
    try ReportFixture.make("fig3-mnist", panels: ["MNIST"], in: folder.path, holds: false)
    let page = try folder.text("index.html")
    #expect(page.contains("<strong>3 of 4</strong>"))
    #expect(page.contains("href=\"fig3-mnist/index.html#claim-2\""))
    let order = ["fig3-mnist/index.html\">", "fig10-updates/index.html\">"].map { page.firstRange(of: $0)?.lowerBound }
    #expect(try #require(order[0]) < #require(order[1]))
  }
}

@Suite("Damaged reports") struct DamagedReportTests {
  @Test(
    "What is missing or damaged is said in its place and as a warning; the rest is built",
    arguments: [
      ("curves.csv", "panel,optimizer,trial,step,loss\nMNIST,LSTM,1,1,2.3\nMNIST,LSTM,1,2", "numbers", "curves.csv"),
      ("curves.csv", "panel,optimizer,trial,step,loss\nMNIST,LSTM,1,1,2.3\nMNIST,LSTM,1,7,2.2\n", "numbers", "step 7"),
      ("curves.csv", "something,else\n1,2\n", "numbers", "other columns"), ("curves.csv", "", "numbers", "empty file"),
      ("tuning.csv", "panel,opt", "tuning", "tuning.csv"), ("training.csv", "\u{0}\u{1}", "training", "training.csv"),
      ("run.json", "{\"format\": 7}", "run", "run.json"), ("run.json", "{", "run", "damaged"),
      ("claims.json", "[{\"statement\": 1}]", "claims", "claims.json"),
      ("outputs.json", "null", "figure", "outputs.json"),
      ("map.json", "{}", nil, "map.json"), ("map.png", nil, nil, nil), ("main.swift", nil, "notebook", "main.swift"),
      ("summary.csv", nil, nil, "summary.csv"), ("claims.json", nil, "claims", "claims.json"),
    ] as [(String, String?, String?, String?)])
  func damaged(_ file: String, _ contents: String?, _ section: String?, _ warning: String?) throws {
    let folder = try TemporaryFolder()
    try ReportFixture.copy(to: folder.path)
    let path = "\(folder.path)/fig3-mnist/\(file)"
    if let contents { try AtomicFile.write(contents.utf8, to: path) } else { unlink(path) }
    let warnings = try ReportWriter.rebuild(folder.path).warnings
    if let warning {
      #expect(warnings.contains { $0.contains(path) && $0.contains(warning) })
    } else {
      #expect(warnings.isEmpty)
    }
    let page = try folder.text("fig3-mnist/index.html")
    #expect(page.contains("<section id=\"files\""))
    if let section {
      let start = try #require(page.firstRange(of: "<section id=\"\(section)\""))
      let rest = page[start.upperBound...]
      let end = try #require(rest.firstRange(of: "</section>"))
      #expect(rest[..<end.lowerBound].contains("Missing here."))
    }
    #expect(try folder.text("index.html").contains("fig3-mnist/index.html"))
  }

  @Test("Seconds that no clock has are shown as numbers", arguments: ["1e300", "-1e19", "\"inf\"", "\"nan\""])
  func seconds(_ text: String) throws {
    let folder = try TemporaryFolder()
    try ReportFixture.copy(to: folder.path)
    let record = try folder.text("fig3-mnist/run.json").replacing(
      /"seconds" : [0-9.e+-]+/, with: "\"seconds\" : \(text)")
    try AtomicFile.write(record.utf8, to: "\(folder.path)/fig3-mnist/run.json")
    #expect(try ReportWriter.rebuild(folder.path).warnings.isEmpty)
    let shown = ["1e300": "1.00e+300 s", "-1e19": "\u{2212}1.00e+19 s", "\"inf\"": "inf s", "\"nan\"": "nan s"]
    #expect(try folder.text("fig3-mnist/index.html").contains("The run took \(shown[text] ?? "")"))
  }

  @Test("A figure that is missing altogether is named") func missingFigure() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.copy(to: folder.path)
    for name in ["map.json", "map.png", "map.svg"] { unlink("\(folder.path)/fig3-mnist/\(name)") }
    let warnings = try ReportWriter.rebuild(folder.path).warnings
    #expect(warnings.count == 2 && warnings[0].contains("map.png") && warnings[1].contains("map.json"))
    #expect(try folder.text("fig3-mnist/index.html").contains("Missing here."))
  }

  @Test(
    "A file that can be read but is not the run's is named, and shown",
    arguments: ["curves.csv", "tuning.csv", "training.csv", "main.swift", "outputs.json", "map.json"])
  func changed(_ file: String) throws {
    let folder = try TemporaryFolder()
    try ReportFixture.copy(to: folder.path)
    let path = "\(folder.path)/fig3-mnist/\(file)"
    if file.hasSuffix(".csv") {
      let lines = try folder.text("fig3-mnist/\(file)").split(separator: "\n")
      try AtomicFile.write((lines.prefix(lines.count * 2 / 3).joined(separator: "\n") + "\n").utf8, to: path)
    } else if file == "outputs.json" {
      try AtomicFile.write("[]".utf8, to: path)
    } else {
      try AtomicFile.write((try folder.text("fig3-mnist/\(file)") + "\n").utf8, to: path)
    }
    let warnings = try ReportWriter.rebuild(folder.path).warnings
    #expect(warnings.count == 1 && warnings[0].hasPrefix("\(path): expected the file that the run wrote, found other"))
    let page = try folder.text("fig3-mnist/index.html")
    #expect(page.contains("Not as the run left it.</strong> Changed, cut off or gone since: \(file)."))
    #expect(!page.contains("Missing here."))
  }

  @Test("Names that lead out of the report are not followed") func escapes() throws {
    let folder = try TemporaryFolder()
    let reports = folder.path("Reports")
    try ReportFixture.copy(to: reports)
    try AtomicFile.write(
      folder.text("Reports/fig3-mnist/outputs.json").replacing("\"map\"", with: "\"../../map\"").utf8,
      to: "\(reports)/fig3-mnist/outputs.json")
    try folder.write("map.png", [1])
    _ = try ReportWriter.rebuild(reports)
    #expect(try !folder.text("Reports/fig3-mnist/index.html").contains("../../map.png\""))
  }
}
