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

  /// Rows of the speeds that the claims ask for, times a factor.
  private func roofline(times factor: Double) throws -> Roofline {
    func row(_ name: String, _ workers: Int = 1, seconds: Double, operations: Double? = nil) -> Roofline.Row {
      Roofline.Row(
        name: name, workers: workers, quartiles: [0.1 * seconds, seconds, 9 * seconds], operations: operations,
        recomputed: 0, peak: 2e9)
    }
    // With so many operations a meta-iteration on four threads takes 60 ms at the median.
    func row(_ name: String, _ workers: Int, share: Double) -> Roofline.Row {
      let operations = 0.06 * 0.7 * 1.5 * 2e9
      return row(name, workers, seconds: operations / share / 2e9, operations: operations)
    }
    var roofline = try Roofline([], repetitions: 0)
    roofline.rows = [
      row("meta-iteration", 1, share: 0.7 * factor), row("meta-iteration", 4, share: 0.7 * 1.5 * factor * factor),
      row("ConvNet, forward", 1, share: 0.6 * factor), row("style at 64 pixels", 1, share: 0.6 * factor),
      row("anything else", 1, share: 0.1), row(KernelMeasurements.networkName, seconds: 199e-6 / factor),
      row(KernelMeasurements.manyFunctionsName, seconds: 1.05 / factor),
      row(KernelMeasurements.largeNetworkName, seconds: 1),
    ]
    roofline.rows[1].quartiles[0] = roofline.rows[0].quartiles[0] / (1.8 * factor)
    return roofline
  }

  private func growth(byCoordinates: Double, bySteps: Double) throws -> GrowthStudy {
    var growth = try GrowthStudy(coordinates: [], steps: [], workers: .one)
    for count in [100, 1_000, 10_000, 100_000] {
      // Below 1,000 overhead counts, not growth.
      let seconds = count == 100 ? 1e6 : pow(Double(count), byCoordinates)
      growth.byCoordinates.append(.init(coordinates: count, steps: 20, seconds: seconds))
      growth.bySteps.append(.init(coordinates: 1, steps: count, seconds: pow(Double(count), bySteps)))
    }
    return growth
  }

  @Test(arguments: [
    (1.01, 1.09, 1.0, true, true), (0.99, 1.0, 0.91, false, true), (1.01, 1.11, 0.99, true, false),
    (1.01, 1.01, 0.89, true, false),
  ])
  func claimsOnSpeed(_ speed: Double, _ byCoordinates: Double, _ bySteps: Double, _ isFast: Bool, _ isLinear: Bool)
    throws
  {
    let notebook = try notebook()
    notebook.checkRoofline(
      try roofline(times: speed), try growth(byCoordinates: byCoordinates, bySteps: bySteps))
    #expect(
      notebook.claims.map(\.reproduced) == [isFast, isFast, isFast, isFast, isFast, isFast, isFast, isLinear])
    #expect(abs(notebook.claims[2].ours - 1.8 * speed) < 1e-9, "by the quicker repetitions")
  }

  /// Of three rounds the middle one counts, of the peers the fastest.
  @Test(arguments: [(3.1, 2.9), (2.9, 3.1)]) func claimsOnPeers(_ training: Double, _ use: Double) throws {
    let ours = PeerPrograms.Row(name: "ours", answers: [1.0, 2, 4].map { .init(training: $0, use: 10 * $0) })
    func row(_ name: String, _ training: Double, _ use: Double) -> PeerPrograms.Row {
      let luck = [0.1, 1, 9]
      return .init(
        name: name,
        answers: zip(ours.answers, luck).map { .init(training: $0.training * training * $1, use: $0.use * use * $1) })
    }
    let notebook = try notebook()
    notebook.checkPeers(
      ours: ours,
      [row("slow", 20, 30), row("A", training, 50), row("B", 40, use), .init(name: "absent", absence: "not there")])
    #expect(notebook.claims.map(\.reproduced) == [training >= 3, use >= 3])
    #expect(notebook.claims.map { $0.statement.contains(", A,") } == [true, false])
    #expect(abs(notebook.claims[1].ours - use) < 1e-9)
    let alone = try self.notebook()
    alone.checkPeers(ours: ours, [.init(name: "absent", absence: "not there")])
    #expect(alone.claims.isEmpty)
  }
}
