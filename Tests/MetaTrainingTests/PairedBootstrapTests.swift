import Foundations
import MetaTraining
import Testing

struct PairedBootstrapTests {
  private let stream = RandomStream(seed: 5).stream("bootstrap")

  private func normals(_ count: Int, seed: UInt64, mean: Double) -> [Double] {
    var stream = RandomStream(seed: seed)
    return (0..<count).map { _ in mean + Double(stream.normal()) }
  }

  @Test func theIntervalIsThatOfTheNormalApproximation() {
    let numbers = normals(200, seed: 1, mean: 3)
    let difference = bootstrap(numbers, stream: stream)
    let mean = numbers.reduce(0, +) / 200
    #expect(difference.mean == mean)
    let half = 1.96 * standardError(numbers)
    #expect(abs(difference.low - (mean - half)) < 0.1 * half)
    #expect(abs(difference.high - (mean + half)) < 0.1 * half)
    #expect(bootstrap(numbers, stream: stream) == difference)
  }

  @Test func intervalsOfFewProblemsAreStudents() {
    #expect(standardErrors95(problems: 1).isNaN)
    #expect([2, 5, 29, 30, 100].map(standardErrors95) == [12.706, 2.776, 2.048, 1.96, 1.96])
  }

  /// Of 200 samples some 10 lie so that their interval misses the truth; with 32 numbers a few more.
  @Test(arguments: [2, 5, 29, 32]) func theIntervalHoldsTheTruthAsOftenAsItSays(count: Int) {
    let misses = (0..<200).filter { sample in
      let difference = bootstrap(
        normals(count, seed: UInt64(sample), mean: 1), resamples: 1000, stream: stream.stream("sample", sample))
      return difference.low > 1 || difference.high < 1
    }
    #expect((4...26).contains(misses.count), "\(misses.count) misses")
  }

  /// The quantile of Student's distribution with four degrees of freedom is 2.776.
  @Test func fewNumbersHaveStudentsInterval() {
    let difference = bootstrap([1, 2, 3, 4, 5], stream: stream)
    #expect(abs(difference.high - difference.mean - 2.776 * (0.5).squareRoot()) < 1e-9)
    #expect(abs(difference.mean - difference.low - 2.776 * (0.5).squareRoot()) < 1e-9)
    let single = bootstrap([1], stream: stream)
    #expect(single.mean == 1 && single.low.isNaN && single.high.isNaN)
  }

  @Test func withoutFiniteNumbersThereIsNoInterval() {
    for numbers in [[], [1, .nan], [.infinity, 2]] {
      let difference = bootstrap(numbers, stream: stream)
      #expect(difference.mean.isNaN && difference.low.isNaN && difference.high.isNaN)
    }
    let constant = bootstrap([2, 2, 2], stream: stream)
    #expect(constant.mean == 2 && constant.low == 2 && constant.high == 2)
  }
}
