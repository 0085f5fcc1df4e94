import Foundations
import MetaTraining

/// The mean over trials of one optimizer's losses at every step: the rows of summary.csv of one curve.
///
/// Means and errors are rounded to single precision, as the losses are that they come from and as the file holds them:
/// a page that is drawn again from the file is the same.
public struct LossSummary: Sendable, Equatable {
  public var panel: String
  public var optimizer: String
  public var learningRate: Double?
  public var firstStep: Int
  /// One for each step.
  public var mean: [Double]
  /// The standard error of the mean; nan for a single trial.
  public var standardError: [Double]
  /// Trials in the mean.
  public var trials: Int
  /// Trials with a loss that is not finite at any step. They are counted here and left out of the mean at every step,
  /// so that each mean of a curve is over the same problems.
  public var diverged: Int

  public init(_ curves: LossCurves) {
    panel = curves.panel
    optimizer = curves.optimizer
    learningRate = curves.learningRate
    firstStep = curves.firstStep
    let whole = curves.wholeTrials.map { curves.losses[$0] }
    trials = whole.count
    diverged = curves.losses.count - whole.count
    let steps = curves.losses.map(\.count).max() ?? 0
    mean = []
    standardError = []
    mean.reserveCapacity(steps)
    standardError.reserveCapacity(steps)
    for step in 0..<steps {
      let values = whole.compactMap { step < $0.count ? Double($0[step]) : nil }
      mean.append(Double(Float(Foundations.mean(values))))
      standardError.append(Double(Float(Foundations.standardError(values))))
    }
  }

  /// A summary to which steps are added.
  init(
    panel: String, optimizer: String, learningRate: Double?, firstStep: Int, trials: Int, diverged: Int,
    mean: [Double] = [], standardError: [Double] = []
  ) {
    self.panel = panel
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.firstStep = firstStep
    self.trials = trials
    self.diverged = diverged
    self.mean = mean
    self.standardError = standardError
  }

  /// The step of each mean.
  public var steps: [Int] { Array(firstStep..<firstStep + mean.count) }
}
