/// Floats aligned to cache lines, set to zero.
///
/// Not checked by the compiler to be shared safely: the kernels' front hands disjoint parts to different threads. Who
/// shares them sees to it that nobody reads or writes what another one writes.
public final class AlignedFloats: @unchecked Sendable {
  public let count: Int
  public let base: UnsafeMutablePointer<Float>

  public init(count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).bindMemory(
      to: Float.self, capacity: max(1, count))
    base.initialize(repeating: 0, count: count)
  }

  deinit { base.deallocate() }

  public func copy(from other: AlignedFloats) {
    precondition(other.count == count, "buffers of one size")
    base.update(from: other.base, count: count)
  }
}
