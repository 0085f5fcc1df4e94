import Foundations
import LSTMKernels
import MetaTraining
import Notebook
import Recipes
import Testing

struct RecipeStudyTests {
  private let recipe = DigitRecipe.preset(.quick)

  /// The recipe with a change, and with another to each of its stages.
  private func changed(
    _ change: (inout DigitRecipe) -> Void = { _ in }, stages: (inout TrainingStage) -> Void = { _ in }
  ) -> DigitRecipe {
    var recipe = recipe
    change(&recipe)
    for k in recipe.stages.indices { stages(&recipe.stages[k]) }
    return recipe
  }

  @Test func eachAblationLeavesOutOnePart() {
    let expected = [
      ("full recipe", recipe),
      ("without wired start", changed { $0.initialWeights = .uniform }),
      (
        "without small images",
        changed {
          $0.pooling = 1
          $0.stages[0].episodes = 325
          $0.stages[0].validationInterval = 162
        }
      ),
      (
        "without cut margins",
        changed(
          { $0.margin = nil },
          stages: { ($0.episodes, $0.validationInterval) = ($0.episodes / 2, $0.validationInterval / 2) })
      ),
      ("without clipping", changed(stages: { $0.clip = .greatestFiniteMagnitude })),
      ("without averaging", changed { $0.averaging = 0 }),
      ("without logarithm", changed(stages: { $0.objective = .sum })),
      (
        "without sampled backpropagation",
        changed(stages: {
          ($0.episodes, $0.validationInterval) = $0.episodes == 1300 ? (471, 235) : (152, 25)
          $0.fraction = 1
        })
      ),
      ("without short horizons first", changed(stages: { $0.curriculum = 0 })),
      ("without range of starts", changed { $0.start = DigitRecipe.start }),
    ]
    let ablations = recipe.ablations
    #expect(ablations.map(\.name) == expected.map(\.0) + ["paper's formulas alone"])
    for (ablation, (name, expected)) in zip(ablations, expected) {
      #expect(ablation.recipe == expected, "\(name)")
      #expect(name == "full recipe" || expected != recipe, "\(name): the recipe has what is left out")
    }
  }

  @Test func higherRatesAreTriedWhereTheHighestIsTheBest() {
    let alone = recipe.formulasAlone
    func variant(_ rate: Float) -> RecipeStudy.Variant {
      var recipe = alone
      recipe.stages[0].learningRate = rate
      return RecipeStudy.Variant("alone", recipe)
    }
    func outcome(_ validation: Double) -> [RecipeStudy.Outcome] {
      [.init(validation: validation, problems: [], atTwice: 0)]
    }
    let variants = [variant(0.003), variant(0.01), variant(0.001)]
    let more = RecipeStudy.beyond(variants, [0.5, 0.4, 0.6].map(outcome))
    #expect(more.map { $0.recipe.stages.map(\.learningRate) } == [[0.02], [0.04]])
    #expect(Set((variants + more).map(\.name)).count == 3, "files are told apart by names and settings")
    #expect(RecipeStudy.beyond(variants, [0.4, 0.5, 0.6].map(outcome)).isEmpty)
    #expect(RecipeStudy.beyond([variant(0.04)], [outcome(1)]).count == 1, "0.1 is the limit")
    #expect(RecipeStudy.beyond([variant(0.08)], [outcome(1)]).isEmpty)
  }

  @Test func oneStageOfFewEpisodesIsEnoughForTheFormulas() {
    #expect(DigitRecipe.preset(.smoke).formulasAlone.stages.map(\.episodes) == [1])
    var single = recipe
    single.stages = [recipe.stages[1]]
    #expect(single.formulasAlone.stages.map(\.episodes) == [105])
  }

  @Test func everyTrainingIsARow() {
    let outcome = RecipeStudy.Outcome(validation: 0.25, problems: [0.25, 0.75], atTwice: .nan)
    let parts: [RecipeStudy.Part] = [
      ("search", [.whole(recipe)], [[outcome]]), ("ablation", [recipe.ablations[1]], [[outcome, outcome]]),
    ]
    let table = RecipeStudy.table(parts)
    #expect(
      ([table.header] + table.rows).map { $0.joined(separator: ",") } == [
        "part,recipe,seed,rates,validation_loss,loss_91_100,loss_191_200",
        "search,full recipe,1,0.01 0.003,0.25,0.5,nan",
        "ablation,without wired start,1,0.01 0.003,0.25,0.5,nan",
        "ablation,without wired start,2,0.01 0.003,0.25,0.5,nan",
      ])
  }

  @Test func excessesAreTestedProblemByProblem() {
    func outcome(_ problems: [Double]) -> RecipeStudy.Outcome { .init(validation: 0, problems: problems, atTwice: 0) }
    let recipe = [outcome([1, 2, 3]), outcome([3, 4, 5])]
    let variant = [outcome([1.5, 3, 4.5]), outcome([3.5, 4, 4.5])]
    let excess = RecipeStudy.excess(of: variant, over: recipe, stream: RandomStream(seed: 1))
    // Of .5, .5 and .5: the problems' differences are the same after both trainings taken together.
    #expect([excess.mean, excess.low, excess.high] == [0.5, 0.5, 0.5])
    let single = RecipeStudy.excess(of: [variant[0]], over: [recipe[0]], stream: RandomStream(seed: 1))
    #expect(single.mean == 1 && single.low < 0 && single.high > 2, "0.5, 1 and 1.5, with Student's interval")
  }

  @Test func thePapersFormulasAloneHaveNoneOfTheParts() throws {
    let alone = try #require(recipe.ablations.last).recipe
    #expect(alone.initialWeights == .uniform && alone.averaging == 0 && alone.start == DigitRecipe.start)
    let stage = try #require(alone.stages.first)
    #expect(alone.margin == nil && alone.stages.count == 1, "on full images, as the only stage of a recipe is")
    #expect(stage.episodes == 1300 / 16 + 420 / 4)
    #expect(stage.episodes / stage.validationInterval == 1300 / 650 + 420 / 70, "stopped as early as the recipe may be")
    #expect(stage.clip == .greatestFiniteMagnitude && stage.objective == .sum)
    #expect(stage.fraction == 1 && stage.curriculum == 0)
    #expect((stage.horizon, stage.unroll) == (100, 20), "as the paper has them")
    #expect(stage.learningRate == recipe.stages[1].learningRate)
  }

  @Test func randomRatesAreAllThatDiffers() {
    let variants = recipe.randomRates(200, stream: RandomStream(seed: 1))
    #expect(Set(variants.map(\.name)).count == 200)
    var factors: [Float] = []
    for variant in variants {
      var own = variant.recipe
      for k in own.stages.indices {
        factors.append(own.stages[k].learningRate / recipe.stages[k].learningRate)
        own.stages[k].learningRate = recipe.stages[k].learningRate
      }
      #expect(own == recipe)
    }
    #expect(Set(factors).count > 393, "each stage of each variant has a rate of its own")
    #expect(factors.allSatisfy { (0.1...10).contains($0) })
    // Log-uniformly: a quarter of them lies in each half of a decade.
    for lowest in [0.1, 0.316, 1, 3.16] as [Float] {
      let share = factors.count { (lowest..<3.163 * lowest).contains($0) }
      #expect((80...120).contains(share), "\(lowest): \(share) of 400")
    }
    let again = recipe.randomRates(200, stream: RandomStream(seed: 1))
    #expect(again.map(\.recipe) == variants.map(\.recipe))
    #expect(recipe.randomRates(1, stream: RandomStream(seed: 2))[0].recipe != variants[0].recipe)
  }
}
