/// Rows and columns of 2x2 max-pooling, or of none.
public struct PoolingShape: Sendable {
  /// Of the input; the pooled output drops an odd last one.
  public var height: Int
  public var width: Int
  public var isPooled: Bool

  @inlinable public init(height: Int, width: Int, isPooled: Bool = true) {
    self.height = height
    self.width = width
    self.isPooled = isPooled
  }

  @inlinable public var pooledHeight: Int { isPooled ? height / 2 : height }
  @inlinable public var pooledWidth: Int { isPooled ? width / 2 : width }
}

/// What a block of 16 channels is normalised by, and the means that its gradient is corrected by. Given by address:
/// vectors go from one module to another in registers that not both need have.
public struct Normalization: Sendable {
  public var mean = SIMD16<Float>()
  /// 1 / √(variance + ε)
  public var scale = SIMD16<Float>()
  /// γ and β.
  public var gain = SIMD16<Float>(repeating: 1)
  public var offset = SIMD16<Float>()
  /// mean(dy) and mean(dy x̂), over images and pixels.
  public var meanGradient = SIMD16<Float>()
  public var meanProduct = SIMD16<Float>()

  @inlinable public init() {}
}
