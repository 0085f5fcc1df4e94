import Testing

@testable import Foundations

struct RandomStreamTests {
  @Test func sameSeedSameNumbersAndACopyRepeatsThem() {
    var first = RandomStream(seed: 7).stream("minibatches", 3)
    var second = RandomStream(seed: 7).stream("minibatches", 3)
    let drawn = (0..<100).map { _ in first.next() }
    #expect(drawn == (0..<100).map { _ in second.next() })
    var copy = first
    #expect(copy.next() == first.next())
  }

  @Test func namesIndicesAndSeedsGiveDifferentStreams() {
    let seed = RandomStream(seed: 7)
    var streams = [
      seed, seed.stream("a"), seed.stream("b"), seed.stream("a", 1), seed.stream("a").stream("a"),
      RandomStream(seed: 8), RandomStream(seed: 7 + 1 << 32),
    ]
    let first = streams.indices.map { streams[$0].next() }
    #expect(Set(first).count == streams.count)
  }

  @Test func aStreamDoesNotDependOnWhatItsParentGave() {
    var parent = RandomStream(seed: 1)
    let before = parent.stream("child")
    for _ in 0..<10 { _ = parent.next() }
    #expect(parent.stream("child") == before)
  }

  @Test func uniformNumbersFillTheUnitInterval() {
    var stream = RandomStream(seed: 2)
    let numbers = (0..<100_000).map { _ in stream.uniform() }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(numbers.reduce(0, +) / 100_000 - 0.5) < 0.005)
  }

  @Test func normalNumbersHaveTheMomentsOfANormalDistribution() {
    var stream = RandomStream(seed: 3)
    let numbers = (0..<200_000).map { _ in Double(stream.normal()) }
    func moment(_ power: Int) -> Double {
      numbers.reduce(0) { sum, x in sum + (0..<power).reduce(1.0) { product, _ in product * x } } / 200_000
    }
    #expect(abs(moment(1)) < 0.01)
    #expect(abs(moment(2) - 1) < 0.02)
    #expect(abs(moment(3)) < 0.05)
    #expect(abs(moment(4) - 3) < 0.1)
  }

  /// Quantiles as printed in tables of the normal distribution.
  @Test(arguments: [
    (0.5, 0.0), (0.975, 1.959963985), (0.99, 2.326347874), (0.0001, -3.719016485), (1e-9, -5.997807015),
  ])
  func inverseNormalAgreesWithTables(probability: Double, quantile: Double) {
    #expect(abs(inverseNormal(probability) - quantile) < 1e-6)
  }

  @Test func integersBelowABoundAreUnbiased() {
    var stream = RandomStream(seed: 4)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
  }

  @Test func aPermutationHoldsEveryNumberOnce() {
    var stream = RandomStream(seed: 5)
    let order = stream.permutation(1000)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order != Array(0..<1000))
  }
}
