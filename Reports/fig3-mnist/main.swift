//: # Figure 4, centre and right: a learned optimizer on MNIST
//:
//: The paper's Fig. 4, centre and right: an LSTM that was trained to optimize a small network on MNIST, against four
//: hand-made optimizers whose learning rates were tuned. *"The LSTM optimizer outperforms them by a significant
//: margin"*, and keeps that lead to step 200, twice as far as the paper's was trained.
import ArgumentParser
import Datasets
import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "fig3-mnist",
    abstract: "A learned optimizer, meta-trained on MNIST, against four tuned baselines (the paper's Fig. 4).",
    discussion: """
      Meta-trains the optimizer, tunes the learning rates of NAG, RMSprop, ADAM and SGD, runs all five on fresh \
      problems for twice the steps of training, tests the paper's claims and leaves a page under Reports.
      """)
  @OptionGroup var common: CommonOptions
  @Option(parsing: .unconditional, help: "Episodes a step of the meta-optimizer; each stage's own when left out.")
  var metaBatch: Int?
  @Option(parsing: .unconditional, help: "Meta-trainings, of which the best is kept; the preset's own when left out.")
  var trainings: Int?

  func validate() throws {
    for (option, value, most) in [("--meta-batch", metaBatch, 65536), ("--trainings", trainings, 1000)] {
      if let value, !(1...most).contains(value) { throw SettingError(option, value: value, expected: "1 to \(most)") }
    }
  }

  /// What the optimizers' files are called where the recipe is not the preset's.
  var variant: String {
    (metaBatch.map { "-batch\($0)" } ?? "") + (trainings.map { "-trainings\($0)" } ?? "")
  }
}

Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let horizon = preset == .smoke ? 20 : 100
  let trials = settings.common.trials ?? preset.choose(smoke: 4, quick: 32, paper: 128)

  //: ## Data: one half practises, the other half judges
  //:
  //: Meta-training and the tuning of baselines draw their problems from the first half of the training images,
  //: validation and the final comparison from the second. Validation chose among the weights on the same images, if not
  //: on the same problems: whether that matters, the test images tell at the end (not in preset quick).
  let digits = try Digits.load(
    settings.common.dataset, in: DataFolders(data: settings.common.data), fetching: notebook.fetcher(),
    generating: preset == .smoke ? 3_000 : 60_000)
  notebook.record(digits.provenance)
  let (practice, held) = digits.training.halves

  //: ## The network being optimized
  //:
  //: One hidden layer of 20 sigmoid units and a softmax over ten classes: $f(\theta)$ is the cross-entropy in nats on a
  //: minibatch of 128 digits, $\theta$ has 15,910 coordinates, and each training starts from
  //: $\theta_0 \sim N(0, \sigma^2)$.
  let network = MLP(inputs: practice.imageSize, hidden: [20])
  let practiceProblems = try Classification(network, on: practice, start: DigitRecipe.start)
  let examProblems = try Classification(network, on: held, start: DigitRecipe.start)
  notebook.sayHowStartsDiffer()

  //: ## The learned optimizer
  //:
  //: $\theta_{t+1} = \theta_t + g_t$ with $[g_t, h_{t+1}] = m(\nabla_t, h_t, \phi)$: a two-layer LSTM $m$ of 20 units is
  //: run on every coordinate with the same 5,141 weights $\phi$ and a state $h$ of its own. It is given the gradient as
  //: $(\log|\nabla|/p, \mathrm{sgn}\nabla)$ with $p = 10$, and $(-1, e^p \nabla)$ where $|\nabla| < e^{-p}$ (App. A); what
  //: it puts out is multiplied by 0.1.
  //:
  //: ADAM lowers $L(\phi) = E[\sum_t w_t f(\theta_t)]$ (eq. 3), with $w_t = 1$; later stages sum the logarithms of the
  //: losses. As in the paper the gradient of $L$ leaves out how $\theta_t$ changes $\nabla_t$ (Fig. 2), and is that of
  //: unrolls: of 20 steps, later of 50, and in preset paper at last of whole episodes of 200 (`MetaEpisode.swift` has
  //: it). Where a stage says "15 % of tiles backpropagated", the gradient is estimated from that share of all tiles of 32
  //: coordinates; a tile is drawn with a probability in proportion to the size of its summed gradients.
  //:
  //: Preset paper trains three times from different random weights, finishes each training on whole episodes, and goes
  //: on with the best by validation.
  var recipe = DigitRecipe.preset(preset)
  var (finish, encore) = (DigitRecipe.finish(preset), DigitRecipe.encore(preset))
  if let size = settings.metaBatch {
    (recipe, finish, encore) = (recipe.withMetaBatch(size), finish?.withMetaBatch(size), encore?.withMetaBatch(size))
  }
  if let trainings = settings.trainings { recipe.trainings = trainings }
  let recipes = [recipe, finish, encore].compactMap(\.self)
  for (stage, text) in recipes.flatMap(\.summaries) { notebook.record("stage \"\(stage)\"", text) }
  let (learned, trainings) = try notebook.timed("meta-training") { [recipe, finish, encore] in
    try notebook.digitOptimizer(recipe, finish: finish, encore: encore, variant: settings.variant, digits: digits)
  }
  notebook.print("Validation loss \(short(learned.validationLoss)) \(learned.keptAfter).")
  notebook.sayHowMetaTrainingDiffers(recipes, horizon: horizon)
  let longest = preset == .smoke ? horizon : recipes.longestHorizon

  //: ## Baselines
  //:
  //: Each at the best rate of one grid, refined once, by the mean loss of the last ten steps on practice problems. The
  //: running mean of RMSprop begins at zero, as in Torch, so that its first update is ten times its rate and throws the
  //: loss up; the paper's curve shows no such jump.
  let tuning = BaselineTuning(
    trials: preset == .smoke ? 2 : 8, steps: horizon, grid: preset == .smoke ? -4...1 : -8...3,
    workers: notebook.workers)
  let baselines = try notebook.timed("tuning") {
    try notebook.tuned(on: practiceProblems, panel: "MNIST", tuning: tuning)
  }

  //: ## Comparison
  //:
  //: All optimizers start from the same parameters and meet the same minibatches.
  let curves = try notebook.timed("evaluation") {
    try notebook.compared(
      [learned.optimizer], with: baselines, on: examProblems, panel: "MNIST", trials: trials, steps: 2 * longest)
  }
  try notebook.showTrainings(trainings, on: examProblems, trials: trials, horizon: horizon)
  var panels = [("MNIST", 1...horizon), ("MNIST 100-200", horizon...2 * horizon)]
  if longest > horizon { panels.append(("MNIST 200-400", 2 * horizon...2 * longest)) }
  for (panel, steps) in panels {
    // Every trial of every step would make a file of 8 MB.
    let last = preset == .paper ? steps.upperBound - 9...steps.upperBound : nil
    notebook.write(curves.cut(to: steps, panel: panel), everyTrialOf: last)
  }
  notebook.show(
    LossFigure(
      panels.map { .init($0, title: $1.lowerBound == 1 ? $0 : "MNIST, steps \($1.lowerBound)-\($1.upperBound)") },
      columns: panels.count, loss: "Loss (nats)",
      caption: "One hidden layer of 20 sigmoid units, minibatches of 128. The LSTM was meta-trained to step \(longest)."
    ),
    named: "losses", alt: "Loss over optimization steps for the learned optimizer and four tuned baselines")

  //: ## The paper's claims
  //:
  //: Those of step 200 are tested with an LSTM that was trained to step 100, as the paper's was. The one above was
  //: trained farther: what it comes to at 200 is a claim of our own.
  try notebook.checkMNISTClaims(curves, horizon: horizon, trained: longest)
  if preset != .quick {
    try notebook.checkShorterTraining(of: digits, on: examProblems, among: curves, trials: trials, horizon: horizon)
    let unseen = try Classification(network, on: digits.test, start: DigitRecipe.start)
    try notebook.checkUnseenImages(learned.optimizer, with: baselines, on: unseen, steps: horizon, held: curves)
  }
}
