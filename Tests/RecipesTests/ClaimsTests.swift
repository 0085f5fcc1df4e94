import Foundation
import Foundations
import MetaTraining
import Notebook
import TestSupport
import Testing

@testable import Recipes

/// Each claim on numbers with which it holds, on some with which it does not, and, where an interval decides, on some
/// whose mean alone would bear it out.
struct ClaimsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func notebook() throws -> Notebook {
    let own = folder.path(UUID().uuidString)
    return try Notebook("fig0-test", options: CommonOptions.parse(["--output", own, "--quiet"]))
  }

  /// 200 losses of each trial: constant to step 150, and from there on.
  private func curves(_ optimizer: String, _ early: [Float], _ late: [Float]) -> LossCurves {
    LossCurves(
      panel: "MNIST", optimizer: optimizer, learningRate: nil,
      losses: zip(early, late).map { [Float](repeating: $0, count: 150) + [Float](repeating: $1, count: 50) })
  }

  /// Verdicts: a lead at step 100 and the paper's loss there (0.256), both at step 200 (0.216), baselines agree.
  ///
  /// NAG, the best baseline, is at 0.4, then at 0.3.
  @Test(
    arguments: [
      ([0.20, 0.21], [0.15, 0.16], 1.19, [true, true, true, true, true]),
      ([0.20, 0.21], [0.35, 0.36], 1.19, [true, true, false, false, true]),
      ([0.45, 0.46], [0.15, 0.16], 1.21, [false, false, true, true, false]),
      ([0.30, 0.31], [0.23, 0.235], 1.21, [true, false, true, false, false]),
      // Below the baseline in the mean, but not for certain.
      ([0.02, 0.38], [0.02, 0.28], 1.19, [false, true, false, true, true]),
      ([0.20, .nan], [0.15, .nan], 1.19, [false, false, false, false, true]),
    ] as [([Float], [Float], Float, [Bool])])
  func claimsOnMNIST(_ early: [Float], _ late: [Float], _ worst: Float, _ verdicts: [Bool]) throws {
    let notebook = try notebook()
    let all = [
      curves("LSTM", early, late), curves("NAG", [0.4, 0.4], [0.3, 0.3]), curves("ADAM", [0.41, 0.41], [0.31, 0.31]),
      curves("RMSprop", [0.4 * worst, 0.4 * worst], [0.9, 0.9]), curves("SGD", [0.9, 0.9], [0.8, 0.8]),
    ]
    try notebook.checkMNISTClaims(all, horizon: 100, trained: 100)
    #expect(notebook.claims.map(\.reproduced) == verdicts)
    #expect(notebook.claims.map { $0.statement.contains("200") } == [false, false, true, true, false])
  }

  /// An optimizer that was trained to step 150 is looked at up to 300, where the baseline has 0.3.
  @Test(arguments: [(0.25, true), (0.35, false)] as [(Float, Bool)])
  func theLeadIsLookedAtBeyondOurOwnTrainingToo(_ end: Float, _ kept: Bool) throws {
    let notebook = try notebook()
    let longer = [curves("LSTM", [0.2, 0.21], [0.2, 0.21]), curves("NAG", [0.4, 0.4], [0.3, 0.3])].map { curves in
      var curves = curves
      let last = curves.optimizer == "LSTM" ? end : 0.3
      curves.losses = curves.losses.map { $0 + [Float](repeating: last, count: 100) }
      return curves
    }
    try notebook.checkMNISTClaims(longer, horizon: 100, trained: 150)
    let claim = try #require(notebook.claims.last)
    #expect(claim.statement == "LSTM keeps its lead at step 300, twice as far as it was trained")
    #expect(claim.reproduced == kept && claim.origin == .ours)
    #expect(notebook.claims.filter { $0.origin == .paper && $0.statement.contains("lead") }.map(\.reproduced) == [true])
  }

  @Test(arguments: [(0.99, true), (1.01, false), (.nan, false)])
  func theQuadraticsFinalLossIsThatOfItsStep(_ factor: Double, _ reached: Bool) throws {
    let theirs = try #require(try PaperCurves()["Quadratics", "LSTM"]?.loss(at: 100))
    let losses = [Float](repeating: 0, count: 99) + [Float(factor * theirs), 0]
    for (panel, verdicts) in [("Quadratics", [reached]), ("Quadratics, Gaussian", [])] {
      let notebook = try notebook()
      try notebook.checkQuadraticFinal(
        LossCurves(panel: panel, optimizer: "LSTM", learningRate: nil, losses: [losses, losses]), step: 100)
      #expect(notebook.claims.map(\.reproduced) == verdicts)
    }
  }

  /// Two batches whose mean is the paper's curve times 1.01, but for one step; the first step does not count.
  @Test(arguments: [(57, 1.04, true), (57, 1.06, false), (2, 0.94, false), (100, .nan, false), (1, 3, true)])
  func aCurveFollowsThePapersIfItDoesAtEveryStep(_ step: Int, _ factor: Double, _ follows: Bool) throws {
    let paper = try #require(try PaperCurves()["Quadratics", "SGD"]).losses
    let batches = [0.7, 1.3].map { batch in
      paper.enumerated().map { Float($1 * batch * ($0 + 1 == step ? factor : 1.01)) }
    }
    let notebook = try notebook()
    try notebook.checkFollowsPaper(
      LossCurves(panel: "Quadratics", optimizer: "SGD", learningRate: 0.1, losses: batches), within: 0.05)
    #expect(notebook.claims.map(\.reproduced) == [follows])
    if step > 1 { #expect(notebook.claims[0].note?.contains("Largest at step \(step).") == true) }
  }
}
