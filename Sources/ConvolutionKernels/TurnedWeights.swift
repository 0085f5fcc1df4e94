/// The weights whose forward convolution carries gradients from the output back to the input: inputs and outputs
/// exchanged and each kernel turned by half a circle.
///
/// With AVX-512 oneDNN's forward code is faster than its backward code (Winograd, 3x3, 256 channels of 16x16: 1.1 ms
/// against 2.3). With AVX2 it is the other way round, and forward plans run the code for gradients.
///
/// - Parameter weights: [outputs][inputs][kernel][kernel]
/// - Returns: [inputs][outputs][kernel][kernel]
package func turnedWeights(_ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, kernel: Int) -> [Float] {
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
