import ConvolutionalRecipes
import Foundations
import MetaTraining
import Notebook
import TestSupport
import Testing

@Suite struct ArtClaimsTests {
  @Test("The ratio of means leaves out problems on which the first diverged, and counts them; nan where the second did")
  func ratios() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet"])
    let notebook = try Notebook("fig0-art", options: options, command: "swift run fig0-art")
    let ratio = notebook.bootstrapRatio([3, .nan, 9, .infinity], [1, 5, 3, 2])
    #expect(ratio.mean == 3 && ratio.low == 3 && ratio.high == 3 && ratio.leftOut == 2)
    let spread = notebook.bootstrapRatio([1, 2, 3, 4], [1, 1, 1, 1])
    // Student's interval of 1, 2, 3, 4.
    #expect(spread.mean == 2.5 && spread.leftOut == 0)
    let reach = 3.182 * (5.0 / 12).squareRoot()
    #expect(abs(spread.low - (2.5 - reach)) < 1e-9 && abs(spread.high - (2.5 + reach)) < 1e-9)
    // Where all of the spread is common to both, none is left.
    let common = notebook.bootstrapRatio([2, 4, 6, 9], [1, 2, 3, 4.5])
    #expect(common.mean == 2 && common.high - common.low < 1e-9)
    let none = notebook.bootstrapRatio([.nan], [1])
    #expect(none.mean.isNaN && none.leftOut == 1)
    #expect(notebook.bootstrapRatio([3, 6], [1, .nan]).low.isNaN)
  }

  /// The LSTM ends at 1 on both photographs, the baselines at the paper's multiples of that (1.04 to 1.48) times a
  /// factor and a spread.
  ///
  /// Verdicts: below every baseline, the paper's ratio for each of four, the best of them passed by step 77, below
  /// L-BFGS.
  @Test(arguments: [
    ArtCase(factor: 1.01, passes: 77, lbfgs: 1.1, ends: true, ratios: true, isEarly: true, isBelow: true),
    ArtCase(factor: 0.99, passes: 78, lbfgs: 0.9, ends: true, ratios: false, isEarly: false, isBelow: false),
    ArtCase(factor: 0.5, passes: 77, lbfgs: 1.1, ends: false, ratios: false, isEarly: false, isBelow: true),
    // The means are as they should be, but not for certain.
    ArtCase(
      factor: 1.01, spread: 0.8, passes: 77, lbfgs: 1.1, ends: false, ratios: false, isEarly: true, isBelow: false),
  ])
  func claimsFollowTheLosses(_ example: ArtCase) throws {
    let folder = try TemporaryFolder()
    let notebook = try Notebook("fig0-art", options: CommonOptions.parse(["--output", folder.path, "--quiet"]))
    func curves(_ optimizer: String, _ losses: [[Float]]) -> LossCurves {
      LossCurves(panel: "Art 64", optimizer: optimizer, learningRate: nil, losses: losses)
    }
    let lstm = [Float](repeating: 10, count: example.passes - 1) + [Float](repeating: 1, count: 129 - example.passes)
    var all = [curves("LSTM", [lstm, lstm])]
    let paper = try PaperCurves()
    let unit = try #require(paper["Art 64", "LSTM"]?.losses.last)
    for name in ["RMSprop", "ADAM", "NAG", "SGD", "L-BFGS"] {
      let target = name == "L-BFGS" ? nil : try #require(paper["Art 64", name]?.losses.last)
      let end = target.map { Float($0 / unit) * example.factor } ?? example.lbfgs
      all.append(
        curves(
          name,
          [1 - example.spread, 1 + example.spread].map { [Float](repeating: 0.1, count: 127) + [end * $0] }))
    }
    try notebook.checkArtClaims(all, panel: "Art 64", steps: 128)
    let ratios = [Bool](repeating: example.ratios, count: 4)
    #expect(notebook.claims.map(\.reproduced) == [example.ends] + ratios + [example.isEarly, example.isBelow])
    let interval = notebook.claims[5].interval
    #expect((interval == nil) == (example.factor < 0.9), "none where it does not get there")
    if example.spread == 0, let interval { #expect(interval.high == Double(example.passes)) }
    #expect(notebook.claims[5].note?.contains("does not get there") == (example.factor < 0.9 ? true : nil))
  }
}

struct ArtCase: Sendable {
  var factor: Float
  var spread: Float = 0
  /// The step from which on the LSTM is at 1.
  var passes: Int
  var lbfgs: Float
  var ends: Bool
  var ratios: Bool
  var isEarly: Bool
  var isBelow: Bool
}
