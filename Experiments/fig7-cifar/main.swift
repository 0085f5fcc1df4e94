//: # Figure 7: a learned optimizer on a convolutional network
//:
//: The paper's Fig. 7: two LSTMs, one for the kernels of a convolutional network and one for everything else, against four
//: tuned optimizers on CIFAR-10, and on five and two of its labels. *"The LSTM optimizer learns much more quickly than
//: the baseline optimizers"*, even where it was meta-trained on other labels than it is used on (LSTM-sub).
import ArgumentParser
import ConvolutionalRecipes
import Datasets
import Foundations
import Measurements
import MetaTraining
import Notebook
import Optimizers
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "fig7-cifar",
    abstract: "Two learned optimizers for a convolutional network on CIFAR-10, -5 and -2 (the paper's Fig. 7).",
    discussion: """
      Preset quick loads optimizers and rates that are in Data, if they fit the labels, as those of seed 1 do; for other \
      labels, and with --retrain, it trains small ones. A run of preset paper that was stopped goes on with its command.
      """)
  @OptionGroup var common: CommonOptions
  @Option(
    help: "The five labels of CIFAR-5, such as 0,1,5,8,9; CIFAR-2 has pairs of them. Without it the seed draws five.")
  var labels: String?
  @Option(
    parsing: .unconditional,
    help: "Draws of five labels, each with an LSTM-sub of its own; 1 in preset quick, else 2; not with --labels.")
  var draws: Int?

  func validate() throws {
    if let draws, !(1...10).contains(draws) { throw SettingError("--draws", value: draws, expected: "1 to 10") }
    if let labels { _ = try CifarLabels.draws(labels, count: 1, trials: 1, stream: RandomStream(seed: 0)) }
    if labels != nil, draws != nil { throw ValidationError("--labels and --draws exclude each other") }
  }
}

Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let steps = preset.choose(smoke: 20, quick: 200, paper: 1020)
  let early = preset == .smoke ? [20] : [50, 100, 200]
  let size = preset == .smoke ? CifarRecipe.Size.smoke : .full

  //: ## Images and labels
  //:
  //: Our reading of the paper's *"held-out test set"*: optimizers are meta-trained, and rates tuned, on problems made of
  //: the first half of the training images; they are compared on problems made of the second half, which only chose
  //: among the weights that meta-training went through. The 10,000 test images (2,000 of them in preset quick) only tell
  //: how well the networks classify that were trained there.
  var objects = try Objects.load(
    settings.common.dataset, in: DataFolders(data: settings.common.data), fetching: notebook.fetcher(),
    generating: preset == .smoke ? 2_000 : 50_000)
  notebook.record(objects.provenance)
  if preset == .quick { objects.test = objects.test.chosen(Array(0..<min(2_000, objects.test.count))) }
  // On CIFAR-10, -5 and -2, there a pair of labels each. (With fewer in preset quick some lead is not clear of 0.)
  let trials = preset.choose(smoke: [2, 2, 2], quick: [3, 6, 6], paper: [12, 12, 10])
  let labels = try CifarLabels.draws(
    settings.labels, count: settings.draws ?? preset.choose(smoke: 2, quick: 1, paper: 2),
    trials: settings.common.trials ?? trials[2], stream: notebook.random.stream("labels"))
  notebook.show(labels.table(of: objects.training.classes), caption: "Labels of the subsets")
  notebook.deviates(
    "CIFAR-5 has labels drawn at random, CIFAR-2 pairs of these, LSTM-sub is meta-trained on the other five.",
    because: "The paper does not say which labels it took.")

  //: ## The network being optimized
  //:
  //: Three convolutions of 16 channels and 5 x 5 kernels, each with batch normalisation, ReLU and 2 x 2 max-pooling, a
  //: fully connected layer of 32 units with batch normalisation, softmax: 22,682 parameters $\theta$, minibatches of 128.
  //: The paper names the layers; sizes are those of the authors' released code.
  let panels = [
    try CifarPanel("CIFAR-10", [(Array(0..<10), 0)], of: objects, size: size),
    try CifarPanel("CIFAR-5", labels.enumerated().map { ($1.five, $0) }, of: objects, size: size),
    try CifarPanel(
      "CIFAR-2", labels[0].pairs.indices.flatMap { pair in labels.enumerated().map { ($1.pairs[pair], $0) } },
      of: objects, size: size),
  ]
  notebook.sayHowCifarDiffers()

  //: ## Learned optimizers
  //:
  //: Batch normalisation makes coordinates of one layer differ from another's by orders of magnitude; the paper found one
  //: LSTM for all of them insufficient, and gave convolutional and fully connected layers an LSTM each. As in the released
  //: code, one of ours is for the kernels of convolutions and the other for everything else. LSTM-sub is the same, trained
  //: without the labels that it is tested on. A single LSTM of the same training is kept to test the paper's finding (not
  //: in preset quick). The committed ones began from an optimizer that an earlier preset quick of `fig3-mnist` had trained,
  //: kept as `fig7-cifar-start`; the horizon grew from 100 to 1,000 steps, and unrolls from 20 to 500: an optimizer that is
  //: trained to lower the loss of the next 50 steps learns steps that are small too early. Of each the weights with the
  //: lowest validation loss are kept, from whichever stage: the table tells.
  //:
  //: The meta-gradient, the paper's and ours, leaves out how a step changes later gradients, so the size of the steps
  //: that it teaches need not be the best. (Behind batch normalisation, for one, gradients shrink as kernels grow:
  //: large steps of kernels cost less than it says.) The updates of each LSTM are therefore multiplied by a factor,
  //: tuned on six practice problems (the baselines' rates on two, on CIFAR-2 on six). What that wins shows after step
  //: 300, and preset quick ends at 200: there they stay as they are.
  let recipe = CifarRecipe.preset(preset)
  for stage in recipe.stages { notebook.record("stage \"\(stage.training.name)\"", stage.summary) }
  let learned = try notebook.timed("meta-training") {
    try notebook.cifarOptimizers(recipe, scales: .preset(preset), objects: objects, labels: labels)
  }

  //: ## Comparison
  //:
  //: Each baseline has the best of five or more rates by its loss at the end of as many steps as are shown, or of 1,000;
  //: preset quick takes those of CIFAR-10 for all three panels. All optimizers meet the same starts and minibatches.
  var results: [CifarResult] = []
  var rates = try notebook.keptRates("fig7-cifar", ending: objects.provenance.ending)
  var baselines: [(baseline: Baseline, learningRate: Double)] = []
  for (panel, trials) in zip(panels, trials) {
    baselines = try notebook.tuned(panel, steps: steps, before: &rates, otherwise: baselines)
    let entrants =
      learned.entrants(on: panel) + baselines.map { CifarEntrant($0.baseline, learningRate: $0.learningRate) }
    results += try notebook.compared(
      entrants, on: panel, trials: settings.common.trials ?? trials, steps: steps)
  }
  // Every trial of every step would make a file of 3 MB: means.csv has the rest of what claims are made of.
  notebook.write(results.map(\.curves), everyTrialOf: preset == .paper ? steps - 99...steps : nil)
  notebook.write(results.means(of: early.map { $0 - 9...$0 } + [CifarResult.lastSteps(of: steps)]), to: "means.csv")
  notebook.show(
    LossFigure(
      panels.map { .init($0.name, window: 10) }, columns: 3, loss: "Loss (nats)",
      caption: "Means of ten steps each; three convolutions and a layer of 32, minibatches of 128."),
    named: "losses", alt: "Loss over optimization steps on CIFAR-10, CIFAR-5 and CIFAR-2")
  notebook.show(
    results.accuracyTable(panels.map(\.name)),
    caption: "Share of test images classified rightly after \(steps) steps, mean and standard error over trainings; "
      + "batch normalisation takes its statistics from each minibatch of test images",
    file: "accuracies.csv")

  //: ## What a step costs
  //:
  //: The meta-gradient is that of one step of an unroll of 20, with every coordinate backpropagated.
  let hand = Baseline.allCases.map { $0.optimizer(learningRate: 0.01) }
  let network = panels[0].choices[0].exam
  notebook.show(
    try notebook.stepTimes(
      "network", network, operations: network.operations, [learned.lstm] + hand, unroll: 20,
      repetitions: preset == .smoke ? 2 : 12),
    caption: "Milliseconds on one core, the quickest of some repetitions")

  //: ## The paper's claims
  try notebook.checkCifarClaims(results, steps: steps, early: early)
}
