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

/// Memory like that of `Floats` which is written once, when it is made: any number of threads may read it.
struct FixedFloats: Sendable {
  // The alignment of its elements is that of an array: 64 bytes.
  private let vectors: [SIMD16<Float>]

  /// - Parameter fill: writes the numbers, which are zero at first.
  init(_ count: Int, _ fill: (UnsafeMutablePointer<Float>) throws -> Void) rethrows {
    let vectorCount = (max(count, 1) + 15) / 16
    vectors = try [SIMD16<Float>](unsafeUninitializedCapacity: vectorCount) { buffer, initialized in
      buffer.initialize(repeating: SIMD16())
      initialized = vectorCount
      try buffer.withMemoryRebound(to: Float.self) { if let start = $0.baseAddress { try fill(start) } }
    }
  }

  func withStart<Result>(_ body: (UnsafePointer<Float>) throws -> Result) rethrows -> Result {
    try vectors.withUnsafeBytes {
      guard let start = $0.baseAddress else { preconditionFailure("at least one vector") }
      return try body(start.assumingMemoryBound(to: Float.self))
    }
  }
}
