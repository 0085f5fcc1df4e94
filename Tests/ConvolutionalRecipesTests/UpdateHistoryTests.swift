import ConvolutionalRecipes
import Foundations
import LSTMKernels
import MetaTraining
import Optimizers
import Testing

struct UpdateHistoryTests {
  private func untrained() throws -> LSTMOptimizer {
    let lstm = try CoordinatewiseLSTM(outputScale: 10)
    let weights = lstm.initialWeights(.wired, stream: RandomStream(seed: 3))
    return try LSTMOptimizer(lstm, weights: [.init(group: "all", weights: weights)])
  }

  @Test func asksAllOptimizersForTheSameGradients() throws {
    let materials = try ArtFixture.materials()
    let content = try materials.contents(.test, workers: .one)[0]
    let art = try materials.problems([], side: 32)
    let lstm = try untrained()
    let history = try UpdateHistory(
      art, over: content, by: lstm, and: [SGD(learningRate: 0.5), Adam(learningRate: 2)], steps: 5, count: 50,
      stream: RandomStream(seed: 1))
    #expect(history.coordinates.count == 50 && Set(history.coordinates).count == 50)
    #expect(history.gradients.count == 5)
    let sgd = try #require(history.updates["SGD"])
    #expect(sgd == history.gradients.map { $0.map { -0.5 * $0 } })
    // The LSTM's own updates are what it proposes for these gradients, but for rounding to pixels of up to 255.
    let own = try #require(history.updates["LSTM"])
    for (step, updates) in proposedUpdates(lstm, for: history.gradients).enumerated() {
      let isAlike = zip(updates, own[step]).allSatisfy { abs($0 - $1) < 1e-3 }
      #expect(isAlike)
    }
  }

  @Test func proposalForTheGradientThatCameIsTheUpdateThatWasMade() throws {
    let lstm = try untrained()
    let past: [Float] = [100, -50, 20, 300, -10]
    let made = proposedUpdates(lstm, for: past.map { [$0] }).map { $0[0] }
    for step in past.indices {
      let proposals = proposedUpdates(lstm, after: Array(past.prefix(step)), for: [-400, past[step], 400])
      #expect(proposals[1] == made[step])
      #expect(proposals[0] != proposals[2])
    }
  }

  @Test func statisticsOfKnownSeries() {
    let alternating: [Float] = (0..<100).map { $0 % 2 == 0 ? 1 : -1 }
    #expect(autocorrelationOfUpdates(alternating) < -0.98)
    #expect(autocorrelationOfUpdates((0..<100).map { Float($0 / 50) }) > 0.9)
    #expect(autocorrelationOfUpdates([2, 2, 2, 2]).isNaN)
    let line = (-100...100).map { Float($0) }
    #expect(abs(stepLikeness(line) - 0.1) < 1e-6)
    #expect(stepLikeness(line.map { $0 < 0 ? 1 : -1 }) == 1)
    #expect(stepLikeness([Float](repeating: 3, count: 201)).isNaN)
  }

  @Test func statisticsCountSteps() throws {
    let materials = try ArtFixture.materials()
    let content = try materials.contents(.test, workers: .one)[0]
    var history = try UpdateHistory(
      try materials.problems([], side: 32), over: content, by: try untrained(), and: [], steps: 3, count: 2,
      stream: RandomStream(seed: 1))
    history.updates = ["LSTM": [[2, 1], [-2, 1], [3, -1]], "ADAM": [[1, 1], [1, 2], [1, -3]]]
    let statistics = UpdateStatistics(history, other: "ADAM")
    #expect(statistics.further == [1, 0])
    #expect(statistics.opposite == [1.0 / 3, 0])
  }
}
