import Foundations
import MetaTraining
import Optimizees
import Testing

struct BaselineTuningTests {
  /// Round valleys of one curvature, in which gradient descent at rate 1 / curvature is at the bottom in one step.
  private func valleys(curvature: Float) -> Valleys {
    var valleys = Valleys()
    valleys.curvatures = curvature...curvature
    valleys.noise = 0
    valleys.floor = 0
    return valleys
  }

  private func tune(_ baseline: Baseline = .sgd, curvature: Float, steps: Int = 3, grid: ClosedRange<Int> = -8...3)
    throws -> (learningRate: Double, rows: [TuningRow])
  {
    try BaselineTuning(trials: 3, steps: steps, lastSteps: 1, grid: grid, workers: Workers(2)).tune(
      baseline, on: valleys(curvature: curvature), panel: "valleys", stream: RandomStream(seed: 1))
  }

  @Test func theBestRateOfTheGridIsFound() throws {
    let (rate, rows) = try tune(curvature: 10)
    #expect(rate == 0.1)
    // Twelve of the grid, two of the refinement.
    #expect(rows.count == 14)
    #expect(rows.filter(\.chosen).map(\.learningRate) == [rate])
    #expect(rows.map(\.learningRate) == rows.map(\.learningRate).sorted())
    #expect(rows.allSatisfy { $0.panel == "valleys" && $0.optimizer == "SGD" && $0.trials == 3 })
    #expect(rows.map(\.learningRate).contains(0.0562) && rows.map(\.learningRate).contains(0.178))
    let lowest = try #require(rows.min { $0.finalLoss < $1.finalLoss })
    #expect(lowest.chosen)
  }

  @Test func aRateBetweenThoseOfTheGridIsFoundByRefinement() throws {
    for (curvature, expected) in [(Float(1 / 0.178), 0.178), (1 / 0.0562, 0.0562)] {
      #expect(try tune(curvature: curvature).learningRate == expected)
    }
  }

  @Test func furtherRefinementsComeCloser() throws {
    // 1 / curvature lies between rates of the grid's quarters, on an eighth and on a sixteenth of a decade.
    for (refinements, best, expected) in [(1, 0.133, 0.1), (2, 0.133, 0.133), (3, 0.154, 0.154), (0, 0.178, 0.1)] {
      let tuning = BaselineTuning(
        trials: 3, steps: 3, lastSteps: 1, refinements: refinements, workers: Workers(2))
      let (rate, rows) = try tuning.tune(
        .sgd, on: valleys(curvature: Float(1 / best)), panel: "", stream: RandomStream(seed: 1))
      #expect(rate == expected)
      #expect(rows.count == 12 + 2 * refinements)
      #expect(rows.map(\.learningRate) == rows.map(\.learningRate).sorted())
    }
  }

  @Test func itIsTheBestThatIsRefinedHoweverSmall() throws {
    let (rate, rows) = try tune(curvature: 1e12, grid: -26...(-22))
    #expect(rate == 1e-12)
    #expect(rows.allSatisfy { $0.learningRate < 2e-11 }, "\(rows.map(\.learningRate))")
  }

  @Test func theGridGrowsWhileTheBestIsAtItsEdge() throws {
    let (high, up) = try tune(curvature: 0.001)
    #expect(high == 1000)
    #expect(up.last?.learningRate == 3160 && up.first?.learningRate == 1e-4)
    let (low, down) = try tune(curvature: 1e6)
    #expect(low == 1e-6)
    #expect(down.first?.learningRate == 3.16e-7)
    // Beyond the ninth decimal too.
    #expect(try tune(curvature: 1e10, grid: -16 ... -14).learningRate == 1e-10)
  }

  /// The grid grows by eight rates and no more.
  @Test func aRateAtTheEdgeOfThoseTriedIsToldApart() throws {
    let (high, above) = try tune(curvature: 1e-6)
    #expect(high < 1e6 && high == above.last?.learningRate && above.isChosenAtEdge)
    let (low, below) = try tune(curvature: 1e12)
    #expect(low > 1e-12 && low == below.first?.learningRate && below.isChosenAtEdge)
    #expect(try !tune(curvature: 10).rows.isChosenAtEdge)
    // Grown to the last rate that it may, and that one is the best.
    let (last, bracketed) = try tune(curvature: 1e-5)
    #expect(last == 1e5 && !bracketed.isChosenAtEdge)
  }

