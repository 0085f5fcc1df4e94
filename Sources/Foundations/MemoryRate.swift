/// How fast this machine reads and writes memory, measured.
public enum MemoryRate {
  /// Numbers in each of a worker's three arrays: 32 MB an array, beyond what caches hold.
  public static let numbers = 8_000_000

  /// Arrays of one worker, made and touched once.
  public final class Arrays: Sendable {
    // Only one worker at a time has them.
    fileprivate nonisolated(unsafe) let a: UnsafeMutableBufferPointer<Float>
    fileprivate nonisolated(unsafe) let b: UnsafeMutableBufferPointer<Float>
    fileprivate nonisolated(unsafe) let c: UnsafeMutableBufferPointer<Float>

    public init() {
      func buffer(_ value: Float) -> UnsafeMutableBufferPointer<Float> {
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: MemoryRate.numbers)
        buffer.initialize(repeating: value)
        return buffer
      }
      (a, b, c) = (buffer(0), buffer(1), buffer(2))
    }

    deinit { for buffer in [a, b, c] { buffer.deallocate() } }
  }

  /// a = b + s c over whole arrays, on each worker's own (STREAM's triad).
  ///
  /// - Returns: bytes read and written by all workers; what a write reads first does not count.
  public static func run(_ arrays: [Arrays], workers: Workers) -> Double {
    _ = workers.map(arrays.count) { triad(arrays[$0].a, arrays[$0].b, arrays[$0].c) }
    return Double(arrays.count * numbers * 3 * MemoryLayout<Float>.stride)
  }

  private static func triad(
    _ a: UnsafeMutableBufferPointer<Float>, _ b: UnsafeMutableBufferPointer<Float>,
    _ c: UnsafeMutableBufferPointer<Float>
  ) {
    for k in 0..<numbers { a[k] = b[k] + 0.5 * c[k] }
  }
}
