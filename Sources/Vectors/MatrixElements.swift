extension Matrix {
  /// Numbers in memory that begins with a cache line, a multiple of 16 of them: no vector of theirs lies across two
  /// lines.
  ///
  /// An array of `Float` begins anywhere: with it, products of matrices take 1.2 to 1.8 times as long. A value, unlike
  /// the buffers of the LSTM's kernels, of which several threads write parts.
  public struct Elements: Sendable, Equatable, RandomAccessCollection, MutableCollection {
    /// The array of these begins at a multiple of their size.
    @usableFromInline var vectors: [SIMD16<Float>]

    /// Zeros, `count` of them and those that are missing to a multiple of 16.
    public init(count: Int) { vectors = [SIMD16<Float>](repeating: SIMD16(), count: (count + 15) / 16) }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { 16 * vectors.count }

    /// Checked, in release too: for loops over many there are the buffers.
    @inlinable public subscript(index: Int) -> Float {
      get {
        precondition(index >= 0 && index < endIndex, "an element that there is")
        return withUnsafeBufferPointer { $0[index] }
      }
      set {
        precondition(index >= 0 && index < endIndex, "an element that there is")
        withUnsafeMutableBufferPointer { $0[index] = newValue }
      }
    }

    @inlinable
    public func withUnsafeBufferPointer<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows
      -> Result
    {
      try vectors.withUnsafeBytes { try body($0.assumingMemoryBound(to: Float.self)) }
    }

    @inlinable
    public mutating func withUnsafeMutableBufferPointer<Result>(
      _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
      try vectors.withUnsafeMutableBytes { try body($0.assumingMemoryBound(to: Float.self)) }
    }
  }
}
