import Foundations
import Testing

struct FinitenessTests {
  private func areFinite(_ numbers: [Float]) -> Bool { numbers.withUnsafeBufferPointer(\.areFinite) }

  @Test(arguments: [Float.nan, -.nan, .signalingNaN, .infinity, -.infinity])
  func oneNumberThatIsNotFiniteIsFoundAnywhere(bad: Float) {
    for count in 1...40 {
      for place in 0..<count {
        var numbers = [Float](repeating: -1, count: count)
        numbers[place] = bad
        #expect(!areFinite(numbers))
      }
    }
  }

  @Test func allOthersAreFinite() {
    #expect(areFinite([]))
    #expect(areFinite([0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1]))
  }
}
