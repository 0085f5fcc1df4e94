import Foundations
import MetaTraining
import Notebook
import Recipes
import TestSupport
import Testing

struct ComparisonTests {
  private func curves(_ optimizer: String, _ losses: [Float]) -> LossCurves {
    LossCurves(panel: "MNIST", optimizer: optimizer, learningRate: nil, losses: losses.map { [$0] })
  }

  @Test func aBaselineThatDivergedOnceMayBeTheBest() throws {
    let folder = try TemporaryFolder()
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet"])
    let notebook = try Notebook("fig0-test", options: options, command: "swift run fig0-test")
    let (nag, adam) = (curves("NAG", [2, .nan, 4]), curves("ADAM", [5, 5, 5]))
    #expect([adam, nag].best(steps: 1...1)?.optimizer == "NAG")
    #expect(nag.noteOfBest(steps: 1...1).contains("1 of 3 trials"))
    #expect(!adam.noteOfBest(steps: 1...1).contains("trials"))
    // The problem that it diverged on is left out; an LSTM that diverged has no lead.
    #expect(notebook.difference(curves("LSTM", [1, 1, 2]), nag, steps: 1...1).mean == -1.5)
    #expect(notebook.difference(curves("LSTM", [1, 1, .infinity]), adam, steps: 1...1).high.isNaN)
  }

  @Test(arguments: [(0, true), (1, false)]) func anOptimizerThatRanAwayHasNoLead(_ runaways: Int, _ leads: Bool) throws
  {
    let folder = try TemporaryFolder()
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet"])
    let notebook = try Notebook("fig0-test", options: options, command: "swift run fig0-test")
    try notebook.checkQuadraticLead(
      [curves("LSTM", [1, 2, 1]), curves("ADAM", [5, 6, 5])], runaways: runaways, step: 1)
    #expect(notebook.claims.map(\.reproduced) == [leads])
  }
}
