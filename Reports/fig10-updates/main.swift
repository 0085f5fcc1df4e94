//: # Figure 10: what the learned optimizer proposes
//:
//: The paper's Figs. 10 to 13 (App. B): what the LSTM does while it paints, beside what ADAM and SGD would have done with
//: the same gradients. The paper says of its LSTM that it makes *bigger updates*, shows *some kind of momentum*, is *noisy
//: compared to ADAM*, and that its proposals, as a function of the gradient, are *similar to step functions*, at times *in
//: opposite direction* to ADAM's. Here ours is asked the same.
import ArgumentParser
import ConvolutionalRecipes
import Foundations
import MetaTraining
import Notebook
import Optimizers
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "fig10-updates",
    abstract: "The updates that a learned optimizer proposes while it paints (the paper's Figs. 10 to 13).",
    discussion: """
      Takes the optimizer of fig8-neural-art, lets it paint one photograph over, asks ADAM and SGD what they would have \
      done with the same gradients, and tests the paper's words on 1,000 coordinates. It looks at one painting, whatever \
      --trials says.
      """)
  @OptionGroup var common: CommonOptions
}

Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let steps = preset == .smoke ? 16 : 128
  notebook.ignoresTrials(because: "one painting is looked at")

  //: ## The optimizer and what it paints
  let materials = try notebook.artMaterials(generating: preset == .smoke ? 15 : 60)
  notebook.sayHowArtDiffers(materials)
  let trained = try notebook.artOptimizer(ArtRecipe.preset(preset), materials)
  let learned = trained.optimizer
  notebook.print("The optimizer: weights \(trained.keptAfter) of meta-training.")

  //: ## ADAM and SGD at their best rates
  let held = try materials.contents(.validation, workers: notebook.workers)
  let rates = try notebook.timed("tuning") {
    try notebook.tunedForArt(
      [.adam, .sgd], on: try materials.problems(held, side: 64), panel: "Art 64", steps: steps, materials)
  }
  let others = rates.map { $0.baseline.optimizer(learningRate: $0.learningRate) }

  //: ## Along the LSTM's trajectory
  //:
  //: A photograph that was never seen, painted by the LSTM at 64 pixels. All three are given the gradients that it
  //: meets there, for 1,000 of the 12,288 coordinates; two are drawn.
  let exam = try ArtExam(
    "Art 64", materials, style: ArtRecipe.practiceStyle, side: 64, steps: steps, trials: 1, workers: notebook.workers)
  let history = try notebook.kept("history", settings: "\(rates) \(learned.checksum)") {
    let progress = notebook.progress("Painting", of: steps, unit: "steps")
    defer { progress.finish() }
    return try UpdateHistory(
      exam.problems, over: exam.contents[0].image, by: learned, and: others, steps: steps, count: 1000,
      stream: notebook.random.stream("coordinates")
    ) { progress.advance() }
  }
  notebook.write([LossCurves(panel: "Art 64", optimizer: learned.name, learningRate: nil, losses: [history.losses])])
  try notebook.showUpdates(history, of: ["LSTM", "ADAM", "SGD"], places: [333, 666], side: 64)

  //: ## Over the gradient there might be
  //:
  //: At each step the history is what it was, and only the last gradient is another.
  let gradients = (-25...25).map { Float($0) * 20 }
  for (number, place) in [250, 500, 750].enumerated() {
    try notebook.showProposals(
      history, place: place, by: [learned] + others, gradients: gradients, steps: min(32, steps), side: 64,
      named: "proposals-\(number + 1)")
  }

  //: ## The paper's words, tested
  //:
  //: Bigger is counted step by step. ADAM divides a gradient by its size, so that where gradients keep their sign its
  //: updates are about as large as its rate, from the first step on. Its tuned rate is printed below, in shades of 255;
  //: the paper does not give the rate of its ADAM, whose updates in Fig. 10 stay within ±10. Momentum is what an update
  //: has in common with the one before, beyond what the gradients have, as SGD's updates show them. How much a proposal is
  //: like a step function is the share of its rise that lies within ±50. It changes in the course of an optimization: the
  //: mean over steps 4, 8, ..., 32 is taken. The LSTM goes against ADAM at a step where the two differ in sign.
  for (baseline, rate) in rates { notebook.print("\(baseline.rawValue)'s rate is \(shortNumber(rate, digits: 3)).") }
  func likenesses(_ optimizer: some Optimizer) throws -> [Double] {
    try notebook.kept("likeness \(optimizer.name)", settings: "every fourth step \(rates) \(learned.checksum)") {
      notebook.timed("Evaluating proposals of \(optimizer.name)") {
        notebook.stepLikenesses(
          history, by: optimizer, gradients: (-50...50).map { Float($0) * 10 },
          steps: Array(stride(from: 4, through: min(32, steps), by: 4)), count: preset == .smoke ? 20 : 1000)
      }
    }
  }
  notebook.checkUpdateClaims(history, stepLikenesses: (lstm: try likenesses(learned), adam: try likenesses(others[0])))
}
