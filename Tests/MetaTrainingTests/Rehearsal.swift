import Foundations
import LSTMKernels
import MetaTraining
import Optimizees
import Optimizers

/// Thrown from a report to stop a training.
struct Stopped: Error {}

/// A small meta-training in two stages with everything in it: a curriculum, sampling, both objectives, averaging.
struct Rehearsal {
  var trainer: MetaTrainer
  var lessons: [MetaTrainer.Lesson]
  var validation: any Optimizee
  var stream = RandomStream(seed: 21)

  init(
    metaBatch: Int = 1, threads: Int = 1, on practice: any Optimizee = Valleys(), validation: any Optimizee = Valleys()
  )
    throws
  {
    trainer = MetaTrainer(try CoordinatewiseLSTM(hidden: 5), workers: Workers(threads))
    trainer.averaging = 0.8
    trainer.validationProblems = 3
    trainer.validationSteps = 12
    lessons = [
      MetaTrainer.Lesson(
        TrainingStage(
          name: "first", episodes: 7, horizon: 12, curriculum: 0.6, unroll: 4, learningRate: 0.02, fraction: 0.6,
          metaBatch: metaBatch, validationInterval: 2), on: practice),
      MetaTrainer.Lesson(
        TrainingStage(
          name: "second", episodes: 5, horizon: 8, unroll: 4, learningRate: 0.01, objective: .logarithm,
          metaBatch: metaBatch, validationInterval: 3), on: practice),
    ]
    self.validation = validation
  }

  /// What a training comes to, to be compared bit by bit.
  struct Outcome: Equatable {
    var weights: [LSTMOptimizer.GroupWeights]
    var rows: [TrainingRow]
    var validationLoss: Double
    var diverged: Int
  }

  /// Trains, or stops after some meta-batches by throwing.
  func train(checkpoints: CheckpointFile? = nil, stoppingAfter batches: Int = .max) throws -> Outcome {
    var done = 0
    let result = try trainer.train(
      lessons, validation: validation, stream: stream, checkpoints: checkpoints
    ) { _ in
      done += 1
      if done >= batches { throw Stopped() }
    }
    return Outcome(
      weights: result.optimizer.weights, rows: result.rows, validationLoss: result.validationLoss,
      diverged: result.diverged)
  }
}
