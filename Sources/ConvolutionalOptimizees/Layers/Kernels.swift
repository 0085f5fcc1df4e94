/// How many channels are stored for so many: whole blocks of 16.
func paddedChannels(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

/// Weights with channels of zeros added.
///
/// - Returns: [outputs'][inputs'][kernel][kernel]
func paddedWeights(
  _ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, kernel: Int, toOutputs: Int, toInputs: Int
) -> [Float] {
  let area = kernel * kernel
  var padded = [Float](repeating: 0, count: toOutputs * toInputs * area)
  for output in 0..<outputs {
    for i in 0..<inputs * area { padded[output * toInputs * area + i] = weights[output * inputs * area + i] }
  }
  return padded
}
