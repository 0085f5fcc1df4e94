import MetaTraining
import Notebook

extension Notebook {
  /// Says in which starts the figures of small networks differ from the paper's.
  public func sayHowStartsDiffer() {
    deviates(
      "Starts are drawn with deviation \(DigitRecipe.start.median).",
      because: "The paper gives none. Of one deviation for all networks, with this one the final losses of our "
        + "hand-made optimizers lie nearest to the paper's: two layers decide that; with one layer it hardly matters, and "
        + "the curves' beginnings speak for narrower starts (fig5-transfer). The authors' released code has 0.01.")
  }

  /// Says that meta learning rates were not searched for as the paper's were.
  public func sayHowMetaRatesDiffer() {
    deviates(
      "Meta learning rates were set by hand, where the paper has random search.",
      because: "A training takes minutes to hours. On MNIST fig3-recipe tries random rates against those set by hand.")
  }

  /// Says how an optimizer for digits is meta-trained otherwise than the paper's.
  ///
  /// - Parameter horizon: the step to which the paper's was trained.
  public func sayHowMetaTrainingDiffers(_ recipes: [DigitRecipe], horizon: Int) {
    deviates(
      "Meta-training begins on images of a quarter of the pixels, from weights with a path of descent wired in, and ends "
        + "on the logarithm of the loss. Horizons begin short, unrolls grow beyond the paper's 20 steps, starts vary, "
        + "meta-gradients are clipped and estimated from a sample of coordinates, the meta learning rate falls, and the "
        + "average of the weights is kept.",
      because:
        "With the paper's formulas alone the optimizer ends higher: fig3-recipe measures what each part of preset "
        + "quick is worth.")
    sayHowMetaRatesDiffer()
    let longest = recipes.longestHorizon
    if options.preset == .paper {
      deviates(
        "Recipes of meta-training were compared by the losses of this comparison's own problems.",
        because: "So the recipe is one that does well on these; weights and rates were not chosen on them. The lead on "
          + "test images, on which nothing was chosen, is the last claim's.")
    }
    if longest > horizon, options.preset != .smoke {
      deviates(
        "Meta-training goes to step \(longest), the paper's to \(horizon).",
        because:
          "Longer episodes lower the loss at step \(horizon) too. What lies beyond the training horizon, as step "
          + "\(2 * horizon) does in the paper, is looked at up to step \(2 * longest), and the paper's claims of step "
          + "\(2 * horizon) are tested with an optimizer that was trained to step \(horizon).")
    }
  }
}

extension [DigitRecipe] {
  /// The last step of the longest episodes.
  public var longestHorizon: Int { flatMap(\.stages).map(\.horizon).max() ?? 0 }
}
