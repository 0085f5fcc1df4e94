/// Memory for floats that starts at a multiple of 64 bytes, the width of a vector and of a cache line; zero at first.
///
/// Whoever uses `start` keeps the object alive: held by an object that lives on, or with `withExtendedLifetime`. The
/// optimizer does release a local one while its memory is still being read.
final class Floats {
  let count: Int
  let start: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    self.count = count
    // Whole vectors, so that the last one may be read and written like the others.
    let bytes = (max(count, 1) + 15) / 16 * 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    start = memory.initializeMemory(as: Float.self, repeating: 0, count: bytes / 4)
  }

  convenience init(copying values: some Collection<Float>) {
    self.init(values.count)
    for (i, value) in values.enumerated() { start[i] = value }
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  /// The memory as vectors of 16 channels.
  var vectors: UnsafeMutablePointer<SIMD16<Float>> {
    UnsafeMutableRawPointer(start).assumingMemoryBound(to: SIMD16<Float>.self)
  }

  func zero() { start.update(repeating: 0, count: count) }
}
