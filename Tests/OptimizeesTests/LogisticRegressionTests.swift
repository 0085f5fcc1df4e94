import Foundation
import Foundations
import LabelledData
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

  /// At θ = 0 the gradient is that of the labels alone: the mean of (1/2 - label) (x, 1) over the rows.
  @Test func relativesHaveOtherLabelsOnTheSameColumns() throws {
    let regression = try regression()
    let (features, own) = (regression.table.features, regression.table.labels)
    func gradient(_ labels: [Bool]) -> [Float] {
      (0..<3).map { k in
        zip(features, labels).reduce(0) { $0 + ($1.1 ? -0.5 : 0.5) * (k < 2 ? $1.0[k] : 1) } / 5
      }
    }
    let family = regression.relatives(sideBySide: 8)
    let episode = try family.episode(RandomStream(seed: 2))
    #expect(family.layout.count == 24 && Set(episode.initialParameters).count == 24)
    var found = [Float](repeating: 0, count: 24)
    let zero = found
    _ = try zero.withUnsafeBufferPointer { theta in
      try found.withUnsafeMutableBufferPointer { try episode.lossAndGradient(at: theta, step: 1, gradient: $0) }
    }
    let labellings = (0..<32).map { bits in (0..<5).map { bits >> $0 & 1 == 1 } }
    let drawn = try (0..<8).map { function in
      let isAlike = { (labels: [Bool]) in
        zip(gradient(labels), found[3 * function..<3 * function + 3]).allSatisfy { abs($0 - $1) < 1e-5 }
      }
      return try #require(labellings.first(where: isAlike), "no labels of these rows give gradient \(function)")
    }
    #expect(Set(drawn).count > 4 && drawn.count { $0 == own } < 3)
  }
}
