import Foundation
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

  @Test(arguments: 0..<3)
  func theyAreThoseOfTodaysDigitRecipe(training: Int) throws {
    let (first, whole) = ("fig3-mnist-paper-seed1-\(training + 1)", "fig3-mnist-paper-whole-seed1-\(training + 1)")
    let recipe = DigitRecipe.preset(.paper)
    #expect(
      try settings(of: first) == TrainingSettings(recipe, data: "mnist", seed: 1, training: training).text)
    let finish = try #require(DigitRecipe.finish(.paper))
    #expect(
      try settings(of: whole)
        == TrainingSettings(
          finish, data: "mnist", seed: 1, training: training, start: kept(first).optimizer.checksum
        ).text)
  }

  @Test func theBestOfThemWentOnAndIsTheOneThatOtherFiguresUse() throws {
    let before = try (1...3).map { try kept("fig3-mnist-paper-whole-seed1-\($0)") }
    let best = try #require(before.min { $0.validationLoss < $1.validationLoss })
    let encore = try #require(DigitRecipe.encore(.paper))
    let last = try kept("fig3-mnist-paper-best-seed1")
    #expect(
      last.settings
        == TrainingSettings(encore, data: "mnist", seed: 1, training: 0, start: best.optimizer.checksum).text)
    #expect(try kept("fig3-mnist").optimizer.checksum == last.optimizer.checksum)
  }

  /// For whoever reads them with Python's safetensors.
  @Test func theirSettingsAreJSONAndNameTheSeed() throws {
    let folder = "\(ProjectFolder.path)/Data/optimizers"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".safetensors") }
    #expect(names.count >= 18)
    for name in names where !name.contains("-smoke-") && !name.contains("-quick-") {
      let settings = try TrainedOptimizer(contentsOf: "\(folder)/\(name)").settings
      let object = try JSONSerialization.jsonObject(with: Data(settings.utf8)) as? [String: Any]
      // Whoever runs this may have trained with other seeds.
      let seed = name.firstMatch(of: /-seed(\d+)/).flatMap { Int($0.1) } ?? 1
      #expect(object?["seed"] as? Int == seed, "\(name)")
      #expect(object?["recipe"] is [String: Any] || object?["factors"] is [String: Any], "\(name)")
    }
  }

  @Test(arguments: ["uniform", "gaussian"])
  func theyAreThoseOfTodaysQuadraticRecipe(elements: String) throws {
    let recipe = QuadraticRecipe.preset(.paper, elements == "uniform" ? .uniform : .gaussian)
    #expect(
      try settings(of: "fig4-quadratics-\(elements)-paper-seed1")
        == TrainingSettings(recipe, data: "quadratics", seed: 1, training: 0).text)
  }
}
