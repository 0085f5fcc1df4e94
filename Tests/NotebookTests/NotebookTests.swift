import ArgumentParser
import Datasets
import Foundation
import Foundations
import MetaTraining
import Plotting
import TestSupport
import Testing

@testable import Notebook

@Suite("Notebook") struct NotebookTests {
  func notebook(in folder: TemporaryFolder, _ arguments: [String] = []) throws -> Notebook {
    let options = try CommonOptions.parse(arguments + ["--output", folder.path, "--quiet"])
    return try Notebook("fig0-test", options: options)
  }

  func fill(_ notebook: Notebook) {
    notebook.print("Some text")
    notebook.show(png: [1, 2, 3], named: "picture", alt: "A picture")
    notebook.show(LossFigure([.init("MNIST")]), named: "losses", alt: "Losses falling")
    notebook.write([LossCurves(panel: "MNIST", optimizer: "SGD", learningRate: 0.1, losses: [[2, 1], [3, .nan]])])
    notebook.write([
      TuningRow(
        panel: "MNIST", optimizer: "SGD", learningRate: 0.1, finalLoss: 1, standardError: .nan, trials: 1, diverged: 0,
        chosen: true)
    ])
    notebook.write([TrainingRow(stage: 1, episode: 1, metaLoss: 1, validationLoss: 2, best: true, diverged: 0)])
    notebook.record(Provenance(name: "generated digits", isGenerated: true, isVerified: false, note: ""))
    notebook.check(
      Claim(
        "a < b", paper: "\"by a margin\"", quantity: "a - b", ours: .nan, interval: Interval(-1, .infinity),
        reproduced: false))
  }

  @Test("What stages with a progress line do is not counted twice") func stages() throws {
    let times = StageTimes()
    times.add("Tuning baselines", .seconds(9))
    times.add("tuning", .seconds(9.5), lessThoseFrom: 0)
    times.add("loading", .seconds(2), lessThoseFrom: 1)
    times.add("Evaluating", .seconds(4))
    times.add("evaluation", .seconds(10), lessThoseFrom: 2)
    #expect(times.all.map(\.name) == ["Tuning baselines", "loading", "Evaluating", "evaluation"])
    #expect(times.all.map(\.seconds) == [9, 2, 4, 6])
  }

  @Test("An interval's ends are told from 1") func intervals() {
    #expect(Interval(0.2391, 0.2554).text == "0.239 to 0.255")
    #expect(Interval(1.00132, 1.00841).text == "1.001 to 1.008")
    #expect(Interval(1, 1.0584).text == "1.00 to 1.06" && Interval(.nan, 2).text == "nan to 2.00")
  }

  @Test("Every figure of generated data says so") func standIn() throws {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    fill(notebook)
    try notebook.show(
      Figure(panels: [Panel(title: "Sizes", series: [Series("a", from: 1, y: [1, 2])])], caption: "Of 20 trials."),
      named: "sizes", alt: "Sizes growing")
    try notebook.finish()
    for name in ["losses", "sizes"] {
      #expect(try folder.text("fig0-test/\(name).svg").contains("Generated data (generated digits)"))
    }
    #expect(try folder.text("fig0-test/sizes.svg").contains("Of 20 trials."))
  }

