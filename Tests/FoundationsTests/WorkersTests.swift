import Synchronization
import Testing

@testable import Foundations

struct WorkersTests {
  @Test(arguments: [1, 2, 8]) func everyPieceIsRunOnce(threads: Int) {
    let counts = Mutex([Int](repeating: 0, count: 100))
    Workers(threads).forEach(100) { piece in counts.withLock { $0[piece] += 1 } }
    #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 100))
  }

  @Test func resultsComeInOrderAndTheFirstErrorIsThrown() throws {
    #expect(Workers(4).map(50) { $0 * $0 } == (0..<50).map { $0 * $0 })
    #expect(throws: SettingError("piece", value: 3, expected: "less")) {
      try Workers(4).map(50) { piece in
        if piece >= 3 { throw SettingError("piece", value: piece, expected: "less") }
      }
    }
  }
}
