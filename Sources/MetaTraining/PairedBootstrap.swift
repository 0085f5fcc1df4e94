import Foundations

/// What is known of a mean difference: its value and where it lies with 95 % confidence.
public struct Difference: Sendable, Equatable {
  public var mean: Double
  public var low: Double
  public var high: Double
}

/// The 95 % interval of the mean of numbers, one for each problem, by resampling problems (percentile bootstrap); for
/// fewer than 30 Student's, since the percentiles of so few are too narrow (81 % in truth for 4, 85 % for 5). Its ends
/// are nan for a single number.
///
/// For two optimizers on the same problems, give the differences problem by problem: what the problems have in common
/// cancels.
public func bootstrap(_ numbers: [Double], resamples: Int = 10_000, stream: RandomStream) -> Difference {
  guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else {
    return Difference(mean: .nan, low: .nan, high: .nan)
  }
  if numbers.count <= studentQuantiles.count + 1 {
    let centre = mean(numbers)
    guard numbers.count > 1 else { return Difference(mean: centre, low: .nan, high: .nan) }
    let reach = standardErrors95(problems: numbers.count) * standardError(numbers)
    return Difference(mean: centre, low: centre - reach, high: centre + reach)
  }
  return bootstrap(problems: numbers.count, resamples: resamples, stream: stream) { problems in
    problems.reduce(0) { $0 + numbers[$1] } / Double(numbers.count)
  }
}

/// The 95 % interval of any number that comes from problems, by resampling them (percentile bootstrap).
///
/// - Parameters:
///   - count: of the problems.
///   - statistic: the number that some of them give, which may be named more than once.
/// - Returns: an interval of nan where the number is one for some of the resamples.
public func bootstrap(
  problems count: Int, resamples: Int = 2000, stream: RandomStream, statistic: ([Int]) -> Double
) -> Difference {
  var stream = stream
  let resamples = max(1, resamples)
  let drawn = (0..<resamples).map { _ in statistic((0..<count).map { _ in stream.integer(below: count) }) }.sorted()
  let tail = resamples * 25 / 1000
  let centre = statistic(Array(0..<count))
  // In no order.
  guard !drawn.contains(where: \.isNaN) else { return Difference(mean: centre, low: .nan, high: .nan) }
  return Difference(mean: centre, low: drawn[tail], high: drawn[resamples - 1 - tail])
}

/// Standard errors to either side of a mean over some problems that it lies within with 95 % confidence: Student's for
/// fewer than 30; nan for one.
public func standardErrors95(problems count: Int) -> Double {
  guard count > 1 else { return .nan }
  return count <= studentQuantiles.count + 1 ? studentQuantiles[count - 2] : 1.96
}

/// The quantiles .975 of Student's distribution with 1, 2, ... 28 degrees of freedom.
private let studentQuantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
  2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048,
]
