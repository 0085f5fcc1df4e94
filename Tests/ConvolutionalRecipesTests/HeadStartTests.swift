import MetaTraining
import Testing

@testable import ConvolutionalRecipes

struct HeadStartTests {
  private let learned = HeadStart.Curve(steps: [10, 20, 30], losses: [1.0, 0.5, 0.4])
  private let slow = HeadStart.Curve(steps: [10, 20, 30, 40], losses: [2.0, 1.5, 1.0, 0.45])
  private let late = HeadStart.Curve(steps: [10, 20, 30, 40], losses: [2.5, 0.8, 0.6, 0.55])

  @Test func tellsTheLeadAndWhenTheFirstOfTheOthersHasCaughtUp() throws {
    let start = try #require(HeadStart(of: learned, over: [slow, late], at: 20))
    #expect(abs(start.nats - 0.3) < 1e-12, "over the lowest there")
    #expect(start.step == 40, "where another is the first")
    #expect(start.arrival == "at step 40")
  }

  @Test func othersThatNeverComeThereAreSaidTo() throws {
    let start = try #require(HeadStart(of: learned, over: [late], at: 30))
    #expect(start.step == nil)
    #expect(start.arrival == "never")
  }

  @Test(arguments: [15, 50]) func aStepWithoutAPointHasNoLead(_ step: Int) {
    #expect(HeadStart(of: learned, over: [slow], at: step) == nil)
    #expect(HeadStart(of: nil, over: [slow], at: 20) == nil)
  }

  /// Losses 1, 2, ... 12 and as many that are two higher: their mean is one higher.
  @Test func windowsAreMeansOfTenStepsAtTheirLast() {
    let curves = LossCurves(
      panel: "", optimizer: "", learningRate: nil,
      losses: [(1...12).map { Float($0) }, (3...14).map { Float($0) }])
    let windows = HeadStart.Curve(windowsOf: curves)
    #expect(windows.steps == [10, 11, 12])
    #expect(windows.losses == [6.5, 7.5, 8.5])
  }
}
