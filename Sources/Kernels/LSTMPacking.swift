import KernelInterface

/// Where the weights lie in the order in which the kernels read them.
///
/// A forward product takes five units at a time, two gates of each: `[block][pass][input][10]` with input gates and
/// candidates in the first pass, forget and output gates in the second. Its weights are scaled for the activations
/// (`activationScale`). A product with a transposed matrix takes ten outputs at a time: `[outputs / 10][gate
/// unit][10]`. Where ten sums are more than the registers hold, they are computed one `Sums` after the other.
struct PackedLSTM {
  /// Weights of one input that lie together.
  static let together = 10

  let padded: Int
  /// Groups of ten outputs in a transposed product; the last may be filled up with zeros.
  let outputGroups: Int
  let bias1: Int
  let layer2: Int
  let bias2: Int
  let transposedRecurrent1: Int
  let transposedInput2: Int
  let transposedRecurrent2: Int
  let output: Int
  let count: Int

  @inline(__always) init(_ shape: LSTMShape) {
    padded = shape.paddedHidden
    outputGroups = (padded + Self.together - 1) / Self.together
    let transposed = outputGroups * Self.together * 4 * padded
    bias1 = (shape.features + padded) * 4 * padded
    layer2 = bias1 + 4 * padded
    bias2 = layer2 + 2 * padded * 4 * padded
    transposedRecurrent1 = bias2 + 4 * padded
    transposedInput2 = transposedRecurrent1 + transposed
    transposedRecurrent2 = transposedInput2 + transposed
    output = transposedRecurrent2 + transposed
    count = output + padded + 1
  }
}

/// Floats that `packLSTM` writes.
public func packedLSTMCount(_ shape: LSTMShape) -> Int { PackedLSTM(shape).count }

/// Brings weights in `LSTMShape`'s order into the kernels' own. Unused places are zero.
public func packLSTM(_ shape: LSTMShape, weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
  let layout = PackedLSTM(shape)
  let padded = layout.padded
  let hidden = shape.hidden
  packed.update(repeating: 0, count: layout.count)
  for gate in 0..<4 {
    let pass = gate & 1  // i and g first, then f and o
    for unit in 0..<hidden {
      let row = gate * hidden + unit
      let slot = gate / 2 * 5 + unit % 5
      func place(_ input: Int, of inputs: Int) -> Int {
        ((unit / 5 * 2 + pass) * inputs + input) * PackedLSTM.together + slot
      }
      for k in 0..<shape.features {
        packed[place(k, of: shape.features + padded)] =
          activationScale * weights[shape.inputWeights1 + row * shape.features + k]
      }
      for k in 0..<hidden {
        let recurrent1 = weights[shape.recurrentWeights1 + row * hidden + k]
        let input2 = weights[shape.inputWeights2 + row * hidden + k]
        let recurrent2 = weights[shape.recurrentWeights2 + row * hidden + k]
        packed[place(shape.features + k, of: shape.features + padded)] = activationScale * recurrent1
        packed[layout.layer2 + place(k, of: 2 * padded)] = activationScale * input2
        packed[layout.layer2 + place(padded + k, of: 2 * padded)] = activationScale * recurrent2
        let transposed =
          (k / PackedLSTM.together * 4 * padded + gate * padded + unit) * PackedLSTM.together + k % PackedLSTM.together
        packed[layout.transposedRecurrent1 + transposed] = recurrent1
        packed[layout.transposedInput2 + transposed] = input2
        packed[layout.transposedRecurrent2 + transposed] = recurrent2
      }
      let bias = (unit / 5 * 2 + pass) * PackedLSTM.together + slot
      packed[layout.bias1 + bias] = activationScale * weights[shape.bias1 + row]
      packed[layout.bias2 + bias] = activationScale * weights[shape.bias2 + row]
    }
  }
  for unit in 0..<hidden { packed[layout.output + unit] = weights[shape.outputWeights + unit] }
  packed[layout.output + padded] = weights[shape.outputBias]
}
