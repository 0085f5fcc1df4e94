import MetaTraining
import Recipes
import Testing

struct FunctionCurvesTests {
  private let curves = LossCurves(
    panel: "Quadratics", optimizer: "NAG", learningRate: 0.01,
    losses: [[1, 10], [2, 20], [6, .nan], [3, 40], [100, 50]])

  @Test func aBatchIsTheMeanOfItsFunctions() {
    let batched = curves.batched(2)
    #expect(batched.losses.count == 2, "the fifth function is left over")
    #expect(batched.losses[0] == [1.5, 15])
    #expect(batched.losses[1][0] == 4.5 && batched.losses[1][1].isNaN)
    #expect(batched.optimizer == "NAG" && batched.learningRate == 0.01)
    #expect(curves.batched(5).losses[0][0] == 22.4)
  }

  @Test func quantilesAreThoseOfTheFunctions() {
    let quantiles = curves.quantiles([0, 0.25, 0.5, 0.75, 1])
    #expect(quantiles[0] == [1, 2, 3, 6, 100])
    // One that diverged is larger than all others.
    #expect(quantiles[1] == [10, 20, 40, 50, .infinity])
    #expect(curves.quantiles([0.125, 0.875])[0] == [1.5, 53])
  }
}