  @Test("A run leaves every file of the contract") func files() throws {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    fill(notebook)
    try notebook.finish()
    #expect(
      try folder.names("fig0-test") == [
        "claims.json", "curves.csv", "index.html", "losses.png", "losses.svg", "main.swift", "notebook.ipynb",
        "outputs.json", "picture.png", "run.json", "summary.csv", "training.csv", "tuning.csv",
      ])
    let record = try RunRecord(readingFrom: "\(folder.path)/fig0-test/run.json")
    #expect(record.files == (try folder.names("fig0-test")))
    #expect(record.datasets.first?.isGenerated == true)
    let claims = try JSON.read([Claim].self, from: "\(folder.path)/fig0-test/claims.json")
    #expect(claims.count == 1 && claims[0].ours.isNaN && claims[0].interval?.high == .infinity)
    #expect(!notebook.allHold)
    let held = Claim("ours", paper: "", quantity: "", ours: 1, reproduced: true, origin: .ours)
    var missed = held
    missed.reproduced = false
    for (claims, hold) in [([held], true), ([held, missed], false)] {
      let notebook = try self.notebook(in: folder)
      for claim in claims { notebook.check(claim) }
      #expect(notebook.allHold == hold, "our own claims count too")
    }
  }

  @Test("The source on the page is that which was run") func sourceOfTheRun() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("main.swift", Array("// before\n".utf8))
    let options = try CommonOptions.parse(["--output", folder.path("Reports"), "--quiet"])
    let notebook = try Notebook("fig0-test", options: options, source: source)
    try folder.write("main.swift", Array("// edited\n".utf8))
    try notebook.finish()
    #expect(try folder.text("Reports/fig0-test/main.swift") == "// before\n")
  }

  @Test("Somebody else's page is not written over") func foreignPage() throws {
    let folder = try TemporaryFolder()
    let page = try folder.write("index.html", Array("<title>My pages</title>".utf8))
    let error = try #require(throws: FileError.self) { _ = try self.notebook(in: folder) }
    #expect(error.file == page && error.found == "another page")
    #expect(throws: FileError.self) { try ReportWriter.rebuild(folder.path) }
    try FileManager.default.removeItem(atPath: page)
    let notebook = try notebook(in: folder)
    fill(notebook)
    try notebook.finish()
    _ = try self.notebook(in: folder)
  }

  @Test("Reports within the working copy are no change of the source") func outputIsNoChange() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("Experiments/a/main.swift", [1])
    let author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in [["init", "--quiet"], ["add", "."], author + ["commit", "--quiet", "-m", "a"]] {
      _ = try #require(Command.output(of: ["git", "-C", folder.path] + words))
    }
    try folder.write("my [reports]/fig0/run.json", [1])
    #expect(Revision.around(source, output: folder.path("my [reports]"))?.clean == true)
    #expect(Revision.around(source, output: "/elsewhere")?.clean == false)
    try folder.write("Experiments/a/main.swift", [2])
    #expect(Revision.around(source, output: folder.path("my [reports]"))?.clean == false)
  }

  @Test("The same run leaves the same bytes in all data files, whatever the number of threads") func sameBytes() throws
  {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    for (folder, threads) in [(first, "1"), (second, "3")] {
      let notebook = try notebook(in: folder, ["--threads", threads])
      fill(notebook)
      try notebook.finish()
    }
    for name in [
      "curves.csv", "summary.csv", "tuning.csv", "training.csv", "losses.svg", "claims.json", "outputs.json",
    ] {
      #expect(try first.text("fig0-test/\(name)") == second.text("fig0-test/\(name)"))
    }
  }

  @Test("Files of an earlier run do not stay beside those of a later one, strangers do") func staleFiles() throws {
    let folder = try TemporaryFolder()
    let first = try notebook(in: folder)
    fill(first)
    try first.finish()
    try AtomicFile.write([1], to: "\(folder.path)/fig0-test/mine.txt")
    try notebook(in: folder).finish()
    let names = try folder.names("fig0-test")
    #expect(!names.contains("losses.png") && !names.contains("curves.csv"))
    #expect(names.contains("mine.txt"))
  }

  @Test("A run that ends early leaves the earlier report as it was") func earlyEnd() throws {
    let folder = try TemporaryFolder()
    let first = try notebook(in: folder)
    fill(first)
    try first.finish()
    let before = try folder.text("fig0-test/outputs.json")
    let second = try notebook(in: folder)
    second.print("other")
    #expect(try folder.text("fig0-test/outputs.json") == before)
  }

  @Test("A folder that cannot be written is found out before any work") func readOnly() {
    #expect(throws: FileError.self) {
      let options = try CommonOptions.parse(["--output", "/dev/null/reports"])
      _ = try Notebook("fig0-test", options: options)
    }
  }

  @Test("What is shown belongs to the line that showed it, also by way of library code") func lines() throws {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    let line = #line + 1
    notebook.print("here")
    notebook.print("from elsewhere", line: 3, fileID: "Other/File.swift")
    notebook.timed("work") { notebook.print("from elsewhere", line: 3, fileID: "Other/File.swift") }
    #expect(notebook.outputs.map(\.line) == [line, line, line + 2])
    let early = [0, 0, 7, 9].map { CellOutput(line: $0, content: .text(text: "")) }
    #expect(early.placed.map(\.line) == [7, 7, 7, 9])
  }

  @Test("Curves of the same panel and optimizer replace the earlier ones") func replacedCurves() throws {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    for loss in [1, 2] as [Float] {
      notebook.write([LossCurves(panel: "MNIST", optimizer: "LSTM", learningRate: nil, losses: [[loss]])])
    }
    try notebook.finish()
    #expect(try folder.text("fig0-test/curves.csv").hasSuffix("loss\nMNIST,LSTM,1,1,2.0\n"))
  }

  @Test("Where curves.csv holds the last steps alone, means and figure are still of all steps") func partOfSteps()
    throws
  {
    let (whole, part) = (try TemporaryFolder(), try TemporaryFolder())
    for (folder, steps) in [(whole, nil), (part, 5...8)] {
      let notebook = try notebook(in: folder)
      let losses: [[Float]] = (0..<3).map { trial in (1...8).map { trial == 2 && $0 == 8 ? .nan : Float($0 + trial) } }
      notebook.write(
        [LossCurves(panel: "MNIST", optimizer: "ADAM", learningRate: 0.1, losses: losses)], everyTrialOf: steps)
      notebook.show(LossFigure([.init("MNIST")]), named: "losses", alt: "losses")
      try notebook.finish()
    }
    let rows = try part.text("fig0-test/curves.csv").split(separator: "\n")
    #expect(rows.count == 1 + 3 * 4 && rows[1] == "MNIST,ADAM,1,5,5.0")
    for name in ["summary.csv", "losses.svg"] {
      #expect(try part.text("fig0-test/\(name)") == whole.text("fig0-test/\(name)"), "\(name)")
    }
    let reports = [whole, part].map { Report(folder: "\($0.path)/fig0-test") }
    let finals = reports.map { FinalLoss.all(curves: $0.curves, summaries: $0.summaries, paper: nil) }
    #expect(finals[0].first?.steps == 1...8 && reports[1].summaries.first?.diverged == 1)
    #expect(finals[1].first?.ours == 5 && finals[1].first?.standardError == nil, "not all of its steps are there")
  }

  @Test("Where only ratios mean anything, a loss is divided by the LSTM's on the same trials") func ratiosOfTrials()
    throws
  {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    notebook.write([
      LossCurves(panel: "Art 64", optimizer: "LSTM", learningRate: nil, losses: [[1], [3]]),
      LossCurves(panel: "Art 64", optimizer: "SGD", learningRate: 1, losses: [[2.5], [.nan]]),
    ])
    try notebook.finish()
    let report = Report(folder: "\(folder.path)/fig0-test")
    let finals = FinalLoss.all(curves: report.curves, summaries: report.summaries, paper: try PaperCurves())
    #expect(finals.map(\.unit) == [nil, 1] && finals.map(\.ours) == [2, 2.5])
    let page = try folder.text("fig0-test/index.html")
    let row = try #require(page.components(separatedBy: "<th scope=\"row\">SGD").last)
    #expect(row.contains("<td class=\"number\">2.5"))
  }

  @Test("Of the many networks of Fig 6 the page shows the run's own table, the overview none") func architectures()
    throws
  {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    let panel = PaperCurves.architecturePanel(units: 20, layers: 1)
    notebook.write([LossCurves(panel: panel, optimizer: "ADAM", learningRate: 0.1, losses: [[2, 1]])])
    notebook.show(TextTable(["network", "ours"], rows: [[panel, "1"]]), caption: "Another table")
    notebook.show(TextTable(["network", "ours", "paper"], rows: [[panel, "1", "0.369"]]), caption: "Both")
    try notebook.finish()
    let page = try folder.text("fig0-test/index.html")
    let section = try #require(
      page.components(separatedBy: "<section id=\"numbers\"").last?.components(separatedBy: "</section>").first)
    #expect(section.contains("0.369") && !section.contains("Another table") && !section.contains("Ours over paper"))
    #expect(try !folder.text("index.html").contains(panel))
  }

  @Test("Large pictures stay beside the notebook, small ones are inside") func largePictures() throws {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    notebook.show(png: [UInt8](repeating: 7, count: 500_001), named: "large", alt: "A \"large\" one")
    notebook.show(png: [1, 2, 3], named: "small", alt: "A small one")
    try notebook.writeReport(seconds: 1)
    let file = try folder.text("fig0-test/notebook.ipynb")
    #expect(file.count < 50_000)
    #expect(file.contains(#"<img src=\"large.png\" alt=\"A &quot;large&quot; one\">"#) && file.contains("AQID"))
  }

  @Test("The time of a finished stage goes on record once") func progress() throws {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    let progress = notebook.progress("Tuning", of: 100)
    Workers(3).forEach(100) { _ in progress.advance(loss: .nan) }
    progress.finish()
    progress.finish()
    #expect(notebook.stages.all.map(\.name) == ["Tuning"])
  }
}
