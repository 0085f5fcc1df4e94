import Foundation
import Foundations
import LSTMKernels
import MetaTraining
import Optimizees
import Optimizers
import Recipes
import Synchronization
import TestSupport
import Testing

@testable import Notebook

/// `--retrain`, stopped and started again. Optimizers are kept beside those of experiments.
@Suite("Training anew") struct RetrainingTests {
  private let folder: TemporaryFolder
  private let name: String
  private var paths: [String] {
    ["", "-a", "-b"].map { "\(ProjectFolder.path)/Data/optimizers/\(name)\($0).safetensors" }
  }

  init() throws {
    folder = try TemporaryFolder()
    name = "retraining-test-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))"
  }

  private func remove() { for path in paths { try? FileManager.default.removeItem(atPath: path) } }

  private func notebook(retrain: Bool) throws -> Notebook {
    try Notebook(
      "fig0-test", options: CommonOptions.parse(["--quiet", "--output", folder.path] + (retrain ? ["--retrain"] : [])))
  }

  private static func train(_ checkpoints: CheckpointFile) throws -> MetaTrainer.Result {
    let bowls = Functions(dimension: 2) { random in
      let centre = random.normal()
      return Function(start: [0, 0]) { theta, gradient in
        for k in 0..<2 { gradient[k] = 2 * (theta[k] - centre) }
        return (0..<2).reduce(0) { $0 + (theta[$1] - centre) * (theta[$1] - centre) }
      }
    }
    let stage = TrainingStage(name: "bowls", episodes: 1, horizon: 5, unroll: 5, learningRate: 1e-2)
    return try MetaTrainer(CoordinatewiseLSTM()).train(
      [.init(stage, on: bowls)], validation: bowls, stream: RandomStream(seed: 1), checkpoints: checkpoints)
  }

  /// How many trainings a run takes, which is stopped before its report is there or ends.
  private func trainings(retrain: Bool, ends: Bool = false) throws -> Int {
    let notebook = try notebook(retrain: retrain)
    var count = 0
    _ = try notebook.trainedOptimizer(name, settings: "some") { checkpoints, _ in
      count += 1
      return try Self.train(checkpoints)
    }
    if ends { try notebook.finish() }
    return count
  }

  @Test func aRunThatWasStoppedDoesNotTrainAnewTwice() throws {
    defer { remove() }
    #expect(try trainings(retrain: false) == 1)
    #expect(try trainings(retrain: false) == 0)
    #expect(try trainings(retrain: true) == 1, "what was there before is not taken")
    #expect(try trainings(retrain: true) == 0, "it goes on after what it had trained")
    #expect(try trainings(retrain: true, ends: true) == 0)
    #expect(try trainings(retrain: true) == 1, "the next one begins anew")
  }

  @Test func aRunWithoutItTakesWhatWasTrainedAndEndsTheMatter() throws {
    defer { remove() }
    #expect(try trainings(retrain: true) == 1)
    #expect(try trainings(retrain: false, ends: true) == 0)
    #expect(try trainings(retrain: true) == 1)
  }

  @Test func severalSideBySide() throws {
    defer { remove() }
    let trained = Mutex<[Int]>([])
    func run(stopping: Bool = false) throws {
      trained.withLock { $0 = [] }
      _ = try notebook(retrain: true).trainedOptimizers([name + "-a", name + "-b"], settings: ["a", "b"]) {
        index, _, checkpoints, _ in
        if stopping, index == 1 { throw Interrupted(signal: SIGINT) }
        trained.withLock { $0.append(index) }
        return try Self.train(checkpoints)
      }
    }
    #expect(throws: Interrupted.self) { try run(stopping: true) }
    try #require(trained.withLock { $0 } == [0])
    try run()
    #expect(trained.withLock { $0 } == [1])
    try run()
    #expect(trained.withLock { $0 }.isEmpty)
  }
}
