/// Losses of one optimizer on the problems of one panel of a figure.
public struct LossCurves: Sendable, Equatable, Codable {
  /// The panel as the paper's figures name it: "MNIST", "40 units", ...
  public var panel: String
  /// "LSTM", "LSTM-sub", "NAG", "RMSprop", "ADAM" or "SGD".
  public var optimizer: String
  /// The tuned rate of a hand-made optimizer; nil for a learned one.
  public var learningRate: Double?
  /// `losses[trial][k]` belongs to step `firstStep + k`: the loss at θ after that many updates less one, before the
  /// update made from it. The same trial of different optimizers has the same problem.
  public var losses: [[Float]]
  /// The step of the first loss kept.
  public var firstStep: Int

  /// How many losses the longest trial has.
  var length: Int { losses.map(\.count).max() ?? 0 }

  public init(panel: String, optimizer: String, learningRate: Double?, losses: [[Float]], firstStep: Int = 1) {
    self.panel = panel
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.losses = losses
    self.firstStep = firstStep
  }
}

/// One learning rate tried for one hand-made optimizer: a row of tuning.csv.
public struct TuningRow: Sendable, Equatable, Codable {
  public var panel: String
  public var optimizer: String
  public var learningRate: Double
  /// The mean final loss over the tuning problems that did not diverge.
  public var finalLoss: Double
  public var standardError: Double
  public var trials: Int
  public var diverged: Int
  /// Whether this is the rate that was taken.
  public var chosen: Bool

  public init(
    panel: String, optimizer: String, learningRate: Double, finalLoss: Double, standardError: Double, trials: Int,
    diverged: Int, chosen: Bool
  ) {
    self.panel = panel
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.finalLoss = finalLoss
    self.standardError = standardError
    self.trials = trials
    self.diverged = diverged
    self.chosen = chosen
  }
}

extension [TuningRow] {
  /// Whether the rate that was taken is the lowest or the highest of those tried, so that the best may lie beyond them.
  ///
  /// The rows are those of one optimizer on one panel, as `BaselineTuning` gives them.
  public var isChosenAtEdge: Bool {
    let rates = map(\.learningRate)
    return contains { $0.chosen && ($0.learningRate == rates.min() || $0.learningRate == rates.max()) }
  }
}

/// One point of the optimizer's own training curve: a row of training.csv.
public struct TrainingRow: Sendable, Equatable, Codable {
  /// The stage of the recipe, counting from 1.
  public var stage: Int
  /// Episodes of meta-training done so far, over all stages.
  public var episode: Int
  /// The mean loss over the steps of the episodes since the row before.
  public var metaLoss: Double
  /// The mean final loss on validation problems, where it was measured at this point.
  public var validationLoss: Double?
  /// Whether the weights of this point are the best so far.
  public var best: Bool
  /// Episodes so far that ended in a loss that is not finite.
  public var diverged: Int

  public init(stage: Int, episode: Int, metaLoss: Double, validationLoss: Double?, best: Bool, diverged: Int) {
    self.stage = stage
    self.episode = episode
    self.metaLoss = metaLoss
    self.validationLoss = validationLoss
    self.best = best
    self.diverged = diverged
  }
}
