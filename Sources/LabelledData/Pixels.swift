import CPrefetch

/// Pixels of many images: bytes of which 255 stands for 1, as files have them, or numbers.
///
/// As numbers the images of CIFAR-10 would take 740 MB, and a minibatch three times as long to fetch.
enum Pixels: Sendable {
  case bytes([UInt8])
  case numbers([Float])

  /// Copies rows of `size` pixels that begin at `starts`, one each `stride` numbers.
  func copyRows(_ starts: [Int], size: Int, to output: UnsafeMutablePointer<Float>, stride: Int) {
    switch self {
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer { input in
        guard let input = input.baseAddress else { return }
        for (row, start) in starts.enumerated() {
          if row + Self.ahead < starts.count { Self.prefetch(input + starts[row + Self.ahead], count: size) }
          Self.convert(input + start, output + row * stride, count: size)
        }
      }
    case .numbers(let numbers):
      numbers.withUnsafeBufferPointer { input in
        guard let input = input.baseAddress else { return }
        for (row, start) in starts.enumerated() { (output + row * stride).update(from: input + start, count: size) }
      }
    }
  }

  /// Rows of a minibatch lie anywhere in memory: fetched two ahead, 128 images of MNIST take 31 µs instead of 66.
  private static let ahead = 2

  private static func prefetch(_ row: UnsafePointer<UInt8>, count: Int) {
    for line in stride(from: 0, to: count, by: 64) { c_prefetch(row + line) }
  }

  @inline(never)
  private static func convert(_ input: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { output[index] = Float(input[index]) * (1 / 255) }
  }

  /// Rows of `size` pixels that begin at `starts`, as they are kept.
  func rows(_ starts: [Int], size: Int) -> Pixels {
    func gather<Number>(_ all: [Number]) -> [Number] {
      var chosen: [Number] = []
      chosen.reserveCapacity(starts.count * size)
      for start in starts { chosen += all[start..<start + size] }
      return chosen
    }
    return switch self {
    case .bytes(let bytes): .bytes(gather(bytes))
    case .numbers(let numbers): .numbers(gather(numbers))
    }
  }
}
