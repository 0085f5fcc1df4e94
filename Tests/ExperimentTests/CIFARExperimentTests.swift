import Foundation
import TestSupport
import Testing

@Suite(.serialized)
struct CIFARExperimentTests {
  @Test func leavesEveryFileOfTheContractWithSaneValuesTheSameForTheSameSeed() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let run = try SmokeRun.smoke("fig7-cifar", folder)
    #expect(run.exitCode == 0, "\(run.complaints)")
    #expect(run.output.contains("Page: "))
    let report = folder.path + "/fig7-cifar"
    for file in [
      "curves.csv", "summary.csv", "tuning.csv", "training.csv", "losses.png", "losses.svg", "claims.json", "run.json",
      "index.html", "notebook.ipynb", "accuracies.csv", "means.csv",
    ] { #expect(FileManager.default.fileExists(atPath: "\(report)/\(file)"), "\(file)") }
    #expect(!FileManager.default.fileExists(atPath: report + "/work"))
    let curves = try String(contentsOfFile: report + "/curves.csv", encoding: .utf8).split(separator: "\n")
    #expect(curves.first == "panel,optimizer,trial,step,loss")
    // Seven optimizers on each panel, two trials of 20 steps.
    #expect(curves.count == 1 + 3 * 7 * 2 * 20)
    let losses = curves.dropFirst().compactMap { Float($0.split(separator: ",").last ?? "") }
    #expect(losses.count == curves.count - 1)
    #expect(losses.allSatisfy { $0 > 0 && $0 < 10 })
    for (panel, optimizers) in [
      ("CIFAR-10", ["LSTM", "\"LSTM, unscaled\"", "\"LSTM, one for all\"", "NAG", "RMSprop", "ADAM", "SGD"]),
      ("CIFAR-5", ["LSTM", "\"LSTM, unscaled\"", "LSTM-sub", "NAG", "RMSprop", "ADAM", "SGD"]),
      ("CIFAR-2", ["LSTM", "\"LSTM, unscaled\"", "LSTM-sub", "NAG", "RMSprop", "ADAM", "SGD"]),
    ] {
      for optimizer in optimizers {
        #expect(curves.contains { $0.hasPrefix("\(panel),\(optimizer),") }, "\(panel) \(optimizer)")
      }
    }
    let page = try String(contentsOfFile: report + "/index.html", encoding: .utf8)
    #expect(page.contains("generated shapes") && page.contains("Labels of the subsets"))
    try SmokeRun.expectRepeats(
      "fig7-cifar", folder,
      files: [
        "curves.csv", "summary.csv", "tuning.csv", "training.csv", "losses.png", "losses.svg", "claims.json",
      ])
  }

  @Test func labelsThatMakeNoSenseEndInOneLine() throws {
    let folder = try TemporaryFolder()
    let run = try SmokeRun.run(
      "fig7-cifar",
      ["--preset", "smoke", "--dataset", "generated", "--labels", "1,2,3", "--output", folder.path])
    #expect(run.exitCode == 2)
    #expect(run.complaints.split(separator: "\n").count == 1, "\(run.complaints)")
  }
}
