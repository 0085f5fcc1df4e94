import Foundations
import MetaTraining
import Tables
import Testing

@Suite("Loss summary") struct LossSummaryTests {
  @Test("Mean and standard error are those of the textbook") func textbook() {
    let summary = LossSummary(
      LossCurves(panel: "p", optimizer: "SGD", learningRate: 1, losses: [[1, 5], [2, 5], [6, 5]], firstStep: 101))
    #expect(summary.steps == [101, 102])
    #expect(summary.mean == [3, 5])
    // Squares 4 + 1 + 9 over 2 is a variance of 7; over 3 trials.
    #expect(summary.standardError[0] == Double(Float((7.0 / 3).squareRoot())), "in single precision")
    #expect(summary.standardError[1] == 0)
    #expect(summary.trials == 3 && summary.diverged == 0)
  }

  @Test("A diverged trial is counted and left out at every step") func diverged() {
    let summary = LossSummary(
      LossCurves(
        panel: "p", optimizer: "SGD", learningRate: 1, losses: [[1, 2], [9, .nan], [3, 4], [9, .infinity]]))
    #expect(summary.mean == [2, 3])
    #expect(summary.trials == 2 && summary.diverged == 2)
  }

  @Test("Where all diverged there is no mean") func allDiverged() {
    let summary = LossSummary(LossCurves(panel: "p", optimizer: "SGD", learningRate: 1, losses: [[.nan]]))
    #expect(summary.mean[0].isNaN && summary.standardError[0].isNaN && summary.trials == 0)
  }
}
