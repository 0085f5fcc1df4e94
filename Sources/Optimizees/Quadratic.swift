import Foundations

/// Synthetic quadratics f(θ) = |Wθ - y|² in ten dimensions (§3.1), many of them side by side.
///
/// An episode is a batch of independent functions, each with a matrix W, a vector y and a start of its own. Its
/// coordinates are those of all functions, and the gradient is each function's own, as if it stood alone; the loss is
/// the mean over the batch.
public struct Quadratic: Optimizee {
  /// Where the elements of W and y are drawn from.
  public enum Elements: String, Sendable, Codable {
    /// U(0, 1): the released code, and the paper's curves, which start at 10/3.
    case uniform
    /// N(0, 1): the paper's text. Losses start at 10.
    case gaussian
  }

  public static let dimension = 10

  public let elements: Elements
  /// Functions of an episode.
  public let functions: Int
  /// Of θ(0).
  public let start: StartDeviation

  /// - Throws: `SettingError` for a batch without functions.
  public init(_ elements: Elements, functions: Int = 128, start: StartDeviation = .fixed(0.01)) throws {
    guard functions > 0 else { throw SettingError("functions", value: functions, expected: "at least 1") }
    self.elements = elements
    self.functions = functions
    self.start = start
  }

  /// θ as a matrix with a column for each function.
  public var layout: ParameterLayout { ParameterLayout(["theta": [Self.dimension, functions]]) }

  /// Function k depends on the stream and k alone, not on how many there are.
  public func episode(_ stream: RandomStream) -> any Episode { QuadraticEpisode(self, stream) }
}

final class QuadraticEpisode: FunctionBatch {
  let initialParameters: [Float]
  private(set) var functionLosses: [Float]
  /// W, [10, 10, functions]: what is done for one function is done for its neighbours with the same instructions.
  let matrices: [Float]
  /// y, [10, functions].
  let targets: [Float]
  /// Wθ - y, [10, functions].
  private var residuals: [Float]

  init(_ optimizee: Quadratic, _ stream: RandomStream) {
    let (count, d) = (optimizee.functions, Quadratic.dimension)
    var matrices = [Float](repeating: 0, count: d * d * count)
    var (targets, starts) = ([Float](repeating: 0, count: d * count), [Float](repeating: 0, count: d * count))
    for function in 0..<count {
      var random = stream.stream("function", function)
      func element() -> Float { optimizee.elements == .uniform ? random.uniform() : random.normal() }
      for k in 0..<d * d { matrices[k * count + function] = element() }
      for k in 0..<d { targets[k * count + function] = element() }
      let deviation = optimizee.start.draw(&random)
      for k in 0..<d { starts[k * count + function] = deviation * random.normal() }
    }
    (self.matrices, self.targets, initialParameters) = (matrices, targets, starts)
    residuals = targets
    functionLosses = [Float](repeating: .nan, count: count)
  }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    let count = functionLosses.count
    residuals.withUnsafeMutableBufferPointer { residuals in
      functionLosses.withUnsafeMutableBufferPointer { losses in
        // So many functions at a time that what is read again stays in the first cache.
        for first in stride(from: 0, to: count, by: 256) {
          let block = Block(count: count, functions: first..<min(first + 256, count))
          block.residuals(matrices, targets, parameters, into: residuals, losses)
          block.gradient(matrices, residuals, into: gradient)
        }
      }
    }
    return Float(functionLosses.reduce(0) { $0 + Double($1) } / Double(count))
  }
}

/// Some neighbours in a batch. The inner loops run over functions, so that the compiler turns them into vectors.
private struct Block {
  /// Functions of the whole batch: the length of a row.
  let count: Int
  let functions: Range<Int>

  /// r = Wθ - y and f = Σ r².
  @inline(__always)
  func residuals(
    _ matrices: [Float], _ targets: [Float], _ theta: UnsafeBufferPointer<Float>,
    into residuals: UnsafeMutableBufferPointer<Float>, _ losses: UnsafeMutableBufferPointer<Float>
  ) {
    let d = Quadratic.dimension
    matrices.withUnsafeBufferPointer { w in
      for k in functions { losses[k] = 0 }
      for i in 0..<d {
        for k in functions { residuals[i &* count &+ k] = -targets[i &* count &+ k] }
        for j in 0..<d {
          let element = (i &* d &+ j) &* count
          for k in functions { residuals[i &* count &+ k] += w[element &+ k] * theta[j &* count &+ k] }
        }
        for k in functions { losses[k] += residuals[i &* count &+ k] * residuals[i &* count &+ k] }
      }
    }
  }

  /// ∇f = 2 Wᵀr.
  @inline(__always)
  func gradient(
    _ matrices: [Float], _ residuals: UnsafeMutableBufferPointer<Float>,
    into gradient: UnsafeMutableBufferPointer<Float>
  ) {
    let d = Quadratic.dimension
    matrices.withUnsafeBufferPointer { w in
      for j in 0..<d {
        for k in functions { gradient[j &* count &+ k] = 0 }
        for i in 0..<d {
          let element = (i &* d &+ j) &* count
          for k in functions { gradient[j &* count &+ k] += w[element &+ k] * residuals[i &* count &+ k] }
        }
        for k in functions { gradient[j &* count &+ k] *= 2 }
      }
    }
  }
}
