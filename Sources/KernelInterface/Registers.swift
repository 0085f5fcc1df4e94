import CRegisters

// Operators of these types come before the standard library's, which are for all vectors: see CRegisters.h for why.

extension SIMD8<Float> {
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self { c_sum(a, b) }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self { c_difference(a, b) }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self { c_product(a, b) }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self { c_quotient(a, b) }
  @inlinable @inline(__always) public static func += (a: inout Self, b: Self) { a = c_sum(a, b) }
  @inlinable @inline(__always) public static prefix func - (a: Self) -> Self { c_negative(a) }

  /// self + a b, rounded once.
  @inlinable @inline(__always) public func addingProduct(_ a: Self, _ b: Self) -> Self {
    c_fused_multiply_add(a, b, self)
  }

  /// x in the lanes where a > b, y in the others (where either is nan, too).
  @inlinable @inline(__always) public static func whereGreater(_ a: Self, _ b: Self, _ x: Self, else y: Self) -> Self {
    c_where_greater(a, b, x, y)
  }

  /// x in the lanes where a >= b, y in the others (where either is nan, too).
  @inlinable @inline(__always) public static func whereAtLeast(_ a: Self, _ b: Self, _ x: Self, else y: Self) -> Self {
    c_where_at_least(a, b, x, y)
  }

  /// The sum of the lanes: halves are added to each other until one number is left.
  @inlinable @inline(__always) public var total: Float { c_total(self) }
}

extension SIMD16<Float> {
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self { c_sum(a, b) }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self { c_difference(a, b) }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self { c_product(a, b) }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self { c_quotient(a, b) }
  @inlinable @inline(__always) public static func += (a: inout Self, b: Self) { a = c_sum(a, b) }
  @inlinable @inline(__always) public static prefix func - (a: Self) -> Self { c_negative(a) }

  /// self + a b, rounded once.
  @inlinable @inline(__always) public func addingProduct(_ a: Self, _ b: Self) -> Self {
    c_fused_multiply_add(a, b, self)
  }

  /// x in the lanes where a > b, y in the others (where either is nan, too).
  @inlinable @inline(__always) public static func whereGreater(_ a: Self, _ b: Self, _ x: Self, else y: Self) -> Self {
    c_where_greater(a, b, x, y)
  }

  /// x in the lanes where a >= b, y in the others (where either is nan, too).
  @inlinable @inline(__always) public static func whereAtLeast(_ a: Self, _ b: Self, _ x: Self, else y: Self) -> Self {
    c_where_at_least(a, b, x, y)
  }

  /// x in the lanes where a = b, y in the others (where either is nan, too).
  @inlinable @inline(__always) public static func whereEqual(_ a: Self, _ b: Self, _ x: Self, else y: Self) -> Self {
    c_where_equal(a, b, x, y)
  }

  /// The sum of the lanes: halves are added to each other until one number is left.
  @inlinable @inline(__always) public var total: Float { c_total(self) }
}
