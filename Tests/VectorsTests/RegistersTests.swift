import Foundations
import KernelInterface
import Testing

@Suite struct RegistersTests {
  /// Random numbers of both signs, among them those that comparisons and roundings stumble over.
  private static let numbers: [Float] = {
    var random = RandomStream(seed: 1)
    let odd: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1]
    return odd + (0..<56).map { _ in 10 * random.normal() }
  }()

  private func expect(
    _ eight: (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>,
    _ sixteen: (SIMD16<Float>, SIMD16<Float>, SIMD16<Float>) -> SIMD16<Float>,
    equal one: (Float, Float, Float) -> Float, _ location: SourceLocation = #_sourceLocation
  ) {
    let numbers = Self.numbers
    // Each number meets each other, with a third.
    for shift in numbers.indices {
      let others = numbers.indices.map { numbers[($0 + shift) % numbers.count] }
      let thirds = numbers.indices.map { numbers[($0 * 5 + shift) % numbers.count] }
      for start in stride(from: 0, to: numbers.count, by: 16) {
        func lanes(_ x: [Float]) -> SIMD16<Float> { SIMD16(x[start..<start + 16]) }
        let (a, b, c) = (lanes(numbers), lanes(others), lanes(thirds))
        let result = sixteen(a, b, c)
        let low = eight(a.lowHalf, b.lowHalf, c.lowHalf)
        for k in 0..<16 {
          let expected = one(a[k], b[k], c[k])
          #expect(isSame(result[k], expected), "of \(a[k]), \(b[k]), \(c[k])", sourceLocation: location)
          if k < 8 { #expect(isSame(low[k], expected), "of \(a[k]), \(b[k]), \(c[k])", sourceLocation: location) }
        }
      }
    }
  }

  private func isSame(_ a: Float, _ b: Float) -> Bool { a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern }

  @Test func arithmeticIsThatOfEachLane() {
    expect({ a, b, _ in a + b }, { a, b, _ in a + b }, equal: { a, b, _ in a + b })
    expect({ a, b, _ in a - b }, { a, b, _ in a - b }, equal: { a, b, _ in a - b })
    expect({ a, b, _ in a * b }, { a, b, _ in a * b }, equal: { a, b, _ in a * b })
    expect({ a, b, _ in a / b }, { a, b, _ in a / b }, equal: { a, b, _ in a / b })
    expect({ a, _, _ in -a }, { a, _, _ in -a }, equal: { a, _, _ in -a })
    expect(
      { $2.addingProduct($0, $1) }, { $2.addingProduct($0, $1) }, equal: { $2.addingProduct($0, $1) })
    // Rounded twice, also where the processor could do both at once.
    expect({ $0 * $1 + $2 }, { $0 * $1 + $2 }, equal: { $0 * $1 + $2 })
  }

  @Test func comparisonsChooseTheOtherWhereOneIsNan() {
    expect(
      { .whereGreater($0, $1, $2, else: $0) }, { .whereGreater($0, $1, $2, else: $0) },
      equal: { a, b, c in a > b ? c : a })
    expect(
      { .whereAtLeast($0, $1, $2, else: $0) }, { .whereAtLeast($0, $1, $2, else: $0) },
      equal: { a, b, c in a >= b ? c : a })
    expect(
      { a, b, c in a.replacing(with: c, where: a .== b) }, { .whereEqual($0, $1, $2, else: $0) },
      equal: { a, b, c in a == b ? c : a })
  }

  @Test func totalAddsHalvesToEachOther() {
    let x = SIMD16<Float>(Self.numbers[16..<32])
    let eight = (0..<8).map { x[$0] + x[$0 + 8] }
    let four = (0..<4).map { eight[$0] + eight[$0 + 4] }
    #expect(x.total == (four[0] + four[2]) + (four[1] + four[3]))
    #expect((x.lowHalf + x.highHalf).total == x.total)
  }
}
