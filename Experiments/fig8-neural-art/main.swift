//: # Figure 8: painting with a learned optimizer
//:
//: The paper's Figs. 8 and 9 (§3.4): an LSTM that was trained to paint photographs over in the style of one painting at
//: 64 x 64 pixels, against four hand-made optimizers whose rates were tuned, there and with a new painting at four times
//: the pixels. *"The LSTM optimizer outperforms all standard optimizers if the resolution and style image are the same
//: as the ones on which it was trained. Moreover, it continues to perform very well when both the resolution and style
//: are changed at test time."*
import ArgumentParser
import ConvolutionalRecipes
import Foundations
import Measurements
import MetaTraining
import Notebook
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "fig8-neural-art",
    abstract: "A learned optimizer that paints photographs in another's style (the paper's Figs. 8 and 9).",
    discussion: """
      Meta-trains the optimizer and tunes NAG, RMSprop, ADAM and SGD (preset quick loads the optimizer and the rates that \
      preset paper left), lets all paint over the same photographs, tests the paper's claims and leaves a page with the \
      pictures under Reports. With --content, --style or --size it paints that one picture instead, whatever --trials says.
      """)
  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("A photograph to paint over, as PNG.", valueName: "file")) var content: String?
  @Option(help: ArgumentHelp("A painting whose style to take, as PNG.", valueName: "file")) var style: String?
  @Option(parsing: .unconditional, help: "Pixels of the longer side of that one picture, 32 to 1024.")
  var size: Int?

  mutating func validate() throws {
    (content, style) = (content.map(expandingTilde), style.map(expandingTilde))
    try SettingError.refuseEmpty("--content", content, expected: "a file")
    try SettingError.refuseEmpty("--style", style, expected: "a file")
    if let size { try ArtRequest.requireSize(size) }
  }

  var reportName: String { content ?? style == nil && size == nil ? "fig8-neural-art" : "painting" }
}

Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let steps = preset == .smoke ? 16 : 128
  let trials = settings.common.trials ?? preset.choose(smoke: 2, quick: 4, paper: 24)
  // Every trial of every step would make files of more than a megabyte.
  let written = preset == .paper ? steps / 2 + 1...steps : nil

  //: ## Photographs, paintings and a network that looks at them
  //:
  //: $f(\theta) = \alpha\,\mathrm{content} + \beta\,\mathrm{style} + \gamma\,\mathrm{smoothness}$ after Gatys et al.
  //: (2015), where $\theta$ are the pixels over 0 to 255. Content is the mean square by which the activations of VGG-19
  //: at conv4_2 differ from the photograph's, style that of their Gram matrices at conv1_1, conv2_1, conv3_1, conv4_1 and
  //: conv5_1 from the painting's, smoothness that of neighbouring pixels from each other.
  // Before anything is fetched for them.
  let (content, style) = try (settings.content.map(ArtRequest.Own.init), settings.style.map(ArtRequest.Own.init))
  let isPainting = settings.reportName == "painting"
  let materials = try notebook.artMaterials(
    bringing: content, style, painting: isPainting, generating: preset == .smoke ? 15 : 60)
  notebook.sayHowArtDiffers(materials)

  //: ## The learned optimizer
  //:
  //: One LSTM, with one state a coordinate: 12,288 of them at 64 pixels. It practises on photographs that are neither
  //: validated nor tested on, randomly cut and mirrored, all in the style of one painting.
  let recipe = ArtRecipe.preset(preset)
  for lesson in recipe.lessons { notebook.record("stage \"\(lesson.stage.name)\"", lesson.summary) }
  let request =
    isPainting ? try ArtRequest(content: content, style: style, size: settings.size ?? 128, materials) : nil
  if request == nil { try materials.require() }
  let learned = try notebook.timed("meta-training") {
    try notebook.artOptimizer(recipe, materials, painting: request != nil)
  }
  if let request {
    notebook.ignoresTrials(because: "one picture is painted")
    return try notebook.paint(request, materials, by: learned.optimizer, steps: steps)
  }

  //: ## Baselines
  //:
  //: Each at the rate that ends lowest on photographs for validation, in the style that was practised (of rates at which
  //: as few paintings as possible diverge). RMSprop's first update is ten times its rate (`fig3-mnist` says why), which
  //: holds its best rate down: that it ends further behind than in the paper tells more of it than of the LSTM.
  let held = try materials.contents(.validation, workers: notebook.workers)
  let rates = try notebook.timed("tuning") {
    try notebook.tunedForArt(on: try materials.problems(held, side: 64), panel: "Art 64", steps: steps, materials)
  }

  //: ## In the style that was practised
  //:
  //: Photographs that were never seen, from the same start for all: the photograph itself. L-BFGS, which people who
  //: paint like this use, looks at losses too and may evaluate several times before it moves; a step of it is one
  //: evaluation, and its curve the lowest loss so far.
  var exam64 = try ArtExam(
    "Art 64", materials, style: ArtRecipe.practiceStyle, side: 64, steps: steps, trials: trials,
    workers: notebook.workers)
  exam64.filmed = preset == .smoke ? 1 : 2
  let painted64 = try notebook.painted(exam64, by: learned.optimizer, and: rates)
  notebook.write(painted64.map(\.curves), everyTrialOf: written)

  //: ## In a new style, at four times the pixels
  //:
  //: Munch's The Scream at 128 pixels, 49,152 coordinates: neither was practised. The LSTM is as it was; the hand-made
  //: optimizers' rates are tuned anew, in this style and at this size. (Preset quick has no time for L-BFGS here.)
  var exam128 = try ArtExam(
    "Art 128", materials, style: ArtRecipe.testStyle, orPlace: 1, side: 128, steps: steps,
    trials: preset == .quick && settings.common.trials == nil ? trials / 2 : trials, workers: notebook.workers)
  exam128.filmed = exam64.filmed
  let rates128 = try notebook.tunedForArt(
    on: exam128.validation(held), panel: "Art 128", steps: steps, materials, otherwise: rates)
  let painted128 = try notebook.painted(
    exam128, by: learned.optimizer, and: rates128, hasLBFGS: preset != .quick)
  notebook.write(painted128.map(\.curves), everyTrialOf: written)
  notebook.show(
    LossFigure(
      [.init("Art 64", title: "Practised style, 64 pixels"), .init("Art 128", title: "New style, 128 pixels")],
      band: .standardError, caption: "Photographs painted over in \(steps) steps."), named: "losses",
    alt: "Loss over 128 steps for the learned optimizer and five hand-made ones, at 64 and 128 pixels")
  try notebook.showParts([(exam64, painted64), (exam128, painted128)], everyTrialOf: written)

  //: ## The pictures
  var triples = try notebook.triples(exam64, painted64, materials, count: 4)
  triples += try notebook.triples(exam128, painted128, materials, count: 4)
  if preset == .paper { triples += try notebook.otherStyles(materials, by: learned.optimizer, steps: steps) }
  try notebook.show(
    Gallery(
      triples, caption: "Painted by the learned optimizer: content, result, and the painting whose style it has."),
    named: "gallery")

  //: ## What a step costs
  //:
  //: At 64 pixels; the meta-gradient is that of one step of an unroll of 32, with every coordinate backpropagated.
  let practised = exam64.validation(held)
  notebook.show(
    try notebook.stepTimes(
      materials.usesOwnNetwork ? "the small network" : "VGG-19", practised, operations: practised.operations,
      [learned.optimizer] + Baseline.allCases.map { $0.optimizer(learningRate: 1) }, unroll: 32,
      repetitions: preset == .smoke ? 2 : 12),
    caption: "Milliseconds on one core, the quickest of some repetitions")

  //: ## The paper's claims
  try notebook.checkArtClaims(painted64.map(\.curves), panel: "Art 64", steps: steps)
  try notebook.checkArtClaims(painted128.map(\.curves), panel: "Art 128", steps: steps)
}
