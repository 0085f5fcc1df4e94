import Foundations

/// One function f(θ) of a few lines: where it starts, and a closure for its loss and gradient.
public struct Function {
  /// θ at step 1.
  public var start: [Float]
  /// Gives f(θ) and sets all of the gradient, which comes as many zeros.
  public var lossAndGradient: (_ theta: [Float], _ gradient: inout [Float]) throws -> Float

  public init(start: [Float], lossAndGradient: @escaping (_ theta: [Float], _ gradient: inout [Float]) throws -> Float)
  {
    self.start = start
    self.lossAndGradient = lossAndGradient
  }
}

/// A family of functions, each drawn by a closure: the shortest way to an optimizee of one's own.
///
/// ```swift
/// let bowls = Functions(dimension: 2) { random in
///   let centre = [random.normal(), random.normal()]
///   return Function(start: [0, 0]) { theta, gradient in
///     for k in 0..<2 { gradient[k] = 2 * (theta[k] - centre[k]) }
///     return zip(theta, centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
///   }
/// }
/// ```
public struct Functions: Optimizee {
  public let dimension: Int
  /// Functions of an episode. Meta-training learns more from many small functions side by side than from one at a time.
  ///
  /// The episode's loss is their mean, of which the objective `.logarithm` takes the logarithm; the meta-gradient is a
  /// sum over functions.
  public let sideBySide: Int
  private let draw: @Sendable (inout RandomStream) throws -> Function

  /// - Parameters:
  ///   - dimension: coordinates of each function, at least 1.
  ///   - draw: draws a function; all that is random about it comes from the stream.
  public init(
    dimension: Int, sideBySide: Int = 1, draw: @escaping @Sendable (inout RandomStream) throws -> Function
  ) {
    self.dimension = max(1, dimension)
    self.sideBySide = max(1, sideBySide)
    self.draw = draw
  }

  /// θ as a matrix with a row for each function.
  public var layout: ParameterLayout { ParameterLayout(["theta": [sideBySide, dimension]]) }

  /// - Throws: `SettingError` for a start of another dimension, and what the closure throws.
  public func episode(_ stream: RandomStream) throws -> any Episode {
    try FunctionsEpisode(
      (0..<sideBySide).map { index in
        var random = stream.stream("function", index)
        let function = try draw(&random)
        guard function.start.count == dimension else {
          throw SettingError("numbers of a function's start", value: function.start.count, expected: "\(dimension)")
        }
        return function
      })
  }
}

private final class FunctionsEpisode: FunctionBatch {
  let initialParameters: [Float]
  private(set) var functionLosses: [Float]
  private let functions: [Function]
  private var theta: [Float]
  private var slope: [Float]

  init(_ functions: [Function]) {
    self.functions = functions
    initialParameters = functions.flatMap(\.start)
    functionLosses = [Float](repeating: .nan, count: functions.count)
    theta = [Float](repeating: 0, count: functions[0].start.count)
    slope = theta
  }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) throws -> Float {
    let dimension = theta.count
    for (index, function) in functions.enumerated() {
      for k in 0..<dimension {
        theta[k] = parameters[index * dimension + k]
        slope[k] = 0
      }
      functionLosses[index] = try function.lossAndGradient(theta, &slope)
      guard slope.count == dimension else {
        throw SettingError("numbers of a function's gradient", value: slope.count, expected: "\(dimension)")
      }
      for k in 0..<dimension { gradient[index * dimension + k] = slope[k] }
    }
    return Float(functionLosses.reduce(0) { $0 + Double($1) } / Double(functions.count))
  }
}
