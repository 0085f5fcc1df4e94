import Datasets
import Foundations
import LabelledData
import MetaTraining
import Notebook
import Recipes
import Testing

struct DigitRecipeTests {
  /// Small images, all bright or all nan: whoever looks at the latter shows it.
  private func images(poisoned: Bool) -> LabelledImages {
    var stream = RandomStream(seed: 1)
    return LabelledImages(
      width: 28, height: 28, channels: 1, classes: (0..<10).map { "\($0)" },
      pixels: (0..<50 * 784).map { _ in poisoned ? .nan : stream.uniform() }, labels: (0..<50).map { UInt8($0 % 10) })
  }

  private func train(practice: Bool, held: Bool) throws -> MetaTrainer.Result {
    try DigitRecipe.preset(.smoke).train(
      practice: images(poisoned: practice), held: images(poisoned: held), stream: RandomStream(seed: 1),
      workers: Workers(2))
  }

  @Test func recipesWithAnInfiniteNumberAreToldApartToo() {
    var recipe = DigitRecipe.preset(.smoke)
    recipe.stages[0].clip = .infinity
    let text = settingsText(recipe)
    recipe.stages[0].episodes += 1
    #expect(text != settingsText(recipe) && text.contains("inf"))
  }

  @Test func saysOfEachStageWhichStartsAndPixelsItPractisesOn() throws {
    let summaries = DigitRecipe.preset(.paper).summaries + (try #require(DigitRecipe.encore(.paper))).summaries
    #expect(summaries.map(\.stage).last == "wider starts, the best alone" && summaries.count == 4)
    #expect(summaries[0].text.hasSuffix("15 % of tiles backpropagated; starts of deviation 0.030 to 0.082"))
    #expect(
      summaries[3].text.hasSuffix(
        "starts of deviation 0.018 to 0.136, images without their 4 outermost rings of pixels"))
  }

  @Test func meetsNoTroubleOnSoundImages() throws {
    let result = try train(practice: false, held: false)
    #expect(result.diverged == 0)
    #expect(result.rows.allSatisfy { $0.metaLoss.isFinite && $0.validationLoss?.isFinite == true })
  }

  @Test func metaTrainingNeverSeesTheHeldHalf() throws {
    let result = try train(practice: false, held: true)
    #expect(result.diverged == 0)
    #expect(result.rows.allSatisfy { $0.metaLoss.isFinite && $0.validationLoss == .infinity })
  }

  @Test func validationNeverSeesThePracticeHalf() throws {
    let result = try train(practice: true, held: false)
    let episodes = DigitRecipe.preset(.smoke).stages.reduce(0) { $0 + $1.episodes }
    #expect(result.diverged == episodes, "every stage practises on that half")
    #expect(result.rows.allSatisfy { $0.metaLoss.isNaN && $0.validationLoss?.isFinite == true })
  }

  @Test func goesOnFromTheOptimizerThatItIsGiven() throws {
    let first = try train(practice: false, held: false).optimizer
    var recipe = try #require(DigitRecipe.finish(.paper))
    recipe.stages[0].episodes = 4
    recipe.stages[0].horizon = 10
    recipe.stages[0].unroll = 5
    recipe.stages[0].learningRate = 1e-7
    recipe.validationProblems = 2
    let next = try recipe.train(
      practice: images(poisoned: false), held: images(poisoned: false), from: first, stream: RandomStream(seed: 2),
      workers: Workers(2)
    ).optimizer
    let changes = zip(first.weights[0].weights, next.weights[0].weights).map { abs($0 - $1) }
    #expect(changes.contains { $0 > 0 } && changes.allSatisfy { $0 < 1e-5 }, "\(changes.max() ?? 0)")
  }

  @Test func settingsAsTextTellRecipesApart() {
    let texts = [Preset.smoke, .quick, .paper].map { settingsText(DigitRecipe.preset($0)) }
    #expect(Set(texts).count == 3 && texts.allSatisfy { !$0.isEmpty })
    var changed = DigitRecipe.preset(.quick)
    changed.stages[1].fraction += 0.01
    #expect(settingsText(changed) != texts[1])
    #expect(settingsText(DigitRecipe.preset(.quick)) == texts[1])
  }
}
