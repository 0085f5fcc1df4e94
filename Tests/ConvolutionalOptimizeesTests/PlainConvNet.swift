import ConvolutionalOptimizees
import Foundation

/// The network's loss in Double, layer by layer, as a textbook has it.
enum PlainConvNet {
  static func loss(_ net: ConvNet, _ parameters: [Double], batch: [Int]) -> Double {
    func tensor(_ name: String) -> [Double] { Array(parameters[net.layout[name] ?? 0..<0]) }
    var (channels, height, width) = (net.images.channels, net.images.height, net.images.width)
    var activations = batch.map { net.images.pixels(of: $0).map { Double($0) } }
    let kernel = net.settings.kernel
    for (index, outputs) in net.settings.channels.enumerated() {
      let name = "convolution\(index + 1)"
      let convolved = activations.map {
        Plain.convolution(
          $0, inputs: channels, height: height, width: width, weights: tensor("\(name)/kernels"), outputs: outputs,
          kernel: kernel, padding: kernel / 2)
      }
      let active = normalized(
        convolved, channels: outputs, scale: tensor("\(name)/scale"), shift: tensor("\(name)/shift"),
        epsilon: Double(net.settings.epsilon))
      activations = active
      channels = outputs
      if !net.settings.unpooled.contains(index) {
        activations = active.map { maxima($0, channels: outputs, height: height, width: width) }
        (height, width) = (height / 2, width / 2)
      }
    }
    let hidden = normalized(
      activations.map { product(tensor("hidden/weights"), $0) }, channels: net.settings.hidden,
      scale: tensor("hidden/scale"), shift: tensor("hidden/shift"), epsilon: Double(net.settings.epsilon))
    let biases = tensor("output/biases")
    var total = 0.0
    for (n, image) in batch.enumerated() {
      let logits = zip(product(tensor("output/weights"), hidden[n]), biases).map { $0 + $1 }
      let largest = logits.max() ?? 0
      let sum = logits.map { exp($0 - largest) }.reduce(0, +)
      total += largest + log(sum) - logits[Int(net.images.labels[image])]
    }
    return total / Double(batch.count)
  }

  private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
    (0..<matrix.count / vector.count).map { row in
      vector.indices.map { matrix[row * vector.count + $0] * vector[$0] }.reduce(0, +)
    }
  }

  /// Batch normalisation and ReLU of [image][channel][area].
  private static func normalized(
    _ input: [[Double]], channels: Int, scale: [Double], shift: [Double], epsilon: Double
  ) -> [[Double]] {
    var output = input
    let area = input[0].count / channels
    for channel in 0..<channels {
      let range = channel * area..<(channel + 1) * area
      let values = input.flatMap { $0[range] }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
      for n in input.indices {
        for i in range {
          output[n][i] = max(
            0, scale[channel] * (input[n][i] - mean) / (variance + epsilon).squareRoot() + shift[channel])
        }
      }
    }
    return output
  }

  private static func maxima(_ input: [Double], channels: Int, height: Int, width: Int) -> [Double] {
    var output: [Double] = []
    for channel in 0..<channels {
      for y in 0..<height / 2 {
        for x in 0..<width / 2 {
          let i = (channel * height + 2 * y) * width + 2 * x
          output.append(max(max(input[i], input[i + 1]), max(input[i + width], input[i + width + 1])))
        }
      }
    }
    return output
  }
}
