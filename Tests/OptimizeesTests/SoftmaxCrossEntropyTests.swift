import Foundation
import Foundations
import Testing
import Vectors

@testable import Optimizees

struct SoftmaxCrossEntropyTests {
  private func run(_ logits: [[Float]], _ labels: [Int]) -> (loss: Float, adjoint: [[Float]]) {
    let classes = logits[0].count
    var matrix = Matrix(rows: logits.count, columns: classes)
    logits.flatMap { $0 }.withUnsafeBufferPointer { if let base = $0.baseAddress { matrix.load(base) } }
    var adjoint = matrix
    let loss = softmaxCrossEntropy(matrix, labels, adjoint: &adjoint)
    #expect(
      (0..<adjoint.rows).allSatisfy { row in
        (classes..<adjoint.stride).allSatisfy { adjoint.elements[row * adjoint.stride + $0] == 0 }
      }, "padding stays zero")
    return (
      loss, (0..<adjoint.rows).map { Array(adjoint.elements[$0 * adjoint.stride..<$0 * adjoint.stride + classes]) }
    )
  }

  @Test func equalLogitsLoseTheLogarithmOfTheClasses() {
    let (loss, adjoint) = run([[Float](repeating: -3, count: 10)], [4])
    #expect(abs(loss - 2.302_585_1) < 3e-7)
    for k in 0..<10 { #expect(abs(adjoint[0][k] - (k == 4 ? -0.9 : 0.1)) < 1e-7) }
  }

  @Test func hugeLogitsDoNotOverflow() {
    let right = run([[1e30, 0, -1e30]], [0])
    #expect(right.loss == 0)
    #expect(right.adjoint[0].allSatisfy { abs($0) < 1e-30 })
    let wrong = run([[1000, 0, -500]], [2])
    #expect(wrong.loss == 1500)
    #expect(abs(wrong.adjoint[0][0] - 1) < 1e-6 && abs(wrong.adjoint[0][2] + 1) < 1e-6)
    // Shifting all logits of a row changes nothing.
    let (low, high) = (run([[1, 2, 4]], [1]), run([[-65_535, -65_534, -65_532]], [1]))
    #expect(low.loss == high.loss)
    #expect(low.adjoint == high.adjoint)
  }

  /// The exponential is clamped; the loss is not.
  @Test(arguments: [Float(10), 80, 87, 88, 100, 1e4, 1e20]) func lossGrowsWithTheMargin(margin: Float) {
    let expected = Double(margin) + log(1 + exp(-Double(margin)))
    #expect(abs(Double(run([[0, margin]], [0]).loss) - expected) <= 2e-7 * expected)
  }

  @Test func adjointsSumToZeroAndAreMeansOverTheBatch() {
    var stream = RandomStream(seed: 4)
    let logits = (0..<7).map { _ in (0..<17).map { _ in 5 * stream.normal() } }
    let labels = (0..<7).map { _ in stream.integer(below: 17) }
    let (loss, adjoint) = run(logits, labels)
    var expected = 0.0
    for row in 0..<7 {
      let exponentials = logits[row].map { exp(Double($0)) }
      let sum = exponentials.reduce(0, +)
      expected -= log(exponentials[labels[row]] / sum) / 7
      for k in 0..<17 {
        let wanted = (exponentials[k] / sum - (k == labels[row] ? 1 : 0)) / 7
        #expect(abs(Double(adjoint[row][k]) - wanted) < 1e-7)
      }
      #expect(abs(adjoint[row].reduce(0, +)) < 1e-7)
    }
    #expect(abs(Double(loss) - expected) < 1e-6)
  }

  /// They are places in memory.
  @Test func labelsWithoutALogitEndTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var adjoint = Matrix(rows: 2, columns: 3)
      _ = softmaxCrossEntropy(Matrix(rows: 2, columns: 3), [0, 3], adjoint: &adjoint)
    }
    await #expect(processExitsWith: .failure) {
      var adjoint = Matrix(rows: 2, columns: 3)
      _ = softmaxCrossEntropy(Matrix(rows: 2, columns: 3), [0], adjoint: &adjoint)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func logitsThatAreNotFiniteShow(bad: Float) {
    for place in 0..<3 {
      var row: [Float] = [1, 2, 3]
      row[place] = bad
      #expect(!run([[0, 0, 0], row], [0, 1]).loss.isFinite, "\(bad) at \(place)")
    }
    #expect(!run([[3e38, -3e38]], [1]).loss.isFinite, "a margin that overflows")
  }
}
