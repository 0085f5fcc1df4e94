import Foundation
import Foundations
import TestSupport
import Testing

@testable import Notebook

@Suite("Running experiments in turn") struct ExperimentRunnerTests {
  @Test("One that fails stops no other, and what it said last is kept") func failures() throws {
    let folder = try TemporaryFolder()
    // No name of a variable, though it looks like one.
    let place = folder.path("a=b")
    func script(_ name: String, _ body: String) throws {
      try AtomicFile.write("#!/bin/sh\n\(body)\n".utf8, to: "\(place)/\(name)")
      chmod("\(place)/\(name)", 0o755)
    }
    try script("fig1", "echo working; echo 'error: no data' >&2; exit 3")
    try script("fig2", "echo \"$@\" > '\(folder.path)/arguments'")
    try script("fig3", "echo working; kill -9 $$")
    let options = try CommonOptions.parse(["--preset", "smoke", "--seed", "7", "--quiet", "--threads", "1"])
    let runner = ExperimentRunner(options: options, terminal: Terminal(quiet: true)) { name in
      name == "fig4" ? .failure(.init(text: "it does not build")) : .success("\(place)/\(name)")
    }
    let outcomes = try runner.run(
      ["fig1", "fig2", "fig3", "fig4", "fig5"].map { ExperimentListing(name: $0, title: "") })
    #expect(outcomes.map(\.exitCode) == [3, 0, 137, nil, nil])
    #expect(outcomes.map(\.failed) == [true, false, true, true, true])
    #expect(outcomes[0].complaint == "error: no data (exit code 3)")
    #expect(outcomes[2].complaint == "ended by signal 9 (perhaps out of memory); last said: working")
    #expect(outcomes[4].complaint == "\(place)/fig5 could not be started")
    #expect(outcomes[3].complaint == "it does not build")
    #expect(try folder.text("arguments").contains("--preset smoke --seed 7"))
  }

  @Test("Experiments are those that run a notebook, in the order of their numbers") func listing()
    throws
  {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("fig10-updates", "//: # Figure 10: updates\nNotebook.run(Settings.self) {"),
      ("fig4-quadratics", "//: # Figure 4, left\n//: Text.\nNotebook.run(Settings.self) {"),
      ("datasets", "//: # Datasets\nimport Datasets\n"), ("report", "// Makes pages.\nimport Notebook\n"),
    ] {
      try AtomicFile.write(text.utf8, to: "\(folder.path)/Experiments/\(name)/main.swift")
    }
    let all = ExperimentListing.all(in: folder.path)
    #expect(all.map(\.name) == ["fig4-quadratics", "fig10-updates"])
    #expect(all.map(\.title) == ["Figure 4, left", "Figure 10: updates"])
    #expect(try ExperimentListing.named(["fig10-updates"], in: folder.path).count == 1)
    #expect(throws: SettingError.self) { try ExperimentListing.named(["report"], in: folder.path) }
  }
}

@Suite("Progress") struct ProgressLineTests {
  @Test("Percent stays between 0 and 100, whatever was counted") func amount() {
    #expect(ProgressLine.amount(430, of: 1000, "episodes") == "43 %  430 of 1000 episodes")
    #expect(ProgressLine.amount(430, of: 1000, nil) == "43 %")
    #expect(ProgressLine.amount(1200, of: 1000, "steps").hasPrefix("100 %"))
    #expect(ProgressLine.amount(0, of: 0, "steps").hasPrefix("100 %"))
  }

  @Test("Time left counts only what this run did itself") func left() {
    #expect(ProgressLine.left(after: .seconds(10), done: 25, of: 100, from: 0) == .seconds(30))
    #expect(ProgressLine.left(after: .seconds(10), done: 75, of: 100, from: 50) == .seconds(10))
    #expect(ProgressLine.left(after: .seconds(10), done: 50, of: 100, from: 50) == nil)
    #expect(ProgressLine.left(after: .seconds(10), done: 100, of: 100, from: 0) == nil)
  }
}
