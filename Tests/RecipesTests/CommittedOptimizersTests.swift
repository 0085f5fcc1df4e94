import Foundations
import MetaTraining
import Recipes
import Testing

/// Preset paper loads what is in Data/optimizers only where today's settings are those that it was trained with; where
/// they are not, it trains for hours.
struct CommittedOptimizersTests {
  private func settings(of name: String) throws -> String {
    try TrainedOptimizer(contentsOf: "\(ProjectFolder.path)/Data/optimizers/\(name).safetensors").settings
  }

  @Test(arguments: 1...3)
  func theyAreThoseOfTodaysDigitRecipe(training: Int) throws {
    let text = DigitRecipe.preset(.paper).text
    #expect(
      try settings(of: "fig3-mnist-paper-seed1-\(training)").hasPrefix("\(text) training \(training - 1) seed 1 "))
  }

  @Test(arguments: ["uniform", "gaussian"])
  func theyAreThoseOfTodaysQuadraticRecipe(elements: String) throws {
    let text = QuadraticRecipe.preset(.paper, elements == "uniform" ? .uniform : .gaussian).text
    #expect(try settings(of: "fig4-quadratics-\(elements)-paper-seed1").hasPrefix("\(text) training 0 seed 1 "))
  }
}
