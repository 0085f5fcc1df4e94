import Foundation
import TestSupport
import Testing

@Suite(.serialized)
struct QuadraticsExperimentTests {
  private static let optimizers = ["LSTM", "NAG", "RMSprop", "ADAM", "SGD"]

  private static func lines(_ folder: TemporaryFolder, _ file: String) throws -> [String] {
    try String(contentsOfFile: "\(folder.path)/fig4-quadratics/\(file)", encoding: .utf8).split(separator: "\n")
      .map(String.init)
  }

  @Test func leavesEveryFileOfTheContractWithSaneValuesTheSameForTheSameSeed() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let run = try SmokeRun.smoke("fig4-quadratics", folder)
    #expect(run.exitCode == 0, "\(run.complaints)")
    for file in [
      "curves.csv", "summary.csv", "tuning.csv", "training.csv", "quantiles.csv", "losses.png", "losses.svg",
      "medians.png", "medians.svg", "claims.json", "run.json", "index.html", "notebook.ipynb",
    ] { #expect(FileManager.default.fileExists(atPath: "\(folder.path)/fig4-quadratics/\(file)"), "\(file)") }
    let curves = try Self.lines(folder, "curves.csv")
    #expect(curves.first == "panel,optimizer,trial,step,loss")
    // Two panels of five optimizers, three batches of 40 steps; the last step of two at the paper's rates.
    #expect(curves.count == 1 + 2 * 5 * 3 * 40 + 2 * 3)
    #expect(curves.filter { $0.hasPrefix("\"Quadratics, the paper's rates\",") }.count == 2 * 3)
    for panel in ["Quadratics", "\"Quadratics, Gaussian\""] {
      for optimizer in Self.optimizers {
        let rows = curves.filter { $0.hasPrefix("\(panel),\(optimizer),") }
        #expect(rows.count == 3 * 40)
        let losses = rows.compactMap { $0.split(separator: ",").last.flatMap { Float($0) } }
        #expect(losses.count == rows.count && losses.allSatisfy { $0 > 0 && $0 < 1e4 })
        // All start at the same points: 10/3 and 10 on average.
        let start = losses[0]
        #expect(panel == "Quadratics" ? (2...5).contains(start) : (5...15).contains(start))
      }
    }
    let quantiles = try Self.lines(folder, "quantiles.csv")
    #expect(quantiles.first == "panel,optimizer,step,functions,runaways,q10,q25,q50,q75,q90,q99")
    #expect(quantiles.count == 1 + 2 * 5 * 40)
    for row in quantiles.dropFirst() {
      let numbers = row.split(separator: ",").suffix(6).compactMap { Float($0) }
      #expect(numbers.count == 6 && numbers == numbers.sorted() && numbers[0] > 0)
    }
    let claims = try SmokeRun.claims(in: folder.path + "/fig4-quadratics")
    #expect(claims.count == 5 && claims.allSatisfy { $0.ours.isFinite })
    try SmokeRun.expectRepeats(
      "fig4-quadratics", folder,
      files: [
        "curves.csv", "summary.csv", "tuning.csv", "training.csv", "quantiles.csv", "losses.png", "medians.png",
        "claims.json",
      ])
  }

}
