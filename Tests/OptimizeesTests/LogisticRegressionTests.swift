import Datasets
import Foundation
import Foundations
import Optimizees
import Testing

struct LogisticRegressionTests {
  private static let table = """
    length,width,kind
    1,10,small
    2,30,small
    3,20,large
    4,40,large
    5, 35,large

    """

  private func regression(_ text: String = table) throws -> LogisticRegression {
    LogisticRegression(try LabelledTable(Array(text.utf8), name: "test.csv"))
  }

  private func evaluate(_ theta: [Float], _ regression: LogisticRegression) throws -> (loss: Float, gradient: [Float]) {
    let episode = try regression.problem().episode(RandomStream(seed: 1))
    var gradient = theta
    let loss = try theta.withUnsafeBufferPointer { theta in
      try gradient.withUnsafeMutableBufferPointer { try episode.lossAndGradient(at: theta, step: 1, gradient: $0) }
    }
    return (loss, gradient)
  }

  @Test func theLossIsTheCrossEntropyOfItsDefinition() throws {
    let regression = try regression()
    #expect(abs(try evaluate([0, 0, 0], regression).loss - Float(log(2.0))) < 1e-6)
    let theta: [Float] = [0.7, -1.3, 0.4]
    var expected = 0.0
    for (row, label) in zip(regression.table.features, regression.table.labels) {
      let z = Double(theta[0] * row[0] + theta[1] * row[1] + theta[2])
      let share = 1 / (1 + exp(-z))
      expected -= log(label ? share : 1 - share) / 5
    }
    let (loss, gradient) = try evaluate(theta, regression)
    #expect(abs(Double(loss) - expected) < 1e-5)
    for k in 0..<3 {
      var (above, below) = (theta, theta)
      above[k] += 0.01
      below[k] -= 0.01
      let slope = (try evaluate(above, regression).loss - evaluate(below, regression).loss) / 0.02
      #expect(abs(slope - gradient[k]) < 1e-3, "coordinate \(k)")
    }
  }

  @Test func farFromTheDataNothingOverflows() throws {
    let (loss, gradient) = try evaluate([1e4, -1e4, 1e4], try regression())
    #expect(loss.isFinite && gradient.allSatisfy(\.isFinite) && loss > 100)
  }

  @Test func accuracyCountsRows() throws {
    let regression = try regression()
    // Classes are in the order of their text: "large", "small".
    #expect(regression.table.classes == ["large", "small"])
    #expect(regression.accuracy([-1, 0, -0.5]) == 1)
    #expect(abs(regression.accuracy([1, 0, 0.5]) - 0) < 1e-9)
  }

  @Test func relativesHaveOtherLabelsOnTheSameColumns() throws {
    let family = try regression().relatives(sideBySide: 4)
    let episode = try #require(family.episode(RandomStream(seed: 2)) as? any FunctionBatch)
    var gradient = [Float](repeating: 0, count: family.layout.count)
    _ = try episode.initialParameters.withUnsafeBufferPointer { theta in
      try gradient.withUnsafeMutableBufferPointer { try episode.lossAndGradient(at: theta, step: 1, gradient: $0) }
    }
    #expect(family.layout.count == 12 && Set(gradient).count > 6)
  }
}
