import Foundations
import LSTMKernels
import MetaTraining
import Optimizers
import TestSupport
import Testing

struct TrainedOptimizerTests {
  @Test func theRecordOfTheTrainingIsKeptWithTheWeights() throws {
    let folder = try TemporaryFolder()
    let lstm = try CoordinatewiseLSTM(hidden: 3)
    let weights = (0..<lstm.shape.weightCount).map { Float($0) / 7 }
    let rows = [
      TrainingRow(stage: 1, episode: 10, metaLoss: 1.0 / 3, validationLoss: .infinity, best: false, diverged: 2),
      TrainingRow(stage: 2, episode: 20, metaLoss: 0.25, validationLoss: 0.1 + 0.2, best: true, diverged: 2),
      TrainingRow(stage: 2, episode: 30, metaLoss: 0.5, validationLoss: nil, best: false, diverged: 3),
    ]
    let original = TrainedOptimizer(
      optimizer: try LSTMOptimizer(lstm, weights: [.init(group: "all", weights: weights)]), rows: rows,
      validationLoss: 0.1 + 0.2, settings: "{\"stages\":[]} seed 1", revision: "abc")
    let path = folder.path("kept.safetensors")
    try original.save(to: path)
    let copy = try TrainedOptimizer(contentsOf: path)
    #expect(copy.rows == rows)
    #expect(copy.optimizer.weights == original.optimizer.weights)
    #expect(copy.validationLoss == original.validationLoss)
    #expect(copy.settings == original.settings && copy.revision == "abc")
    #expect(throws: FileError.self) { try TrainedOptimizer(contentsOf: folder.path("missing")) }
  }
}
