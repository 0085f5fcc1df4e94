/// How many channels are stored for so many: whole blocks of 16.
func paddedChannels(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

/// The weights whose forward convolution carries gradients from the output back to the input: inputs and outputs
/// exchanged and each kernel turned by half a circle.
///
/// oneDNN's forward code is faster than its backward code (Winograd, 3x3, 256 channels of 16x16: 1.1 ms against 2.3).
///
/// - Parameter weights: [outputs][inputs][kernel][kernel]
/// - Returns: [inputs][outputs][kernel][kernel]
func turnedWeights(_ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, kernel: Int) -> [Float] {
  let area = kernel * kernel
  return [Float](unsafeUninitializedCapacity: outputs * inputs * area) { turned, count in
    for output in 0..<outputs {
      for input in 0..<inputs {
        let from = weights + (output * inputs + input) * area
        let to = (input * outputs + output) * area
        for i in 0..<area { turned[to + i] = from[area - 1 - i] }
      }
    }
    count = outputs * inputs * area
  }
}

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
