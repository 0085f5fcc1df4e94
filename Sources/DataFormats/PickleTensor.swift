import Foundations

extension Pickle.Tensor {
  /// Numbers in the tensor; nil if that, or their bytes, overflows.
  var count: Int? {
    var bytes = storage.type.size
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      if overflow || size < 0 { return nil }
      bytes = product
    }
    return bytes / storage.type.size
  }

  /// Whether every element lies inside the storage, and there are no more of them than it has.
  var fits: Bool {
    guard let count, count <= storage.count, offset >= 0 else { return false }
    if count == 0 { return offset <= storage.count }
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      guard stride >= 0, !overflow, reach <= storage.count else { return false }
      last += reach
    }
    return last < storage.count
  }

  /// Copies the elements out of the storage's bytes, row major.
  func bytes(from storage: [UInt8]) -> [UInt8] {
    let size = self.storage.type.size
    let count = count ?? 0
    if count == 0 { return [] }
    var dense = 1
    var isDense = true
    for (length, stride) in zip(shape, strides).reversed() {
      if length > 1, stride != dense { isDense = false }
      dense *= length
    }
    if isDense { return Array(storage[offset * size..<(offset + count) * size]) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * size)
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<count {
      let place = offset + zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
      bytes += storage[place * size..<(place + 1) * size]
      for axis in index.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return bytes
  }
}
