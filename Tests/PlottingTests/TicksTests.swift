import Foundations
import Testing

@testable import Plotting

struct TicksTests {
  private func labels(_ ticks: [Tick]) -> [String] {
    ticks.compactMap(\.label).map { $0.superscript.isEmpty ? $0.base : "\($0.base)^\($0.superscript)" }
  }

  @Test func linearTicksStandAtRoundNumbers() {
    #expect(labels(Ticks.linear(0...100, about: 5)) == ["0", "20", "40", "60", "80", "100"])
    #expect(labels(Ticks.linear(-0.3...0.31, about: 6)) == ["−0.3", "−0.2", "−0.1", "0", "0.1", "0.2", "0.3"])
    #expect(labels(Ticks.linear(0...40_000, about: 4)) == ["0", "10,000", "20,000", "30,000", "40,000"])
    #expect(labels(Ticks.linear(0...4e-5, about: 4)) == ["0", "1×10^−5", "2×10^−5", "3×10^−5", "4×10^−5"])
    #expect(labels(Ticks.linear(0...3e8, about: 3)) == ["0", "1×10^8", "2×10^8", "3×10^8"])
  }

  @Test func logarithmicTicksUnderTwoDecadesArePlainNumbers() {
    #expect(labels(Ticks.logarithmic(0.2...2.5, about: 5)) == ["0.2", "0.5", "1", "2"])
    #expect(labels(Ticks.logarithmic(0.17...0.45, about: 5)) == ["0.2", "0.3", "0.4"])
    #expect(labels(Ticks.logarithmic(0.36...1.75, about: 5)) == ["0.4", "0.6", "0.8", "1", "1.5"])
    #expect(labels(Ticks.logarithmic(900...21_000, about: 5)) == ["1000", "2000", "5000", "10,000", "20,000"])
    #expect(labels(Ticks.logarithmic(0.2501...0.2589, about: 4)) == ["0.252", "0.254", "0.256", "0.258"])
    #expect(labels(Ticks.logarithmic(1e-7...3e-7, about: 4)) == ["1×10^−7", "2×10^−7", "3×10^−7"])
  }

  @Test func logarithmicTicksOverDecadesArePowers() {
    #expect(labels(Ticks.logarithmic(0.02...30, about: 5)) == ["10^−1", "10^0", "10^1"])
    #expect(labels(Ticks.logarithmic(1e-9...1e9, about: 5)).count < 8)
    #expect(Ticks.logarithmic(0.02...30, about: 5).filter { $0.label == nil }.count == 8 + 8 + 2 + 8)
  }

  @Test(arguments: [Axis.Scale.linear, .log]) func anyRangeIsReadable(scale: Axis.Scale) {
    var random = RandomStream(seed: 5)
    for _ in 0..<2000 {
      let low = NumberText.power(random.integer(below: 13) - 6) * Double(random.uniform(1, 10))
      let high = low * (1 + NumberText.power(random.integer(below: 9) - 2) * Double(random.uniform(0.1, 1)))
      let ticks = Ticks.ticks(scale, low...high, about: 5)
      let labelled = ticks.filter { $0.label != nil }
      #expect((2...13).contains(labelled.count), "\(low)...\(high): \(labels(ticks))")
      #expect(Set(labels(ticks)).count == labelled.count, "\(low)...\(high): \(labels(ticks))")
      #expect(ticks.allSatisfy { $0.value >= low * 0.999_999 && $0.value <= high * 1.000_001 })
      #expect(zip(labelled, labelled.dropFirst()).allSatisfy { $0.value < $1.value })
    }
  }

  @Test func givenTicksAreKept() {
    #expect(labels(Ticks.at([-500, 0, 500, 900], in: -600...600)) == ["−500", "0", "500"])
    #expect(labels(Ticks.at([0.5, 0.25], in: 0...1)) == ["0.50", "0.25"])
  }

  @Test func impossibleRangesDoNotHang() {
    for range in [0...0.0, 0...Double.infinity, -1...1.0, 1e-300...1e300, 5...5.0, -1e300...1e300] {
      #expect(Ticks.linear(range, about: 5).count < 1001)
      #expect(Ticks.logarithmic(range, about: 5).count < 1001)
    }
  }

  @Test func rangesReachBeyondTheDataAndToRoundNumbers() {
    func range(_ scale: Axis.Scale, _ values: [Double], _ padding: ResolvedAxis.Padding) -> [Double] {
      let axis = ResolvedAxis(Axis(scale: scale), values: values, padding: padding, about: 5)
      return [axis.lower, axis.upper]
    }
    #expect(range(.linear, [1, 100], .none) == [0, 100])
    #expect(range(.linear, [100, 200], .none) == [100, 200])
    #expect(range(.log, [0.213, 2.3, .nan, -1, 0, .infinity], .snapped)[0] == 0.2)
    #expect(range(.linear, [2, 12], .snapped) == [0, 12.4])
    #expect(range(.log, [], .snapped) == [0.1, 10])
    #expect(range(.log, [3], .snapped) == [1.5, 6])
    let wrong = ResolvedAxis(Axis(scale: .log, range: -1...10), values: [1, 8], padding: .none, about: 5)
    #expect(wrong.lower == 1 && wrong.fraction(0) == nil && wrong.fraction(.nan) == nil)
    #expect(wrong.fraction(8) == 1)
  }
}

struct NumberTextTests {
  @Test func numbersAreRoundedAsText() {
    #expect(NumberText.fixed(0.125, 2) == "0.13")
    #expect(NumberText.fixed(-0.001, 2) == "0.00")
    #expect(NumberText.fixed(-12.5, 1) == "-12.5")
    #expect(NumberText.fixed(7, 0) == "7")
    #expect(NumberText.coordinate(10) == "10")
    #expect(NumberText.coordinate(0.5001) == "0.5")
    #expect(NumberText.label(-1_234_567.8, places: 1) == "−1,234,567.8")
    #expect(NumberText.label(1234, places: 0) == "1234")
  }

  @Test func significantDigitsCarry() {
    #expect(NumberText.significant(0.24567, 3) == RichText("0.246"))
    #expect(NumberText.significant(9.996, 3) == RichText("10.0"))
    #expect(NumberText.significant(123_456, 3) == RichText("123,456"))
    #expect(NumberText.significant(9.99e8, 2) == RichText("1.0×10", superscript: "9"))
    #expect(NumberText.significant(-0.000123, 2) == RichText("−1.2×10", superscript: "−4"))
    #expect(NumberText.significant(0, 3) == "0" && NumberText.significant(.nan, 3) == "–")
  }

  @Test func decadesAreExact() {
    for k in -30...30 {
      #expect(NumberText.decade(of: NumberText.power(k)) == k)
      #expect(NumberText.decade(of: NumberText.power(k) * 9.99) == k)
    }
  }
}
