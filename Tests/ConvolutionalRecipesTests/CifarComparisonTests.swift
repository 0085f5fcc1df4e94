import ConvolutionalRecipes
import Datasets
import Foundations
import LSTMKernels
import Measurements
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import TestSupport
import Testing

struct CifarComparisonTests {
  private func notebook(_ folder: TemporaryFolder) throws -> Notebook {
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet", "--threads", "2"])
    return try Notebook("fig0-test", options: options, command: "swift run fig0-test")
  }

  private func panel(_ objects: ImageDataset = .noise()) throws -> CifarPanel {
    try CifarPanel("CIFAR-2", [([0, 1], 0), ([4, 7], 1), ([2, 9], 0)], of: objects, size: .smoke)
  }

  private func learned(_ seed: UInt64) throws -> LSTMOptimizer {
    let lstm = try CoordinatewiseLSTM(hidden: 20, p: 10, outputScale: 0.1)
    return try LSTMOptimizer(
      lstm, weights: [.init(group: "all", weights: lstm.initialWeights(.wired, stream: RandomStream(seed: seed)))])
  }

  @Test func everyOptimizerMeetsTheSameProblemsAndEachTrialAnother() throws {
    let folder = try TemporaryFolder()
    let entrants = [
      CifarEntrant(.sgd, learningRate: 0.1), CifarEntrant(.nag, learningRate: 0.1),
      CifarEntrant("LSTM", [try learned(1)]),
    ]
    let results = try notebook(folder).compared(entrants, on: panel(), trials: 4, steps: 12)
    #expect(results.map(\.curves.optimizer) == ["SGD", "NAG", "LSTM"])
    #expect(results.map(\.curves.learningRate) == [0.1, 0.1, nil])
    let starts = results.map { $0.curves.losses.map { $0[0] } }
    #expect(starts[0] == starts[1] && starts[0] == starts[2])
    #expect(Set(starts[0]).count == 4)
    #expect(results[0].curves.losses != results[1].curves.losses)
    for result in results {
      #expect(result.curves.losses.allSatisfy { $0.count == 12 && $0.allSatisfy(\.isFinite) })
      #expect(result.accuracies.count == 4 && result.accuracies.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func eachDrawOfLabelsHasItsOwnLSTMSub() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (try learned(1), try learned(2))
    let results = try notebook(folder).compared(
      [CifarEntrant("a", [first]), CifarEntrant("b", [second]), CifarEntrant("sub", [first, second])], on: panel(),
      trials: 3, steps: 8)
    let losses = results.map(\.curves.losses)
    #expect(losses[2][0] == losses[0][0] && losses[2][1] == losses[1][1] && losses[2][2] == losses[0][2])
    #expect(losses[0][1] != losses[1][1] && losses[0][0] != losses[1][0])
  }

  @Test func practiceAndExamAreDifferentImages() throws {
    let panel = try panel(.noise { images, image, _ in images.count == 200 && image >= 100 })
    let layout = panel.practice.layout
    func loss(_ episode: any Episode) throws -> Float {
      var gradient = [Float](repeating: 0, count: layout.count)
      return try episode.initialParameters.withUnsafeBufferPointer { theta in
        try gradient.withUnsafeMutableBufferPointer {
          try episode.lossAndGradient(at: theta, step: 1, gradient: $0)
        }
      }
    }
    for k in 0..<8 {
      let stream = RandomStream(seed: 4).stream("episode", k)
      #expect(try loss(panel.practice.episode(stream)).isFinite)
      #expect(try !loss(panel.choice(k).exam.episode(stream)).isFinite)
    }
    #expect((0..<6).map { panel.choice($0).draw } == [0, 1, 0, 0, 1, 0])
  }

  @Test func aDivergedTrialHasNoAccuracy() throws {
    let folder = try TemporaryFolder()
    let results = try notebook(folder).compared(
      [CifarEntrant(.sgd, learningRate: 1e30)], on: panel(), trials: 1, steps: 8)
    #expect(results[0].curves.losses[0].last?.isFinite == false)
    #expect(results[0].accuracies[0].isNaN)
    var mixed = results
    mixed[0].accuracies = [0.5, .nan, 0.5]
    #expect(mixed.accuracyTable(["CIFAR-2"]).rows.first?[1].hasSuffix(", without 1 that diverged") == true)
  }

  @Test func networksThatLearnedClassifyNewImages() throws {
    let folder = try TemporaryFolder()
    let results = try notebook(folder).compared(
      [CifarEntrant(.adam, learningRate: 0.01), CifarEntrant(.sgd, learningRate: 1e-9)], on: panel(), trials: 3,
      steps: 60)
    let table = results.accuracyTable(["CIFAR-2"])
    #expect(table.rows.map { $0[0] } == ["ADAM", "SGD"])
    let means = results.map { $0.accuracies.reduce(0, +) / 3 }
    #expect(means[0] > means[1] + 0.15, "\(means)")
    #expect(results[0].curves.losses[0][59] < 0.5 * results[0].curves.losses[0][0])
  }

  @Test func theTimesOfAStepAreMeasured() throws {
    let folder = try TemporaryFolder()
    let network = try panel().choices[0].exam
    let table = try notebook(folder).stepTimes(
      "network", network, operations: network.operations, [SGD(learningRate: 0.1), try learned(1)], unroll: 5,
      repetitions: 2)
    #expect(table.rows.count == 4)
    #expect(table.rows.map { $0[0] }.contains("LSTM, update"))
  }
}
