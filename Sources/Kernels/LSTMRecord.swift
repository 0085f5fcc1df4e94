import KernelInterface

/// What backpropagation needs of one step of one group of lanes, recomputed into scratch that stays in the L2 cache.
///
/// 14 H + 3 vectors: an odd number of cache lines, of pairs of them with AVX-512, so that steps do not fall onto the
/// same sets of the L1 cache.
struct RecordLayout {
  let padded: Int
  let cellTanh1: Int
  let cellTanh2: Int
  let hidden1: Int
  let hidden2: Int
  let cell1: Int
  let cell2: Int
  let inputs: Int
  let adjoint: Int
  /// Vectors a step.
  let stride: Int

  /// Activated gates i, f, g, o of layer 1; backpropagation overwrites them with the adjoints of their sums.
  var gates1: Int { 0 }
  var gates2: Int { 4 &* padded }

  @inline(__always) init(padded: Int) {
    self.padded = padded
    cellTanh1 = 8 &* padded
    cellTanh2 = 9 &* padded
    hidden1 = 10 &* padded
    hidden2 = 11 &* padded
    cell1 = 12 &* padded
    cell2 = 13 &* padded
    inputs = 14 &* padded
    adjoint = inputs &+ 2
    stride = inputs &+ 3
  }
}

/// The weight gradient as it is summed up: a register of partial sums a weight, in blocks that stay in registers while
/// time runs.
struct GradientTable {
  let padded: Int
  let features: Int
  let recurrent1: Int
  let input2: Int
  let recurrent2: Int
  let bias2: Int
  let output: Int
  let count: Int

  /// Input weights and bias of layer 1: [gate unit / 5][feature, then bias][5].
  var input1: Int { 0 }

  @inline(__always) init(padded: Int, features: Int) {
    self.padded = padded
    self.features = features
    let square = 4 &* padded &* padded
    recurrent1 = 4 &* padded &* (features &+ 1)
    input2 = recurrent1 &+ square
    recurrent2 = input2 &+ square
    bias2 = recurrent2 &+ square
    output = bias2 &+ 4 &* padded
    count = output &+ padded &+ 1
  }

  /// Where the sum of a weight between a gate unit and an input lies in a block table.
  func place(_ row: Int, _ column: Int) -> Int {
    (column / 5 * (4 * padded / outerRows) + row / outerRows) * (outerRows * 5) + row % outerRows * 5 + column % 5
  }
}
