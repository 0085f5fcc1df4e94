import KernelInterface

typealias MutableVectors = UnsafeMutablePointer<Lanes>
typealias Vectors = UnsafePointer<Lanes>

/// One layer's inputs and results for one group of lanes: `paddedHidden` vectors each.
struct LayerStep {
  var inputs: Vectors
  var inputCount: Int
  var hiddenBefore: Vectors
  var cellBefore: Vectors
  var cellAfter: MutableVectors
  var hiddenAfter: MutableVectors
}

/// Where backpropagation wants a layer's activated gates (i, f, g, o, each `paddedHidden` vectors) and the tanh of its
/// cells after the step.
struct LayerRecord {
  var gates: MutableVectors
  var cellTanh: MutableVectors
}

/// One step of one layer: c' = f c + i g, h' = o tanh c'. `scratch` has room for 15 vectors.
@inline(never)
func runLayer(
  _ step: LayerStep, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, padded: Int, scratch: MutableVectors
) {
  layer(step, weights: weights, bias: bias, padded: padded, record: nil, scratch: scratch)
}

/// The same, keeping what backpropagation needs.
@inline(never)
func runLayer(
  _ step: LayerStep, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, padded: Int, record: LayerRecord,
  scratch: MutableVectors
) {
  layer(step, weights: weights, bias: bias, padded: padded, record: record, scratch: scratch)
}

/// Five units at a time, two gates of each; `scratch` has room for fifteen vectors.
@inline(__always)
private func layer(
  _ step: LayerStep, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, padded: Int, record: LayerRecord?,
  scratch: MutableVectors
) {
  let sums = scratch
  let products = scratch + PackedLSTM.together
  var weights = weights
  for block in 0..<padded / 5 {
    let first = block &* 5
    weightedSums(step, weights: &weights, bias: bias + block &* 20, padded: padded, into: sums)
    var k = 0
    while k < 5 {
      if let record {
        let i = sigmoid(scaled: sums[k])
        let g = tanh(scaled: sums[k &+ 5])
        products[k] = i * g
        record.gates[first &+ k] = i
        record.gates[2 &* padded &+ first &+ k] = g
      } else {
        products[k] = sigmoidTimesTanh(scaled: sums[k], sums[k &+ 5])
      }
      k &+= 1
    }
    weightedSums(step, weights: &weights, bias: bias + (block &* 20 &+ 10), padded: padded, into: sums)
    k = 0
    while k < 5 {
      let unit = first &+ k
      let f = sigmoid(scaled: sums[k])
      let c = multiplyAdd(f, step.cellBefore[unit], products[k])
      step.cellAfter[unit] = c
      if let record {
        let o = sigmoid(scaled: sums[k &+ 5])
        let t = tanh(scaled: c * Lanes(repeating: activationScale))
        step.hiddenAfter[unit] = o * t
        record.gates[padded &+ unit] = f
        record.gates[3 &* padded &+ unit] = o
        record.cellTanh[unit] = t
      } else {
        step.hiddenAfter[unit] = sigmoidTimesTanh(scaled: sums[k &+ 5], c * Lanes(repeating: activationScale))
      }
      k &+= 1
    }
  }
}

/// Ten sums: bias plus weights times inputs and hidden units, in that order. `weights` moves on.
@inline(__always)
private func weightedSums(
  _ step: LayerStep, weights: inout UnsafePointer<Float>, bias: UnsafePointer<Float>, padded: Int,
  into result: MutableVectors
) {
  let together = PackedLSTM.together
  var first = 0
  while first < together {
    var sums = Sums(broadcasting: bias + first)
    var column = weights + first
    for k in 0..<step.inputCount {
      sums.add(column, times: step.inputs[k])
      column += together
    }
    for k in 0..<padded {
      sums.add(column, times: step.hiddenBefore[k])
      column += together
    }
    sums.store(to: result + first)
    first &+= Sums.count
  }
  weights += (step.inputCount &+ padded) &* together
}
