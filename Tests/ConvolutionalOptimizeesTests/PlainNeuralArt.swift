import Datasets

@testable import ConvolutionalOptimizees

/// The loss of a styled image in Double, layer by layer, as Gatys et al. write it down.
struct PlainNeuralArt {
  var weights: VGGWeights
  var settings: NeuralArtSettings

  struct Features {
    var channels: Int
    var area: Int
    /// [channels][area]
    var values: [Double]

    /// F Fᵀ / area
    var gram: [Double] {
      (0..<channels * channels).map { i in
        let (a, b) = (i / channels * area, i % channels * area)
        return (0..<area).map { values[a + $0] * values[b + $0] }.reduce(0, +) / Double(area)
      }
    }
  }

  /// Activations by layer of an image [3][height][width].
  func features(_ image: [Double], height: Int, width: Int) -> [String: Features] {
    var (height, width, channels) = (height, width, 3)
    let input = weights.input
    let area = height * width
    var values = (0..<3 * area).map { i in
      let channel = i / area
      let plane = input.order == .bgr ? 2 - channel : channel
      return (image[plane * area + i % area] - Double(input.means[channel])) / Double(input.deviations[channel])
    }
    var result: [String: Features] = [:]
    var block: Substring = ""
    for layer in weights.layers {
      let name = layer.name.prefix { $0 != "_" }
      if !block.isEmpty, name != block {
        values = pooled(values, channels: channels, height: height, width: width)
        (height, width) = (height / 2, width / 2)
      }
      block = name
      let bordered = bordered(values, channels: channels, height: height, width: width)
      values = Plain.convolution(
        bordered, inputs: channels, height: height + 2, width: width + 2, weights: layer.kernels.map { Double($0) },
        outputs: layer.outputs, kernel: 3, padding: 0)
      channels = layer.outputs
      for i in values.indices { values[i] = max(0, values[i] + Double(layer.bias[i / (height * width)])) }
      result[layer.name] = Features(channels: channels, area: height * width, values: values)
    }
    return result
  }

  private func bordered(_ planes: [Double], channels: Int, height: Int, width: Int) -> [Double] {
    var result: [Double] = []
    for channel in 0..<channels {
      for y in -1...height {
        for x in -1...width {
          var (row, column) = (y, x)
          switch settings.border {
          case .zeros: break
          case .reflection:
            row = y < 0 ? 1 : y == height ? height - 2 : y
            column = x < 0 ? 1 : x == width ? width - 2 : x
          case .replication:
            row = min(max(y, 0), height - 1)
            column = min(max(x, 0), width - 1)
          }
          let isInside = row >= 0 && row < height && column >= 0 && column < width
          result.append(isInside ? planes[(channel * height + row) * width + column] : 0)
        }
      }
    }
    return result
  }

  private func pooled(_ planes: [Double], channels: Int, height: Int, width: Int) -> [Double] {
    var result: [Double] = []
    for channel in 0..<channels {
      for y in 0..<height / 2 {
        for x in 0..<width / 2 {
          let i = (channel * height + 2 * y) * width + 2 * x
          let window = [planes[i], planes[i + 1], planes[i + width], planes[i + width + 1]]
          result.append(settings.pooling == .average ? window.reduce(0, +) / 4 : window.max() ?? 0)
        }
      }
    }
    return result
  }

  struct Picture {
    var planes: [Double]
    var height: Int
    var width: Int
    func features(_ art: PlainNeuralArt) -> [String: Features] {
      art.features(planes, height: height, width: width)
    }
  }

  func losses(_ image: Picture, content: Picture, style: Picture) -> ArtLosses {
    let (here, there, painted) = (image.features(self), content.features(self), style.features(self))
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      let squares = zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
      return squares / b.map { $0 * $0 }.reduce(0, +)
    }
    let layer = settings.contentLayer
    var styles = 0.0
    let layerWeights =
      settings.styleLayerWeights.isEmpty ? settings.styleLayers.map { _ in 1 } : settings.styleLayerWeights
    for (name, weight) in zip(settings.styleLayers, layerWeights) {
      styles += Double(weight / layerWeights.reduce(0, +)) * distance(here[name]?.gram ?? [], painted[name]?.gram ?? [])
    }
    var (squares, pairs) = (0.0, 0.0)
    for channel in 0..<3 {
      for y in 0..<image.height {
        for x in 0..<image.width {
          let i = (channel * image.height + y) * image.width + x
          for (next, isInside) in [(i + 1, x + 1 < image.width), (i + image.width, y + 1 < image.height)] where isInside
          {
            squares += (image.planes[next] - image.planes[i]) * (image.planes[next] - image.planes[i])
            pairs += 1
          }
        }
      }
    }
    return ArtLosses(
      content: distance(here[layer]?.values ?? [], there[layer]?.values ?? []), style: styles,
      smoothness: squares / pairs)
  }

  func loss(_ image: Picture, content: Picture, style: Picture) -> Double {
    let parts = losses(image, content: content, style: style)
    return Double(settings.scale)
      * (Double(settings.content) * parts.content + Double(settings.style) * parts.style + Double(settings.smoothness)
        * parts.smoothness)
  }
}
