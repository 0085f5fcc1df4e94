import Foundations
import MetaTraining
import Recipes
import Testing

/// Preset paper loads what is in Data/optimizers only where today's settings are those that it was trained with; where
/// they are not, it trains for hours.
struct CommittedOptimizersTests {
  private func kept(_ name: String) throws -> TrainedOptimizer {
    try TrainedOptimizer(contentsOf: "\(ProjectFolder.path)/Data/optimizers/\(name).safetensors")
  }

  private func settings(of name: String) throws -> String { try kept(name).settings }

  /// What follows a recipe and, where it went on from another, that one's weights.
  private func ending(_ training: Int) -> String {
    " training \(training) seed 1 data mnist code \(MetaTrainer.version)"
  }

  @Test(arguments: 0..<3)
  func theyAreThoseOfTodaysDigitRecipe(training: Int) throws {
    let (first, whole) = ("fig3-mnist-paper-seed1-\(training + 1)", "fig3-mnist-paper-whole-seed1-\(training + 1)")
    #expect(try settings(of: first) == DigitRecipe.preset(.paper).text + ending(training))
    let finish = try #require(DigitRecipe.finish(.paper))
    #expect(
      try settings(of: whole) == "\(finish.text) from \(kept(first).optimizer.checksum)" + ending(training))
  }

  @Test func theBestOfThemWentOnAndIsTheOneThatOtherFiguresUse() throws {
    let before = try (1...3).map { try kept("fig3-mnist-paper-whole-seed1-\($0)") }
    let best = try #require(before.min { $0.validationLoss < $1.validationLoss })
    let encore = try #require(DigitRecipe.encore(.paper))
    let last = try kept("fig3-mnist-paper-best-seed1")
    #expect(last.settings == "\(encore.text) from \(best.optimizer.checksum)" + ending(0))
    #expect(try kept("fig3-mnist").optimizer.checksum == last.optimizer.checksum)
  }

  @Test(arguments: ["uniform", "gaussian"])
  func theyAreThoseOfTodaysQuadraticRecipe(elements: String) throws {
    let text = QuadraticRecipe.preset(.paper, elements == "uniform" ? .uniform : .gaussian).text
    #expect(
      try settings(of: "fig4-quadratics-\(elements)-paper-seed1")
        == "\(text) training 0 seed 1 code \(MetaTrainer.version)")
  }
}
