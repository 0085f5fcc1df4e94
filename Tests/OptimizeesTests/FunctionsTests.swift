import Foundations
import Testing

@testable import Optimizees

struct FunctionsTests {
  private func evaluate(_ episode: any Episode, at parameters: [Float]) throws -> (loss: Float, gradient: [Float]) {
    var gradient = [Float](repeating: 1e9, count: parameters.count)
    let loss = try parameters.withUnsafeBufferPointer { theta in
      try gradient.withUnsafeMutableBufferPointer { try episode.lossAndGradient(at: theta, step: 1, gradient: $0) }
    }
    return (loss, gradient)
  }

  private let bowls = Functions(dimension: 3, sideBySide: 2) { random in
    let centre = (0..<3).map { _ in random.normal() }
    return Function(start: centre.map { $0 + 1 }) { theta, gradient in
      for k in 0..<3 { gradient[k] += 2 * (theta[k] - centre[k]) }
      return zip(theta, centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
  }

  @Test func functionsStandSideBySideEachWithItsOwnGradient() throws {
    let episode = try #require(bowls.episode(RandomStream(seed: 1)) as? any FunctionBatch)
    #expect(bowls.layout.count == 6 && episode.initialParameters.count == 6)
    var theta = episode.initialParameters
    theta[4] += 1
    // A second time, so that a gradient that is not cleared would be seen.
    _ = try evaluate(episode, at: theta)
    let (loss, gradient) = try evaluate(episode, at: theta)
    #expect(abs(loss - 4.5) < 1e-5)
    #expect(zip(episode.functionLosses, [3, 6] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(gradient, [2, 2, 2, 2, 4, 2] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func theSameStreamGivesTheSameFunctionsAndAnotherGivesOthers() throws {
    func starts(_ seed: UInt64) throws -> [Float] { try bowls.episode(RandomStream(seed: seed)).initialParameters }
    let first = try starts(1)
    #expect(try first == starts(1) && first != starts(2))
    #expect(first[..<3] != first[3...])
  }

  @Test func wrongNumbersAreNamed() throws {
    let short = Functions(dimension: 2) { _ in Function(start: [0]) { _, _ in 0 } }
    #expect(throws: SettingError("numbers of a function's start", value: 1, expected: "2")) {
      try short.episode(RandomStream(seed: 1))
    }
    let long = Functions(dimension: 1) { _ in
      Function(start: [0]) { _, gradient in
        gradient = [1, 2]
        return 0
      }
    }
    let episode = try long.episode(RandomStream(seed: 1))
    #expect(throws: SettingError("numbers of a function's gradient", value: 2, expected: "1")) {
      try evaluate(episode, at: [0])
    }
  }

  @Test(arguments: TestFunction.allCases) func testFunctionsAreLowestWhereTheySay(_ function: TestFunction) {
    for minimum in function.minima {
      let (loss, gradient) = function.lossAndGradient(minimum[0], minimum[1])
      #expect(abs(loss) < 1e-5 && abs(gradient.x) < 2e-3 && abs(gradient.y) < 2e-3)
      #expect(function.ranges.x.contains(Double(minimum[0])) && function.ranges.y.contains(Double(minimum[1])))
    }
    #expect(function.lossAndGradient(function.start[0], function.start[1]).loss > 1)
  }

  @Test(arguments: TestFunction.allCases) func testGradientsAreDifferences(_ function: TestFunction) {
    let h: Float = 1e-2
    for (x, y) in [(0.3, -0.7), (-1.1, 0.4), (1.7, 1.2)] as [(Float, Float)] {
      func loss(_ dx: Float, _ dy: Float) -> Double { Double(function.lossAndGradient(x + dx, y + dy).loss) }
      // Of fourth order: Rastrigin's waves are short.
      func slope(_ dx: Float, _ dy: Float) -> Double {
        (8 * (loss(dx, dy) - loss(-dx, -dy)) - (loss(2 * dx, 2 * dy) - loss(-2 * dx, -2 * dy))) / (12 * Double(h))
      }
      let gradient = function.lossAndGradient(x, y).gradient
      #expect(abs(slope(h, 0) - Double(gradient.x)) < 2e-3 * (1 + abs(Double(gradient.x))))
      #expect(abs(slope(0, h) - Double(gradient.y)) < 2e-3 * (1 + abs(Double(gradient.y))))
    }
  }

  @Test func copiesMoveAndStartsStay() throws {
    let episode = try TestFunction.rosenbrock.copies(shift: 1, spread: 0).episode(RandomStream(seed: 1))
    let own = try TestFunction.rosenbrock.copies(shift: 0, spread: 0).episode(RandomStream(seed: 1))
    #expect(episode.initialParameters == [-1.2, 1] && own.initialParameters == [-1.2, 1])
    #expect(abs(try evaluate(own, at: [-1.2, 1]).loss - 24.2) < 1e-3)
    #expect(abs(try evaluate(episode, at: [-1.2, 1]).loss - 24.2) > 0.1)
  }
}
