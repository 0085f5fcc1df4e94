//: # Figure 8: painting with a learned optimizer
//:
//: The paper's Figs. 8 and 9 (§3.4): an LSTM that was trained to paint photographs over in the style of one painting at
//: 64 x 64 pixels, against four hand-made optimizers whose rates were tuned, there and with a new painting at four times
//: the pixels. *"The LSTM optimizer outperforms all standard optimizers if the resolution and style image are the same
//: as the ones on which it was trained. Moreover, it continues to perform very well when both the resolution and style
//: are changed at test time."*
import ArgumentParser
import ConvolutionalRecipes
import Datasets
import Foundations
import MetaTraining
import Notebook
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "fig8-neural-art",
    abstract: "A learned optimizer that paints photographs in another's style (the paper's Figs. 8 and 9).")
  @OptionGroup var common: CommonOptions
}

Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let steps = preset == .smoke ? 16 : 128
  let trials = settings.common.trials ?? [.smoke: 2, .quick: 4, .paper: 24][preset] ?? 4

  //: ## Photographs, paintings and a network that looks at them
  let materials = try ArtMaterials(
    settings.common.dataset, in: DataFolders(data: settings.common.data), fetching: notebook.fetcher(),
    generating: preset == .smoke ? 15 : 60)
  notebook.record(materials.weights.provenance)
  notebook.record(materials.photographs.provenance)
  notebook.record(materials.paintings.provenance)

  //: ## The learned optimizer
  let recipe = ArtRecipe.preset(preset)
  for lesson in recipe.lessons { notebook.record("stage \"\(lesson.stage.name)\"", lesson.summary) }
  let learned = try notebook.timed("meta-training") { try notebook.artOptimizer(recipe, materials) }

  //: ## Baselines
  let held = try materials.contents(.validation, workers: notebook.workers)
  let practice = try materials.problems(held, side: 64)
  let rates = try notebook.timed("tuning") { try notebook.tunedForArt(on: practice, panel: "Art 64", steps: steps) }

  //: ## Comparison
  let exam64 = try ArtExam(
    "Art 64", materials, style: ArtRecipe.practiceStyle, side: 64, steps: steps, trials: trials,
    workers: notebook.workers)
  let exam128 = try ArtExam(
    "Art 128", materials, style: ArtRecipe.testStyle, orPlace: 1, side: 128, steps: steps,
    trials: preset == .paper ? trials : max(2, trials / 2), workers: notebook.workers)
  for exam in [exam64, exam128] {
    let painted = try notebook.painted(exam, by: learned.optimizer, and: rates)
    notebook.write(painted.map(\.curves))
    try notebook.checkArtClaims(painted.map(\.curves), panel: exam.panel, steps: steps)
  }
  notebook.show(
    LossFigure([.init("Art 64"), .init("Art 128")], loss: "Loss"), named: "losses",
    alt: "Loss over 128 steps for the learned optimizer and five hand-made ones, at 64 and 128 pixels")
}
