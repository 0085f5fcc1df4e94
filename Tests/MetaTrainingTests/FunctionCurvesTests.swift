import MetaTraining
import Testing

struct FunctionCurvesTests {
  private let curves = LossCurves(
    panel: "Quadratics", optimizer: "NAG", learningRate: 0.01,
    losses: [[1, 10], [2, 20], [6, .nan], [3, 40], [100, 50]])

  @Test func aBatchIsTheMeanOfItsFunctions() {
    let batched = curves.batched(2)
    #expect(batched.losses.count == 2, "the fifth function is left over")
    #expect(batched.losses[0] == [1.5, 15])
    #expect(batched.optimizer == "NAG" && batched.learningRate == 0.01)
    #expect(curves.batched(5).losses == [[26.5, 30]])
  }

  @Test func functionsThatRanAwayAreCountedAndLeftOut() {
    #expect(curves.runaways == 1)
    #expect(curves.batched(2).losses[1] == [3, 40])
    var bold = curves
    bold.losses[0][1] = 101
    #expect(bold.runaways == 2)
    bold.losses[0][1] = 100
    #expect(bold.runaways == 1)
    bold.losses = [[1, .nan]]
    #expect(bold.batched(1).losses[0].allSatisfy { $0.isNaN })
  }

  /// A loss below zero is no smaller for being multiplied by a hundred.
  @Test func whatFallsBelowZeroHasNotRunAway() {
    var falling = curves
    falling.losses = [[-1, -5], [-0.5, -2], [2, -300], [-1, 100]]
    #expect(falling.runaways == 0)
    #expect(falling.batched(2).losses == [[-0.75, -3.5], [0.5, -100]])
    falling.losses = [[-1, 101], [-1, -.infinity], [.infinity, .infinity], [-1, .nan]]
    #expect(falling.runaways == 4)
  }

  @Test func trialsOfDifferentLengthsCountWhereTheyHaveLosses() {
    var ragged = curves
    ragged.losses = [[1, 2], [3, 4, 6], [5, 9], [7]]
    #expect(ragged.meanLosses == [4, 5, 6])
    #expect(ragged.meanLosses(of: [0, 3])[..<2] == [4, 2] && ragged.meanLosses(of: [0, 3])[2].isNaN)
    #expect(ragged.batched(2).losses[0] == [2, 3, 6])
    #expect(ragged.quantiles([0, 1]) == [[1, 7], [2, 9], [6, 6]])
  }

  @Test func sharesBeyondAllAreAll() {
    #expect(curves.quantiles([-1, 2])[0] == [1, 100])
    #expect(curves.quantiles([.nan])[0][0].isNaN)
    #expect(curves.batched(0).losses.count == 5)
  }

  @Test func quantilesAreThoseOfTheFunctions() {
    let quantiles = curves.quantiles([0, 0.25, 0.5, 0.75, 1])
    #expect(quantiles[0] == [1, 2, 3, 6, 100])
    // One that diverged is larger than all others.
    #expect(quantiles[1] == [10, 20, 40, 50, .infinity])
    #expect(curves.quantiles([0.125, 0.875])[0] == [1.5, 53])
  }
}
