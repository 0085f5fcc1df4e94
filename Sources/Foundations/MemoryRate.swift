/// How fast this machine reads and writes memory, measured.
public enum MemoryRate {
  /// Numbers in each of a worker's three arrays: 32 MB an array, beyond what caches hold.
  private static let numbers = 8_000_000

  /// Has each worker compute a = b + s c over arrays of its own (STREAM's triad), all at once.
  ///
  /// - Returns: bytes a second that all workers read and write; what a write reads first does not count.
  public static func perSecond(workers: Workers) -> Double {
    workers.map(workers.count) { _ in
      var a = [Float](repeating: 0, count: numbers)
      let b = [Float](repeating: 1, count: numbers)
      let c = [Float](repeating: 2, count: numbers)
      // Several times, so that workers whose arrays are ready earlier still meet the others.
      let rounds = 4
      let time = ContinuousClock().measure { for _ in 0..<rounds { triad(&a, b, c) } }
      return Double(rounds * 3 * numbers * MemoryLayout<Float>.stride) / (time / .seconds(1))
    }.reduce(0, +)
  }

  @inline(never)
  private static func triad(_ a: inout [Float], _ b: [Float], _ c: [Float]) {
    a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeBufferPointer { c in
          for k in 0..<numbers { a[k] = b[k] + 0.5 * c[k] }
        }
      }
    }
  }
}
