import Foundation
import Imaging
import TestSupport
import Testing

/// `swift run optimize` as its users run it.
struct OptimizeTests {
  private let project: ScratchProject

  init() throws { project = try ScratchProject() }

  private func run(_ arguments: String...) throws -> SmokeRun {
    try SmokeRun.run("optimize", arguments + ["--preset", "smoke", "--output", "Reports"], in: project.path)
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(project.path)/\(name)"))
  }

  @Test func aTrainedOptimizerLeavesTableCurvesPathsAndPageTheSameEveryTime() throws {
    let first = try run("--train", "--function", "beale", "--steps", "30")
    #expect(first.exitCode == 0, "\(first.complaints)")
    for word in ["LSTM", "NAG", "RMSprop", "ADAM", "SGD", "loss at step 30"] { #expect(first.output.contains(word)) }
    let files = ["curves.csv", "summary.csv", "paths.png", "paths.svg", "losses.png"]
    let before = try files.map { try project.bytes("Reports/optimize/\($0)") }
    let page = String(decoding: try project.bytes("Reports/optimize/index.html"), as: UTF8.self)
    #expect(page.contains("paths") && page.contains("Beale"))
    #expect(page.contains(">Final losses</h2>") && !page.contains("Ours over paper’s"), "the paper has no numbers here")
    let picture = try PNG.decode([UInt8](before[2]))
    #expect(picture.width == 1280)
    #expect(try project.names("Data/optimizers") == ["optimize-beale-smoke-seed1.safetensors"])
    let second = try run("--train", "--function", "beale", "--steps", "30", "--retrain", "--threads", "1")
    #expect(second.exitCode == 0)
    #expect(try files.map { try project.bytes("Reports/optimize/\($0)") } == before)
    // What was trained is an optimizer like any other.
    let third = try run(
      "--optimizer", "Data/optimizers/optimize-beale-smoke-seed1.safetensors", "--rate", "0.01", "--steps", "20")
    #expect(third.exitCode == 0 && third.output.contains("0.01"), "\(third.complaints)")
  }

  @Test func aTableIsClassified() throws {
    // Separable by the first column.
    let rows = (0..<40).map { "\($0),\($0 * 7 % 11),\($0 < 20 ? "low" : "high")" }
    try write("size,noise,kind\n" + rows.joined(separator: "\n") + "\n", to: "sizes.csv")
    let run = try run("--table", "sizes.csv", "--train", "--steps", "40")
    #expect(run.exitCode == 0, "\(run.complaints)")
    #expect(run.output.contains("40 rows, 2 columns") && run.output.contains("100 %"))
    #expect(!(try project.names("Reports/optimize").contains("paths.png")))
  }

  @Test func mistakesAreOneSentence() throws {
    try write("size,kind\n1,a\nmuch,b\n", to: "bad.csv")
    let bad = try run("--table", "bad.csv", "--train")
    #expect(bad.exitCode == 3)
    #expect(bad.complaints.contains("bad.csv: expected a finite number in row 2, column \"size\", found \"much\""))
    #expect(try run("--table", "none.csv", "--train").exitCode == 3)
    #expect(try run("--optimizer", "none.safetensors").exitCode == 3)
    #expect(try run("--function", "parabola").exitCode == 2)
    #expect(try run("--steps", "1").exitCode == 2)
    #expect(try run("--rate", "-1").exitCode == 2)
    #expect(try run("--train", "--optimizer", "x").exitCode == 2)
    #expect(try run("--label", "x").exitCode == 2)
  }
}
