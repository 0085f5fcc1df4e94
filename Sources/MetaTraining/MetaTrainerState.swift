import Foundations
import Optimizers

/// Everything that meta-training has come to: what a checkpoint holds.
struct MetaTrainerState: Equatable {
  /// Which training it is of, as text: all that its result depends on but what the optimizees are made of.
  let training: String
  /// One set of weights a group.
  var weights: [[Float]]
  /// Exponential average of the weights: what is evaluated.
  var average: [[Float]]
  var best: [[Float]]
  var bestValidation: Double = .infinity
  var adam: [Adam.State]
  var progress = Progress()
  var rows: [TrainingRow] = []

  /// Where training stands.
  struct Progress: Codable, Equatable {
    var stage = 0
    /// Episodes of this stage done.
    var episodeInStage = 0
    /// Episodes of all stages done.
    var episode = 0
    var diverged = 0
    /// Losses since the last row of the training curve.
    var lossSum = 0.0
    var lossCount = 0
  }

  init(_ initial: [[Float]], of training: String = "") {
    self.training = training
    weights = initial
    average = initial
    best = initial
    adam = initial.map { Adam(learningRate: 0).initialState(count: $0.count) }
  }

  /// One step of the meta-optimizer, unless the gradient holds a number that is not finite or is so large, clipped,
  /// that ADAM's running mean of squares would be infinite from then on.
  ///
  /// - Returns: whether the step was taken.
  mutating func step(_ gradients: [[Float]], rate: Float, clip: Float, averaging: Float) -> Bool {
    var square = 0.0
    for gradient in gradients { for g in gradient { square += Double(g) * Double(g) } }
    guard square.isFinite, min(square.squareRoot(), Double(clip)) < 1e19 else { return false }
    let norm = Float(square.squareRoot())
    let scale = norm > clip ? clip / norm : 1
    let adam = Adam(learningRate: rate)
    for group in weights.indices {
      let scaled = gradients[group].map { $0 * scale }
      scaled.withUnsafeBufferPointer { gradient in
        weights[group].withUnsafeMutableBufferPointer {
          adam.update($0, gradient: gradient, state: &self.adam[group], workers: .one)
        }
      }
      for k in weights[group].indices {
        average[group][k] += (1 - averaging) * (weights[group][k] - average[group][k])
      }
    }
    return true
  }
}
