// An optimizer that is meta-trained on a family of one's own, kept in a file and compared with tuned ADAM.

// snippet.family
import LearningToLearn

let bowls = Functions(dimension: 2, sideBySide: 16) { random in
  let centre = [random.normal(), random.normal()]
  let steepness = [random.uniform(0.001, 0.01), random.uniform(0.1, 1)]
  return Function(start: [0, 0]) { theta, gradient in
    var loss: Float = 0
    for k in 0..<2 {
      let distance = theta[k] - centre[k]
      loss += steepness[k] * distance * distance
      gradient[k] = 2 * steepness[k] * distance
    }
    return loss
  }
}
// snippet.end

// snippet.train
let random = RandomStream(seed: 1)
let stage = TrainingStage(name: "bowls", episodes: 400, learningRate: 0.01, objective: .logarithm)
let trained = try MetaTrainer(CoordinatewiseLSTM()).train(
  [.init(stage, on: bowls)], validation: bowls, stream: random.stream("training"))
try trained.optimizer.save(to: "bowls.safetensors")
// snippet.end

// snippet.tune
let tuning = BaselineTuning(trials: 8, steps: 100, lastSteps: 1, grid: -3...0, refinements: 1, workers: .all)
let best = try tuning.tune(.adam, on: bowls, panel: "Bowls", stream: random.stream("tuning"))
// snippet.end

// snippet.compare
func finalLoss(_ optimizer: some Optimizer) throws -> Double {
  let curves = try evaluate(
    optimizer, on: bowls, panel: "Bowls", trials: 32, steps: 100, stream: random.stream("test"), workers: .all)
  return curves.finalLosses(last: 1).reduce(0, +) / 32
}
print("LSTM", try finalLoss(try LSTMOptimizer.load("bowls.safetensors").optimizer))
print("ADAM at rate \(best.learningRate)", try finalLoss(Adam(learningRate: Float(best.learningRate))))
// snippet.end
