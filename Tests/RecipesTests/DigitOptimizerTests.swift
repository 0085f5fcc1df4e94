import Datasets
import Foundation
import Foundations
import MetaTraining
import Notebook
import TestSupport
import Testing

@testable import Recipes

struct DigitOptimizerTests {
  private let folder: TemporaryFolder
  private let notebook: Notebook
  private let digits: ImageDataset
  /// In the names of the files, which lie beside those of experiments.
  private let variant = "-test"

  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook(
      "fig0-test",
      options: CommonOptions.parse(["--preset", "smoke", "--retrain", "--quiet", "--output", folder.path]))
    digits = try Digits.load(.generated, in: DataFolders(data: folder.path), generating: 400)
  }

  private func recipe(_ episodes: Int, trainings: Int = 1) -> DigitRecipe {
    var recipe = DigitRecipe.preset(.smoke)
    recipe.stages = [
      TrainingStage(
        name: "short", episodes: episodes, horizon: 10, unroll: 5, learningRate: 1e-2, fraction: 0.15,
        validationInterval: episodes)
    ]
    recipe.trainings = trainings
    return recipe
  }

  private func path(_ middle: String) -> String {
    "\(ProjectFolder.path)/Data/optimizers/fig3-mnist-smoke\(variant)\(middle)-generated.safetensors"
  }

  private func kept(_ middle: String) throws -> TrainedOptimizer { try TrainedOptimizer(contentsOf: path(middle)) }

  @Test func allAreFinishedAndTheBestAloneGoesOn() throws {
    defer {
      for middle in ["-seed1-1", "-seed1-2", "-whole-seed1-1", "-whole-seed1-2", "-best-seed1"] {
        try? FileManager.default.removeItem(atPath: path(middle))
      }
    }
    let (trained, trainings) = try notebook.digitOptimizer(
      recipe(2, trainings: 2), finish: recipe(3), encore: recipe(4), variant: variant, digits: digits)
    let first = try ["-seed1-1", "-seed1-2"].map(kept)
    let finished = try ["-whole-seed1-1", "-whole-seed1-2"].map(kept)
    for (before, after) in zip(first, finished) {
      #expect(after.settings.contains("\"start\":\"\(before.optimizer.checksum)\""))
    }
    // Their own validation losses are of different problems.
    func loss(_ trained: TrainedOptimizer) throws -> Double { try notebook.validated(trained, recipe(2), digits) }
    func better(_ a: TrainedOptimizer, _ b: TrainedOptimizer) throws -> TrainedOptimizer {
      try loss(b) < loss(a) ? b : a
    }
    #expect(try Set((first + finished).map(loss)).count == 4)
    let best = try better(better(first[0], finished[0]), better(first[1], finished[1]))
    let last = try kept("-best-seed1")
    #expect(last.settings.contains("\"start\":\"\(best.optimizer.checksum)\""))
    let taken = try better(best, last)
    #expect(trained.optimizer.checksum == taken.optimizer.checksum)
    #expect(trained.validationLoss == taken.validationLoss)
    #expect(trained.keptRow?.validationLoss == taken.validationLoss)
    #expect(trained.rows.map(\.episode) == [2, 5, 9])
    #expect(trained.rows.map(\.stage) == [1, 2, 3])
    // Each training is reported as it was before the best went on.
    let each = try zip(first, finished).map { try loss($1) < loss($0) ? $1 : $0 }
    #expect(trainings.map(\.checksum) == each.map(\.optimizer.checksum))
  }
}
