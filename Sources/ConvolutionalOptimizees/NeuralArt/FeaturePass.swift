import ConvolutionKernels
import Foundations

/// A network's activations for one image and the gradient of anything computed from them, for one thread at a time.
final class FeaturePass {
  private let network: FeatureNetwork
  private let plans: FeaturePlans
  private let forward: [Convolution]
  private let back: [Convolution]
  /// After ReLU: [outputs / 16][height][width][16]
  let activations: [Floats]
  /// What goes into each layer where it is not the activation before: pooled, bordered, or (first layer) planes.
  private let pooled: [Floats?]
  private let bordered: [Floats?]
  /// Gradients with two rows of zeros around them.
  private let widened: [Floats?]
  /// Gradients on their way, from one of the two to the other.
  private let gradients: (Floats, Floats)

  convenience init(_ network: FeatureNetwork, height: Int, width: Int) throws {
    try self.init(network, network.plans(height: height, width: width))
  }

  init(_ network: FeatureNetwork, _ plans: FeaturePlans) throws {
    self.network = network
    self.plans = plans
    forward = try plans.layers.map { try Convolution($0.forward) }
    back = try plans.layers.map { try Convolution($0.back) }
    let layers = plans.layers
    activations = layers.map { Floats(paddedChannels($0.outputs) * $0.area) }
    pooled = layers.indices.map {
      network.isPooled(before: $0) ? Floats(paddedChannels(layers[$0].inputs) * layers[$0].area) : nil
    }
    let isBordered = layers.indices.map { $0 == 0 || network.border != .zeros }
    bordered = zip(layers, isBordered).map { layer, isBordered in
      isBordered ? Floats(layer.forward.shape.inputs * (layer.height + 2) * (layer.width + 2)) : nil
    }
    widened = zip(layers, isBordered).map { layer, isBordered in
      isBordered ? Floats(paddedChannels(layer.outputs) * (layer.height + 4) * (layer.width + 4)) : nil
    }
    let most = layers.map {
      paddedChannels(max($0.inputs, $0.outputs)) * ($0.height + 2) * ($0.width + 2)
    }.max()
    gradients = (Floats(most ?? 0), Floats(most ?? 0))
  }

  /// Computes `activations`.
  ///
  /// - Parameter image: red, green and blue planes [3][height][width], 0...255.
  func run(_ image: UnsafePointer<Float>) throws {
    for (index, layer) in plans.layers.enumerated() {
      if index == 0 {
        putImage(image)
      } else if let pooled = pooled[index] {
        let from = plans.layers[index - 1]
        let window = PooledImage(height: from.height, width: from.width, pooling: network.pooling)
        for block in 0..<paddedChannels(from.outputs) / 16 {
          window.pool(
            activations[index - 1].vectors + block * from.area, into: pooled.vectors + block * layer.area)
        }
      }
      let plain = index == 0 ? nil : pooled[index] ?? activations[index - 1]
      if let plain, let bordered = bordered[index] {
        let image = BorderedImage(height: layer.height, width: layer.width, border: network.border)
        for block in 0..<paddedChannels(layer.inputs) / 16 {
          image.put(plain.vectors + block * layer.area, into: bordered.vectors + block * image.borderedArea)
        }
      }
      guard let input = bordered[index] ?? plain else { continue }
      try layer.weights.withStart { weights in
        try layer.bias.withStart { bias in
          try forward[index].forward(input.start, weights: weights, bias: bias, into: activations[index].start)
        }
      }
    }
  }

  /// The gradient of the image, from terms that are added layer by layer, the deepest first.
  ///
  /// - Parameters:
  ///   - addTerms: adds a layer's own terms to the gradient of its activation, which has its layout.
  ///   - imageGradient: receives [3][height][width].
  func runBack(
    _ addTerms: (_ layer: Int, _ gradient: Floats) throws -> Void, imageGradient: UnsafeMutablePointer<Float>
  ) throws {
    var (here, there) = (gradients.0, gradients.1)
    here.zero()
    for index in plans.layers.indices.reversed() {
      let layer = plans.layers[index]
      try addTerms(index, here)
      let source = rectified(index, here)
      try layer.turned.withStart { try back[index].forward(source.start, weights: $0, into: there.start) }
      swap(&here, &there)
      if index == 0 { break }
      let blocks = paddedChannels(layer.inputs) / 16
      if bordered[index] != nil {
        let image = BorderedImage(height: layer.height, width: layer.width, border: network.border)
        for block in 0..<blocks {
          image.fold(here.vectors + block * image.borderedArea, into: there.vectors + block * layer.area)
        }
        swap(&here, &there)
      }
      if let pooled = pooled[index] {
        let below = plans.layers[index - 1]
        let window = PooledImage(height: below.height, width: below.width, pooling: network.pooling)
        for block in 0..<blocks {
          window.spread(
            here.vectors + block * layer.area, input: activations[index - 1].vectors + block * below.area,
            output: pooled.vectors + block * layer.area, into: there.vectors + block * below.area)
        }
        swap(&here, &there)
      }
    }
    takeImageGradient(here, folded: there, imageGradient)
  }

  /// A gradient with zeros where ReLU cut off, in the form that the convolution back takes.
  private func rectified(_ index: Int, _ gradient: Floats) -> Floats {
    let layer = plans.layers[index]
    let zero = SIMD16<Float>()
    let target = widened[index] ?? gradient
    let wide = widened[index] == nil ? 0 : 2
    let stride = layer.width + 2 * wide
    for block in 0..<paddedChannels(layer.outputs) / 16 {
      let from = gradient.vectors + block * layer.area
      let active = activations[index].vectors + block * layer.area
      let to = target.vectors + (block * (layer.height + 2 * wide) + wide) * stride + wide
      for y in 0..<layer.height {
        for x in 0..<layer.width {
          let i = y * layer.width + x
          to[y * stride + x] = zero.replacing(with: from[i], where: active[i] .> zero)
        }
      }
    }
    return target
  }

  /// The plane of the image that the network's channel is.
  private func plane(_ channel: Int) -> Int { network.weights.input.order == .bgr ? 2 - channel : channel }

  /// The image as the network wants it.
  private func putImage(_ image: UnsafePointer<Float>) {
    guard let bordered = bordered[0] else { return }
    let layer = plans.layers[0]
    let whole = BorderedImage(height: layer.height, width: layer.width, border: network.border)
    for channel in 0..<3 {
      let from = image + plane(channel) * layer.area
      let to = bordered.start + channel * whole.borderedArea
      let (mean, scale) = (network.weights.input.means[channel], 1 / network.weights.input.deviations[channel])
      for y in 0..<layer.height {
        let row = to + (y + 1) * (layer.width + 2) + 1
        for x in 0..<layer.width { row[x] = (from[y * layer.width + x] - mean) * scale }
      }
      whole.fillEdges(to, zero: 0)
    }
  }

  /// What arrived at the network's input, as the gradient of the image.
  private func takeImageGradient(
    _ arrived: Floats, folded: Floats, _ imageGradient: UnsafeMutablePointer<Float>
  ) {
    let layer = plans.layers[0]
    BorderedImage(height: layer.height, width: layer.width, border: network.border)
      .fold(arrived.vectors, into: folded.vectors)
    for channel in 0..<3 {
      let to = imageGradient + plane(channel) * layer.area
      let scale = 1 / network.weights.input.deviations[channel]
      for i in 0..<layer.area { to[i] = folded.vectors[i][channel] * scale }
    }
  }
}
