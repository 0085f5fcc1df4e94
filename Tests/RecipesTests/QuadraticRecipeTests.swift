import Foundations
import MetaTraining
import Notebook
import Optimizees
import Recipes
import Testing

struct QuadraticRecipeTests {
  @Test func trainsTheSameWeightsWithAnyNumberOfThreads() throws {
    let results = try [1, 3].map {
      try QuadraticRecipe.preset(.smoke, .uniform).train(stream: RandomStream(seed: 1), workers: Workers($0))
    }
    #expect(results[0].optimizer.weights == results[1].optimizer.weights)
    #expect(results[0].diverged == 0 && results[0].validationLoss.isFinite)
    let lstm = results[0].optimizer.lstm
    #expect(lstm.p == nil && lstm.outputScale == 1, "neither preprocessing nor postprocessing")
    #expect(lstm.shape.weightCount == 5061)
  }

  @Test func aFewEpisodesLearnToDescend() throws {
    var recipe = QuadraticRecipe.preset(.quick, .uniform)
    recipe.stages = [TrainingStage(name: "first", episodes: 60, learningRate: 1e-2, validationInterval: 20)]
    recipe.validationFunctions = 64
    let trained = try recipe.train(stream: RandomStream(seed: 2), workers: Workers(2))
    // From 3.3 at the start.
    #expect(trained.validationLoss < 1)
    #expect((trained.rows.first?.validationLoss ?? 0) > trained.validationLoss)
  }

  @Test func settingsAsTextTellRecipesApart() {
    let recipes = [Quadratic.Elements.uniform, .gaussian].flatMap { elements in
      [Preset.smoke, .quick, .paper].map { QuadraticRecipe.preset($0, elements) }
    }
    #expect(Set(recipes.map { settingsText($0) }).count == 6)
    var changed = recipes[0]
    changed.functions += 1
    #expect(settingsText(changed) != settingsText(recipes[0]))
  }
}
