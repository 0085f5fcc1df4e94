import Foundations
import Testing

@testable import Optimizees

struct QuadraticTests {
  /// More functions than one block of the loops has, and no multiple of a vector's lanes.
  private static let functions = 261

  private static let elements: [Quadratic.Elements] = [.uniform, .gaussian]

  private func episode(_ elements: Quadratic.Elements, functions: Int = functions, seed: UInt64 = 1) throws
    -> QuadraticEpisode
  {
    let optimizee = try Quadratic(elements, functions: functions, start: .fixed(1))
    return try #require(optimizee.episode(RandomStream(seed: seed)) as? QuadraticEpisode)
  }

  private func evaluate(_ episode: QuadraticEpisode, at parameters: [Float]) -> (loss: Float, gradient: [Float]) {
    var gradient = [Float](repeating: 1e9, count: parameters.count)
    let loss = parameters.withUnsafeBufferPointer { theta in
      gradient.withUnsafeMutableBufferPointer { episode.lossAndGradient(at: theta, step: 1, gradient: $0) }
    }
    return (loss, gradient)
  }

  /// f = |Wθ - y|² of one function of a batch, in Double, by the definition.
  private func plainLoss(_ episode: QuadraticEpisode, _ function: Int, at parameters: [Double]) -> Double {
    let count = episode.functionLosses.count
    return (0..<10).reduce(0) { loss, i in
      var residual = -Double(episode.targets[i * count + function])
      for j in 0..<10 {
        residual += Double(episode.matrices[(10 * i + j) * count + function]) * parameters[j * count + function]
      }
      return loss + residual * residual
    }
  }

  @Test(arguments: elements) func lossesAreTheirClosedForm(_ elements: Quadratic.Elements) throws {
    let episode = try episode(elements)
    let theta = episode.initialParameters
    let (loss, _) = evaluate(episode, at: theta)
    var mean = 0.0
    for function in 0..<Self.functions {
      let plain = plainLoss(episode, function, at: theta.map(Double.init))
      #expect(abs(Double(episode.functionLosses[function]) - plain) < 1e-5 * (1 + plain), "function \(function)")
      mean += plain / Double(Self.functions)
    }
    #expect(abs(Double(loss) - mean) < 1e-5 * mean)
  }

  @Test(arguments: elements) func gradientsAreThoseOfEachFunctionAlone(_ elements: Quadratic.Elements) throws {
    let episode = try episode(elements)
    let (_, gradient) = evaluate(episode, at: episode.initialParameters)
    var theta = episode.initialParameters.map(Double.init)
    for function in 0..<Self.functions {
      for j in 0..<10 {
        let (k, h) = (j * Self.functions + function, 1e-4)
        let middle = theta[k]
        theta[k] = middle + h
        let above = plainLoss(episode, function, at: theta)
        theta[k] = middle - h
        let below = plainLoss(episode, function, at: theta)
        theta[k] = middle
        // Central differences of a quadratic are exact.
        let slope = (above - below) / (2 * h)
        #expect(abs(Double(gradient[k]) - slope) < 1e-4 * (1 + abs(slope)), "function \(function), coordinate \(j)")
      }
    }
  }

  @Test func functionsDoNotSeeEachOther() throws {
    let episode = try episode(.uniform)
    let before = evaluate(episode, at: episode.initialParameters)
    let losses = episode.functionLosses
    var theta = episode.initialParameters
    for j in 0..<10 { theta[j * Self.functions + 7] += 1 }
    let after = evaluate(episode, at: theta)
    for function in 0..<Self.functions {
      let moved = function == 7
      #expect((losses[function] != episode.functionLosses[function]) == moved)
      for j in 0..<10 {
        let k = j * Self.functions + function
        #expect((before.gradient[k] != after.gradient[k]) == moved)
      }
    }
  }

  @Test func aBatchIsItsFunctionsOneByOne() throws {
    let batch = try episode(.gaussian)
    _ = evaluate(batch, at: batch.initialParameters)
    for count in [1, 2, 15, 256] {
      let smaller = try episode(.gaussian, functions: count)
      let (_, gradient) = evaluate(smaller, at: smaller.initialParameters)
      let whole = evaluate(batch, at: batch.initialParameters)
      #expect(smaller.functionLosses == Array(batch.functionLosses.prefix(count)))
      for j in 0..<10 {
        let (row, wholeRow) = (j * count, j * Self.functions)
        #expect(Array(gradient[row..<row + count]) == Array(whole.gradient[wholeRow..<wholeRow + count]))
      }
    }
  }

  @Test func elementsAndStartsAreDrawnAsTheySay() throws {
    for (elements, mean, variance) in [(Quadratic.Elements.uniform, 0.5, 1.0 / 12), (.gaussian, 0, 1)] {
      let optimizee = try Quadratic(elements, functions: 2000)
      let episode = try #require(optimizee.episode(RandomStream(seed: 3)) as? QuadraticEpisode)
      for numbers in [episode.matrices, episode.targets] {
        let values = numbers.map(Double.init)
        let average = values.reduce(0, +) / Double(values.count)
        let square = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(values.count)
        #expect(abs(average - mean) < 0.03)
        #expect(abs(square / variance - 1) < 0.05)
      }
      let starts = episode.initialParameters.map(Double.init)
      let deviation = (starts.reduce(0) { $0 + $1 * $1 } / Double(starts.count)).squareRoot()
      #expect(abs(deviation / 0.01 - 1) < 0.05)
      // E|y|²: the paper's curves start at 10/3.
      let (loss, _) = evaluate(episode, at: episode.initialParameters)
      #expect(abs(Double(loss) / (10 * (variance + mean * mean)) - 1) < 0.05)
    }
    #expect(try episode(.uniform, seed: 1).matrices != episode(.uniform, seed: 2).matrices)
  }

  @Test func aBatchHoldsAtLeastOneFunction() {
    #expect(throws: SettingError.self) { try Quadratic(.uniform, functions: 0) }
  }
}