  @Test(arguments: [-1, 4]) func refinementsThatThereAreNotAreAnError(_ refinements: Int) throws {
    var tuning = BaselineTuning(trials: 2, steps: 3, lastSteps: 1, workers: .one)
    tuning.refinements = refinements
    #expect(throws: SettingError("refinements", value: refinements, expected: "0 to 3")) {
      try tuning.tune(.sgd, on: valleys(curvature: 1), panel: "", stream: RandomStream(seed: 1))
    }
  }

  @Test func ratesMayBeTriedInAWayOfTheCallers() throws {
    var tried: [[Double]] = []
    let tuning = BaselineTuning(trials: 3, steps: 3, lastSteps: 1, workers: .one)
    let found = try tuning.tune(.sgd, on: valleys(curvature: 10), panel: "valleys", stream: RandomStream(seed: 1)) {
      trials in
      tried.append(trials.rates)
      // Trial by trial, the last one first.
      return try trials.rates.indices.map { rate in
        let losses = try (0..<3).reversed().map { try trials.finalLoss(ofRate: rate, trial: $0) }
        return trials.row(ofRate: rate, finalLosses: losses.reversed())
      }
    }
    #expect(tried.map(\.count) == [12, 2] && tried[1] == [0.0562, 0.178])
    let usual = try tune(curvature: 10)
    #expect(found.learningRate == usual.learningRate && found.rows == usual.rows)
  }

  @Test func aGridOfOneRateGrowsToBothSides() throws {
    #expect(try tune(curvature: 10, grid: -1 ... -1).learningRate == 0.1)
    #expect(try tune(curvature: 1, grid: -2 ... -2).learningRate == 1)
    #expect(try tune(curvature: 100, grid: -2 ... -2).learningRate == 0.01)
  }

  @Test func ratesThatDivergeAreCountedAndNotChosen() throws {
    let (rate, rows) = try tune(curvature: 10, steps: 100)
    for row in rows {
      // (1 - 10 rate)^200 overflows from a rate of 0.316 up.
      #expect(row.diverged == (row.learningRate > 0.3 ? 3 : 0), "\(row.learningRate)")
      #expect(row.finalLoss.isNaN == (row.diverged == 3))
    }
    #expect(rate < 0.2)
  }

  /// No rate helps against a loss of nan; without an error any of them would pass for the best.
  @Test func anErrorSaysThatNoRateIsAnyGood() throws {
    let hopeless = Functions(dimension: 1) { _ in Function(start: [1]) { _, _ in .nan } }
    let tuning = BaselineTuning(trials: 2, steps: 3, lastSteps: 1, grid: -2...0, workers: .one)
    let error = #expect(throws: SettingError.self) {
      try tuning.tune(.nag, on: hopeless, panel: "", stream: RandomStream(seed: 1))
    }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("the rate of NAG is anything from ") && text.contains("losses stay finite"), "\(text)")
  }

  @Test(arguments: [(0, 3, 1), (2, 0, 1), (2, 3, 0)])
  func nothingToJudgeByIsAnError(_ trials: Int, _ steps: Int, _ lastSteps: Int) throws {
    let tuning = BaselineTuning(trials: trials, steps: steps, lastSteps: lastSteps, workers: .one)
    let error = #expect(throws: SettingError.self) {
      try tuning.tune(.nag, on: valleys(curvature: 1), panel: "", stream: RandomStream(seed: 1))
    }
    #expect(error?.value == "0" && error?.expected == "at least 1")
  }

  @Test func everyRateOfEveryBaselineIsTriedOnTheSameProblems() throws {
    var starts: Set<[Float]> = []
    for baseline in Baseline.allCases {
      let watched = Watched(Valleys())
      let tuning = BaselineTuning(trials: 3, steps: 3, grid: -3...(-1), refinements: 0, workers: Workers(2))
      let rows = try tuning.tune(baseline, on: watched, panel: "", stream: RandomStream(seed: 1)).rows
      #expect(watched.seen.count == 3 * rows.count)
      starts.formUnion(watched.seen.map(\.start))
    }
    #expect(starts.count == 3, "one for each trial")
  }

  @Test func everyBaselineGetsItsBestRate() throws {
    for baseline in Baseline.allCases {
      let (rate, rows) = try tune(baseline, curvature: 1, steps: 20)
      #expect(rows.allSatisfy { $0.optimizer == baseline.rawValue })
      let chosen = try #require(rows.first { $0.chosen })
      #expect(chosen.learningRate == rate && chosen.diverged == 0)
      #expect(rows.allSatisfy { $0.diverged > 0 || $0.finalLoss >= chosen.finalLoss })
      #expect(baseline.optimizer(learningRate: rate).name == baseline.rawValue)
    }
  }

  @Test func standardErrorsAreThoseOfAMean() {
    #expect(standardError([1, 2, 3, 4]) == (5.0 / 3 / 4).squareRoot())
    #expect(standardError([2, 2]) == 0)
    #expect(standardError([1]).isNaN && standardError([]).isNaN)
  }
}
