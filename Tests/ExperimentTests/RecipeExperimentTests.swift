import Foundation
import TestSupport
import Testing

/// The study of the recipe at its smallest.
struct RecipeExperimentTests {
  @Test func leavesItsPageAndEveryTraining() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let run = try SmokeRun.run(
      "fig3-recipe", ["--preset", "smoke", "--dataset", "generated", "--threads", "2", "--output", folder.path])
    try #require(run.exitCode == 0, "\(run.complaints)")
    let report = folder.path + "/fig3-recipe"
    for file in ["ablation.png", "ablation.svg", "claims.json", "run.json", "index.html", "notebook.ipynb"] {
      #expect(FileManager.default.fileExists(atPath: "\(report)/\(file)"), "\(file)")
    }
    let rows = try String(contentsOfFile: report + "/trainings.csv", encoding: .utf8).split(separator: "\n")
    #expect(rows.first == "part,recipe,seed,rates,validation_loss,loss_91_100,loss_191_200")
    let parts = rows.dropFirst().map { $0.split(separator: ",") }
    #expect(parts.allSatisfy { $0.count == 7 && $0.dropFirst(4).allSatisfy { (Double($0) ?? .nan) > 0 } })
    let (search, ablation) = (parts.filter { $0[0] == "search" }, parts.filter { $0[0] == "ablation" })
    #expect(search.first?[1] == "full recipe" && ablation.first?[1] == "full recipe")
    // Of the formulas alone the best of the search goes into the ablation, under its name and with the same losses.
    let alone = try #require(ablation.last)
    #expect(alone[1].hasPrefix("paper's formulas alone"))
    #expect(search.contains { $0[1...] == alone[1...] })
    #expect(try SmokeRun.claims(in: report).map(\.ours.isFinite) == [true])
  }
}
