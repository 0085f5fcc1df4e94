import Foundation
import TestSupport
import Testing

/// The figures that put the optimizer of fig3-mnist to other uses, at their smallest.
struct TransferExperimentTests {
  private static let files = [
    "curves.csv", "summary.csv", "tuning.csv", "training.csv", "claims.json", "run.json", "index.html",
    "notebook.ipynb",
  ]

  private static func smoke(_ experiment: String, _ folder: TemporaryFolder, threads: Int = 3) throws -> SmokeRun {
    try SmokeRun.run(
      experiment,
      ["--preset", "smoke", "--dataset", "generated", "--threads", "\(threads)", "--output", folder.path + "/Reports"],
      in: folder.path)
  }

  /// A folder that passes for this project's, without optimizers.
  private static func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let curves = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Data/paper/curves.json")
    try FileManager.default.createDirectory(atPath: folder.path + "/Data/paper", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: curves.path, toPath: folder.path + "/Data/paper/curves.json")
    try Data().write(to: URL(fileURLWithPath: folder.path + "/Package.swift"))
    return folder
  }

  private static func text(_ folder: TemporaryFolder, _ file: String) throws -> String {
    try String(contentsOfFile: "\(folder.path)/Reports/\(file)", encoding: .utf8)
  }

  @Test(arguments: [
    (
      "fig5-transfer", ["transfer", "starts"], ["40 units", "2 layers", "ReLU"],
      ["LSTM", "NAG", "RMSprop", "ADAM", "SGD"]
    ),
    (
      "fig6-architectures", ["architectures", "advantage"], ["5 units, 1 layer", "20 units, 2 layers"],
      ["LSTM", "ADAM", "NAG"]
    ),
  ])
  func leavesEveryFileOfTheContractWithSaneValuesAndTheSameWithTheOptimizerLoaded(
    _ experiment: String, _ figures: [String], _ panels: [String], _ optimizers: [String]
  ) throws {
    let folder = try Self.project()
    defer { withExtendedLifetime(folder) {} }
    let run = try Self.smoke(experiment, folder)
    #expect(run.exitCode == 0, "\(run.complaints)")
    #expect(run.output.contains("has no fig3-mnist.safetensors"), "without one it is trained, and that is said")
    for file in Self.files + figures.flatMap({ ["\($0).png", "\($0).svg"] }) {
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/Reports/\(experiment)/\(file)"), "\(file)")
    }
    let curves = try Self.text(folder, "\(experiment)/curves.csv").split(separator: "\n")
    let losses = curves.dropFirst().compactMap { Float($0.split(separator: ",").last ?? "") }
    #expect(losses.count == curves.count - 1 && losses.allSatisfy { $0 > 0 && $0 < 20 })
    let summary = try Self.text(folder, "\(experiment)/summary.csv").split(separator: "\n")
    for panel in panels {
      let field = panel.contains(",") ? "\"\(panel)\"" : panel
      for optimizer in optimizers {
        let rows = summary.filter { $0.hasPrefix("\(field),\(optimizer),") }
        #expect(rows.count == 20, "the means of all steps of \(optimizer) on \(panel)")
        // Only the last ten steps are there trial by trial.
        let trials = Set(curves.filter { $0.hasPrefix("\(field),\(optimizer),") })
        #expect(trials.count == (experiment == "fig5-transfer" ? 3 : 2) * 10)
      }
    }
    let wide = experiment == "fig5-transfer" ? "\"2 layers, σ = 0.2\",LSTM," : "\"5 units, 2 layers, σ = 0.1\",LSTM,"
    #expect(summary.filter { $0.hasPrefix(wide) }.count == 20, "starts that are spread wider")
    if experiment == "fig6-architectures" {
      let rows = summary.filter { $0.hasPrefix("\"5 units, 1 layer, twice the steps\",NAG,") }
      let steps = rows.compactMap { Int($0.split(separator: ",")[5]) }
      #expect(steps == Array(31...40), "NAG runs on to twice the steps")
      let finals = try Self.text(folder, "\(experiment)/finals.csv").split(separator: "\n")
      #expect(finals.count == 1 + 4 * 3 * 2, "each trial of each optimizer on each network")
      let trial = "\"20 units, 2 layers\",NAG,2,"
      let ten = curves.filter { $0.hasPrefix(trial) }.compactMap { Double($0.split(separator: ",").last ?? "") }
      let final = finals.first { $0.hasPrefix(trial) }.flatMap { Double($0.split(separator: ",").last ?? "") }
      #expect(abs(try #require(final) - ten.reduce(0, +) / 10) < 1e-6)
    }
    let claims = try SmokeRun.claims(in: "\(folder.path)/Reports/\(experiment)")
    #expect(claims.count == (experiment == "fig5-transfer" ? 8 : 6) && claims.allSatisfy { $0.ours.isFinite })
    let page = try Self.text(folder, "\(experiment)/index.html")
    #expect(page.contains("generated digits"))
    try Self.expectRepeats(experiment, folder)
  }

  /// The same bytes on a single thread, and with the optimizer that the run trained in the place of the committed one.
  private static func expectRepeats(_ experiment: String, _ folder: TemporaryFolder) throws {
    let other = try project()
    defer { withExtendedLifetime(other) {} }
    #expect(try smoke(experiment, other, threads: 1).exitCode == 0)
    for file in ["curves.csv", "summary.csv", "tuning.csv", "training.csv", "claims.json"] {
      #expect(
        try text(folder, "\(experiment)/\(file)") == text(other, "\(experiment)/\(file)"), "\(file)")
    }
    let optimizers = folder.path + "/Data/optimizers"
    try FileManager.default.moveItem(
      atPath: optimizers + "/fig3-mnist-smoke-seed1-generated.safetensors",
      toPath: optimizers + "/fig3-mnist.safetensors")
    let run = try smoke(experiment, folder)
    #expect(run.exitCode == 0 && run.output.contains("Loaded fig3-mnist.safetensors"))
    #expect(run.output.contains("meets generated digits"), "where it was trained is said")
    #expect(
      try text(folder, "\(experiment)/curves.csv") == text(other, "\(experiment)/curves.csv"))
  }
}
