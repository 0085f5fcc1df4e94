// Meta-trains an optimizer on a family of this package's own, keeps it in a file, compares it with ADAM, and times a
// meta-iteration.
import Foundation
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

/// The mean loss of fresh bowls after 100 steps.
func finalLoss(_ optimizer: some Optimizer) throws -> Double {
  let stream = RandomStream(seed: 1).stream("test")
  let curves = try evaluate(
    optimizer, on: bowls, panel: "bowls", trials: 32, steps: 100, stream: stream, workers: .all)
  return curves.finalLosses(last: 10).reduce(0, +) / 32
}

/// Milliseconds that this process has had of a core.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return 1e3 * Double(time.tv_sec) + 1e-6 * Double(time.tv_nsec)
}

/// The shortest of some meta-iterations, in milliseconds of one core for 15,910 coordinates: 20 steps, and
/// backpropagation through them.
///
/// - Parameter coordinates: are computed; time is proportional to their number.
func metaIteration(coordinates: Int, repetitions: Int) throws -> Double {
  let steps = 20
  let lstm = try CoordinatewiseLSTM()
  var stream = RandomStream(seed: 1)
  let packed = PackedWeights(lstm.initialWeights(.wired, stream: stream), for: lstm)
  let history = GradientHistory(steps: steps, coordinates: coordinates)
  for t in 0...steps { for k in 0..<coordinates { history[t][k] = 0.01 * stream.normal() } }
  let (start, state) = (LSTMState(lstm, coordinates: coordinates), LSTMState(lstm, coordinates: coordinates))
  let lossWeights = [Float](repeating: 1, count: steps + 1)
  var update = [Float](repeating: 0, count: coordinates)
  let times = (0..<repetitions).map { _ in
    let before = processorTime()
    for t in 0..<steps {
      update.withUnsafeMutableBufferPointer {
        lstm.step(packed, state: state, gradient: UnsafeBufferPointer(history[t]), update: $0, workers: .one)
      }
    }
    _ = lstm.metaGradient(
      packed, starts: [start], history: history, range: 0..<coordinates, lossWeights: lossWeights,
      sample: .all(coordinates: coordinates), workers: .one)
    return processorTime() - before
  }
  return (times.min() ?? .nan) * 15_910 / Double(coordinates)
}

// A build without optimization is some hundred times as slow: there `--time-only` is enough.
if CommandLine.arguments.contains("--time-only") {
  print("meta-iteration \(try metaIteration(coordinates: 160, repetitions: 1)) ms, kernels \(VectorLevel.current)")
  exit(0)
}

let stage = TrainingStage(name: "bowls", episodes: 400, learningRate: 0.01)
let trained = try MetaTrainer(CoordinatewiseLSTM()).train(
  [.init(stage, on: bowls)], validation: bowls, stream: RandomStream(seed: 1).stream("training"))
try trained.optimizer.save(to: "bowls.safetensors")
let learned = try finalLoss(LSTMOptimizer.load("bowls.safetensors").optimizer)
let adam = try [0.03, 0.1, 0.3, 1].map { try finalLoss(Adam(learningRate: $0)) }.min() ?? .nan
let (theta, losses) = try minimize(
  bowls, by: trained.optimizer, steps: 100, stream: RandomStream(seed: 1).stream("mine"))
print("LSTM \(learned), ADAM at the best of four rates \(adam)")
print("one bowl of \(theta.count) coordinates from \(losses[0]) to \(losses[99])")
print("meta-iteration \(try metaIteration(coordinates: 15_910, repetitions: 10)) ms, kernels \(VectorLevel.current)")
// The point of learning to learn.
if !(learned < adam) { exit(1) }
