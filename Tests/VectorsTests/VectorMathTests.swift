import Foundation
import Foundations
import Testing
import Vectors

/// Every 997th float of a range: some two million, for a bound over the whole of it.
private func floats(from lower: Float, to upper: Float) -> [Float] {
  stride(from: lower.bitPattern, through: upper.bitPattern, by: 997).map(Float.init(bitPattern:)) + [upper]
}

private func mirrored(_ numbers: [Float]) -> [Float] { numbers + numbers.map { -$0 } }

/// The largest error of a function, and where.
private func worst(
  _ numbers: [Float], _ ours: (inout [Float]) -> Void, error: (_ x: Double, _ y: Double) -> Double
) -> (error: Double, at: Float) {
  var results = numbers
  ours(&results)
  var worst = (error: 0.0, at: Float(0))
  for (x, y) in zip(numbers, results) {
    let error = error(Double(x), Double(y))
    if !(error <= worst.error) { worst = (error, x) }
  }
  return worst
}

struct VectorMathTests {
  @Test(arguments: VectorLevel.available) func logarithmsKeepTheirBounds(level: VectorLevel) {
    let normal = floats(from: .leastNormalMagnitude, to: .greatestFiniteMagnitude)
    let relative = worst(normal, { VectorMath.log(&$0, level: level) }) { x, y in
      let exact = log(x)
      return exact == 0 ? abs(y) : abs(y / exact - 1)
    }
    #expect(relative.error <= 8.1e-8, "at \(relative.at)")
    let one = (1 as Float).bitPattern
    let near = (one - 2000...one + 2000).map(Float.init(bitPattern:))
    let nearOne = worst(near, { VectorMath.log(&$0, level: level) }) { x, y in x == 1 ? abs(y) : abs(y / log(x) - 1) }
    #expect(nearOne.error <= 8.1e-8, "at \(nearOne.at)")
  }

  @Test(arguments: VectorLevel.available) func exponentialsKeepTheirBounds(level: VectorLevel) {
    let range = [0] + floats(from: 1e-10, to: 88) + floats(from: 1e-10, to: 87).map { -$0 }
    let relative = worst(range, { VectorMath.exp(&$0, level: level) }) { abs($1 / exp($0) - 1) }
    #expect(relative.error <= 1.2e-7, "at \(relative.at)")
  }

  @Test(arguments: VectorLevel.available) func tanhAndSigmoidKeepTheirBounds(level: VectorLevel) {
    let all = mirrored([0] + floats(from: .leastNormalMagnitude, to: .greatestFiniteMagnitude))
    let hyperbolic = worst(all, { VectorMath.tanh(&$0, level: level) }) { abs($1 - tanh($0)) }
    #expect(hyperbolic.error <= (level == .portable ? 5.1e-7 : 4.7e-7), "at \(hyperbolic.at)")
    let logistic = worst(all, { VectorMath.sigmoid(&$0, level: level) }) { abs($1 - 1 / (1 + exp(-$0))) }
    #expect(logistic.error <= (level == .portable ? 2.8e-7 : 2.6e-7), "at \(logistic.at)")
  }

  @Test(arguments: VectorLevel.available) func specialNumbersStaySpecial(level: VectorLevel) {
    func map(_ function: (inout [Float], VectorLevel) -> Void, _ numbers: [Float]) -> [Float] {
      var numbers = numbers
      function(&numbers, level)
      return numbers
    }
    let edges: [Float] = [.nan, .infinity, -.infinity]
    let exponentials = map({ VectorMath.exp(&$0, level: $1) }, edges + [1000, -1000, 0])
    #expect(exponentials[0].isNaN && exponentials[5] == 1)
    // Clamped: large and tiny, but finite and normal.
    #expect(exponentials[1] == exponentials[3] && exponentials[1] > 1e38 && exponentials[1].isFinite)
    #expect(exponentials[2] == exponentials[4] && exponentials[2] < 2e-38 && exponentials[2].isNormal)
    let tangents = map({ VectorMath.tanh(&$0, level: $1) }, edges + [0])
    #expect(tangents[0].isNaN && tangents[3] == 0)
    #expect(abs(tangents[1] - 1) < 5e-7 && tangents[2] == -tangents[1])
    let logistics = map({ VectorMath.sigmoid(&$0, level: $1) }, edges + [0])
    #expect(logistics[0].isNaN && logistics[3] == 0.5)
    #expect(abs(logistics[1] - 1) < 3e-7 && abs(logistics[2]) < 3e-7)
  }

  /// Lengths around a register's, and nothing beyond the end touched.
  @Test(arguments: VectorLevel.available) func resultsDoNotDependOnPlaceOrLength(level: VectorLevel) {
    var stream = RandomStream(seed: 1)
    let numbers = (0..<70).map { _ in 3 * stream.normal() }
    var all = numbers
    VectorMath.tanh(&all, level: level)
    for start in 0..<17 {
      for count in 0...50 {
        var part = numbers
        part.withUnsafeMutableBufferPointer {
          VectorMath.map(.tanh, UnsafeMutableBufferPointer(rebasing: $0[start..<start + count]), level: level)
        }
        let touched = start..<start + count
        #expect(numbers.indices.allSatisfy { part[$0] == (touched.contains($0) ? all[$0] : numbers[$0]) })
      }
    }
  }

  @Test(.enabled(if: VectorLevel.available.contains(.v4), "there is nothing to compare without AVX-512"))
  func wideAndNarrowRegistersGiveTheSameBits() throws {
    let levels = VectorLevel.available.filter { $0 != .portable }
    let all = mirrored(floats(from: 1e-30, to: 1e30))
    func results(_ level: VectorLevel) -> [[Float]] {
      [
        { VectorMath.log(&$0, level: level) }, { VectorMath.exp(&$0, level: level) },
        { VectorMath.tanh(&$0, level: level) }, { (x: inout [Float]) in VectorMath.sigmoid(&x, level: level) },
      ].enumerated().map { index, function in
        var numbers = index == 0 ? all.map(abs) : all
        function(&numbers)
        return numbers
      }
    }
    let expected = results(try #require(levels.first))
    for level in levels.dropFirst() { #expect(results(level) == expected) }
  }
}
