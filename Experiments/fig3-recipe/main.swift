//: # What the recipe for meta-training is worth
//:
//: The paper gives the objective of meta-training, ADAM as its optimizer, and says that the meta learning rate was found
//: by random search. With that alone ours ends at a higher loss after as much computing, so the optimizer of the MNIST
//: figures is trained by a recipe with more parts. Here random rates are tried against those of the recipe, which were set
//: by hand, and each part of it is taken away in turn.
import ArgumentParser
import Datasets
import Foundations
import MetaTraining
import Notebook
import Plotting
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "fig3-recipe",
    abstract: "Random meta learning rates against those of fig3-mnist, and an ablation of its recipe.",
    discussion: """
      Trains many optimizers side by side, a thread each. An optimizer that is done is kept in the report's work folder, \
      so that a study that was stopped goes on with the same command.
      """)
  @OptionGroup var common: CommonOptions
  @Option(parsing: .unconditional, help: "Random rates to try; the preset chooses when it is left out.")
  var candidates: Int?
  @Option(parsing: .unconditional, help: "Trainings of each variant from different random weights.") var seeds: Int?

  func validate() throws {
    if let candidates, !(0...1000).contains(candidates) {
      throw SettingError("--candidates", value: candidates, expected: "0 to 1000")
    }
    if let seeds, !(1...1000).contains(seeds) { throw SettingError("--seeds", value: seeds, expected: "1 to 1000") }
  }
}

Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let candidates = settings.candidates ?? preset.choose(smoke: 1, quick: 2, paper: 12)
  let seeds = settings.seeds ?? (preset == .paper ? 2 : 1)
  let trials = settings.common.trials ?? preset.choose(smoke: 2, quick: 16, paper: 64)

  //: ## The recipe
  //:
  //: Every variant is a whole training from scratch, as long as preset quick of fig3-mnist in preset paper, and an
  //: eighth of that in preset quick. (Preset paper of fig3-mnist goes on with longer unrolls, which are not studied here.)
  let digits = try Digits.load(
    settings.common.dataset, in: DataFolders(data: settings.common.data), fetching: notebook.fetcher(),
    generating: preset == .smoke ? 3_000 : 60_000)
  notebook.record(digits.provenance)
  var recipe = DigitRecipe.preset(preset == .smoke ? .smoke : .quick)
  // Smaller LSTMs show that all runs.
  if preset == .smoke { recipe.hidden = 5 }
  if preset == .quick {
    // Half as many validations, on half the problems: they would take a third of the time.
    recipe.validationProblems /= 2
    for k in recipe.stages.indices {
      recipe.stages[k].episodes /= 8
      recipe.stages[k].validationInterval = recipe.stages[k].episodes / 2
    }
  }
  for (stage, text) in recipe.summaries { notebook.record("stage \"\(stage)\"", text) }
  let study = RecipeStudy(
    digits: digits, random: notebook.random, workers: notebook.workers, trials: trials,
    folder: notebook.folder + "/work", seed: settings.common.seed)

  //: ## Random search of the meta learning rates
  //:
  //: Each stage's rate is drawn log-uniformly from a tenth to ten times the recipe's; the paper's formulas alone get as
  //: many candidates, and twice and four times the best rate where that is the highest. The best of them goes into the
  //: comparison below.
  let alone = recipe.formulasAlone
  var rivals = [.alone(alone)] + alone.randomRates(candidates, named: "paper's formulas alone", stream: notebook.random)
  var searched = [.whole(recipe)] + recipe.randomRates(candidates, stream: notebook.random) + rivals
  let search = notebook.progress("Searching rates, \(searched.count) trainings")
  let files = Set(study.files(searched, seeds: 1) + study.files(recipe.ablations + rivals, seeds: seeds))
  try notebook.clearUp(files.sorted(), first: settings.common.retrain)
  var found = try study.run(searched, seeds: 1, progress: search)
  search.finish()
  while case let more = RecipeStudy.beyond(rivals, Array(found.suffix(rivals.count))), !more.isEmpty {
    try notebook.clearUp(study.files(more, seeds: seeds), first: false)
    let progress = notebook.progress("Searching higher rates, \(more.count) trainings")
    found += try study.run(more, seeds: 1, progress: progress)
    (rivals, searched) = (rivals + more, searched + more)
    progress.finish()
  }
  var rates = TextTable(["candidate", "rates", "validation loss", "steps 91-100", "steps 191-200"])
  for (variant, outcomes) in zip(searched, found).sorted(by: { $0.1[0].validation < $1.1[0].validation }) {
    rates.append(
      [variant.name, variant.recipe.stages.map { significant($0.learningRate) }.joined(separator: ", ")]
        + [outcomes[0].validation, outcomes[0].atHorizon, outcomes[0].atTwice].map(short))
  }
  notebook.show(rates, caption: "Random search, best first")

  //: ## Ablation
  //:
  //: The same seeds for every variant, and the recipe's rates, which need not be the best ones where a part is missing.
  //: Losses are means over held-out problems and seeds. Intervals of differences (95 %) are over problems: how much
  //: trainings from other seeds differ is another matter, which the losses of the seeds tell.
  let best = zip(rivals, found.suffix(rivals.count)).min { $0.1[0].validation < $1.1[0].validation }?.0 ?? rivals[0]
  let variants = Array(recipe.ablations.dropLast()) + [best]
  let ablation = notebook.progress("Ablation, \(variants.count * seeds) trainings")
  let outcomes = try study.run(variants, seeds: seeds, progress: ablation)
  ablation.finish()
  notebook.write(
    RecipeStudy.table([("search", searched, found), ("ablation", variants, outcomes)]), to: "trainings.csv")
  let excesses = outcomes.map {
    RecipeStudy.excess(of: $0, over: outcomes[0], stream: notebook.random.stream("bootstrap"))
  }
  var table = TextTable(["recipe", "steps 91-100", "worse by", "interval", "steps 191-200", "seeds"])
  for (variant, (results, excess)) in zip(variants, zip(outcomes, excesses)) {
    let isWhole = variant.name == variants[0].name
    table.append([
      variant.name, short(mean(results.map(\.atHorizon))), isWhole ? "" : short(excess.mean),
      isWhole ? "" : "\(short(excess.low)) to \(short(excess.high))", short(mean(results.map(\.atTwice))),
      results.map { short($0.atHorizon) }.joined(separator: ", "),
    ])
  }
  notebook.show(table, caption: "What each part of the recipe is worth")
  let bars = Bars(
    variants.map(\.name), groups: [.init("loss", outcomes.map { mean($0.map(\.atHorizon)) })])
  try notebook.show(
    Figure(panels: [Panel(title: "Loss at steps 91-100", values: Axis("Loss (nats)"), bars: bars)], columns: 1),
    named: "ablation", alt: "Loss of the learned optimizer with each part of the recipe taken away")

  //: The recipe as a whole against the paper's formulas alone, with as much computing and at the best rate found.
  let lead = excesses[variants.count - 1]
  notebook.check(
    Claim(
      "The recipe trains a better optimizer than the paper's formulas alone", paper: "no such statement",
      quantity: "loss at steps 91-100 with the formulas alone less that of the recipe (nats)", ours: lead.mean,
      interval: Interval(lead.low, lead.high), reproduced: lead.low > 0, origin: .ours,
      note: "The interval is over problems, of means over \(seeds) seed\(seeds == 1 ? "" : "s")."))
}
