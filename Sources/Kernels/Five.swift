/// Five sums that the compiler keeps in registers. (An `InlineArray` of accumulators stays in memory.)
struct Five {
  static let count = 5
  var a: Lanes
  var b: Lanes
  var c: Lanes
  var d: Lanes
  var e: Lanes

  @inline(__always) init() {
    a = Lanes()
    b = a
    c = a
    d = a
    e = a
  }

  @inline(__always) init(broadcasting p: UnsafePointer<Float>) {
    a = Lanes(repeating: p[0])
    b = Lanes(repeating: p[1])
    c = Lanes(repeating: p[2])
    d = Lanes(repeating: p[3])
    e = Lanes(repeating: p[4])
  }

  @inline(__always) init(loading p: UnsafePointer<Lanes>) {
    a = p[0]
    b = p[1]
    c = p[2]
    d = p[3]
    e = p[4]
  }

  @inline(__always) func store(to p: UnsafeMutablePointer<Lanes>) {
    p[0] = a
    p[1] = b
    p[2] = c
    p[3] = d
    p[4] = e
  }

  /// Adds five scalars times one vector.
  @inline(__always) mutating func add(_ weights: UnsafePointer<Float>, times x: Lanes) {
    a = multiplyAdd(Lanes(repeating: weights[0]), x, a)
    b = multiplyAdd(Lanes(repeating: weights[1]), x, b)
    c = multiplyAdd(Lanes(repeating: weights[2]), x, c)
    d = multiplyAdd(Lanes(repeating: weights[3]), x, d)
    e = multiplyAdd(Lanes(repeating: weights[4]), x, e)
  }
}

/// Ten sums, for processors with 32 registers.
struct Ten {
  static let count = 10
  var first: Five
  var second: Five

  @inline(__always) init() {
    first = Five()
    second = first
  }

  @inline(__always) init(broadcasting p: UnsafePointer<Float>) {
    first = Five(broadcasting: p)
    second = Five(broadcasting: p + 5)
  }

  @inline(__always) init(loading p: UnsafePointer<Lanes>) {
    first = Five(loading: p)
    second = Five(loading: p + 5)
  }

  @inline(__always) func store(to p: UnsafeMutablePointer<Lanes>) {
    first.store(to: p)
    second.store(to: p + 5)
  }

  /// Adds ten scalars times one vector.
  @inline(__always) mutating func add(_ weights: UnsafePointer<Float>, times x: Lanes) {
    first.add(weights, times: x)
    second.add(weights + 5, times: x)
  }
}
