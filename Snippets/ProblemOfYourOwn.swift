// The README's problem of one's own, which a test compares with this.

import LearningToLearn

/// f(θ) = Σ s (θ - c)², with steepness s and centre c drawn for each coordinate.
let bowls = Functions(dimension: 50) { random in
  let steepness: [Float] = (0..<50).map { _ in [0.0001, 0.001, 0.01][random.integer(below: 3)] }
  let centre = (0..<50).map { _ in random.normal() }
  return Function(start: [Float](repeating: 0, count: 50)) { theta, gradient in
    var loss: Float = 0
    for k in 0..<50 {
      let distance = theta[k] - centre[k]
      loss += steepness[k] * distance * distance
      gradient[k] = 2 * steepness[k] * distance
    }
    return loss
  }
}

let random = RandomStream(seed: 1)
let stage = TrainingStage(name: "bowls", episodes: 400, learningRate: 0.01)
let trained = try MetaTrainer(CoordinatewiseLSTM()).train(
  [.init(stage, on: bowls)], validation: bowls, stream: random.stream("training"))

func finalLoss(_ optimizer: some Optimizer) throws -> Double {
  let curves = try evaluate(
    optimizer, on: bowls, panel: "bowls", trials: 32, steps: 100, stream: random.stream("test"), workers: .all)
  return curves.finalLosses(last: 10).reduce(0, +) / 32
}
print("LSTM", try finalLoss(trained.optimizer))
for rate: Float in [0.03, 0.1, 0.3, 1] { print("ADAM at rate \(rate)", try finalLoss(Adam(learningRate: rate))) }

// One function, for the θ that it is brought to.
let (theta, losses) = try minimize(bowls, by: trained.optimizer, steps: 100, stream: random.stream("mine"))
print("From", losses[0], "to", losses[99], "and, one update later, θ =", theta.prefix(3), "…")
