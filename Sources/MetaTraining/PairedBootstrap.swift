import Foundations

/// What is known of a mean difference: its value and where it lies with 95 % confidence.
public struct Difference: Sendable, Equatable {
  public var mean: Double
  public var low: Double
  public var high: Double
}

/// The 95 % interval of the mean of numbers, one for each problem, by resampling problems (percentile bootstrap).
///
/// For two optimizers on the same problems, give the differences problem by problem: what the problems have in common
/// cancels.
public func bootstrap(_ numbers: [Double], resamples: Int = 10_000, stream: RandomStream) -> Difference {
  guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else {
    return Difference(mean: .nan, low: .nan, high: .nan)
  }
  var stream = stream
  var means: [Double] = []
  means.reserveCapacity(resamples)
  for _ in 0..<resamples {
    var sum = 0.0
    for _ in numbers.indices { sum += numbers[stream.integer(below: numbers.count)] }
    means.append(sum / Double(numbers.count))
  }
  means.sort()
  return Difference(
    mean: numbers.reduce(0, +) / Double(numbers.count), low: means[resamples * 25 / 1000],
    high: means[resamples * 975 / 1000])
}
