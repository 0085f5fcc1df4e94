import Foundations
import KernelInterface
import LabelledData

/// The memory in which a `ConvNet` goes forward and back, for one thread at a time.
final class ConvNetPass {
  private let imageSize: Int
  private let imageChannels: Int
  /// The pixels of the images that go through: [image][channel][row][column].
  private let pixels: Floats
  /// The same as [image][row][column][channel], where the first convolution wants them so.
  private let interleaved: Floats?
  private let epsilon: Float
  let blocks: [ConvolutionBlock]
  private let head: DenseHead
  /// Gradients of each block's output.
  private let gradients: [Floats]
  /// Where each parameter starts in θ.
  private let places: Places

  private struct Places {
    var blocks: [(kernels: Int, scale: Int, shift: Int)]
    var head: DenseHead.Parameters<Int>
  }

  init(_ net: ConvNet) throws {
    let batch = net.settings.batch
    imageSize = net.images.imageSize
    imageChannels = net.images.channels
    pixels = Floats(batch * imageSize)
    interleaved = ConvolutionBlock.Plans.order == .interleaved ? Floats(batch * imageSize) : nil
    epsilon = net.settings.epsilon
    blocks = try net.plans.map { try ConvolutionBlock($0, batch: batch) }
    gradients = blocks.map { Floats($0.pooled.count) }
    let area = net.plans.last.map { $0.outputHeight * $0.outputWidth } ?? 0
    head = DenseHead(
      batch: batch, channels: net.settings.channels.last ?? 0, area: area, hidden: net.settings.hidden,
      classes: net.images.classes.count)
    let starts = net.layout.tensors.map(\.range.lowerBound)
    let count = net.plans.count
    places = Places(
      blocks: (0..<count).map { (starts[$0], starts[count + 2 * $0], starts[count + 2 * $0 + 1]) },
      head: DenseHead.Parameters(
        weights: starts[3 * count], scale: starts[3 * count + 1], shift: starts[3 * count + 2],
        outputWeights: starts[3 * count + 3], outputBias: starts[3 * count + 4]))
  }

  /// Computes the logits of a batch of images; false when numbers overflow.
  func run(_ images: LabelledImages, _ batch: [Int], _ parameters: UnsafePointer<Float>) throws -> Bool {
    images.copyPixels(of: batch, to: UnsafeMutableBufferPointer(start: pixels.start, count: pixels.count))
    interleave()
    for (index, block) in blocks.enumerated() {
      let place = places.blocks[index]
      let fits = try block.run(
        input(index), kernels: parameters + place.kernels, scale: parameters + place.scale,
        shift: parameters + place.shift, epsilon: epsilon)
      guard fits else { return false }
    }
    return try head.run(blocks[blocks.count - 1].pooled, at(parameters), epsilon: epsilon)
  }

  /// Batch normalisation's statistics by layer and block of 16 channels, from the last `run`.
  var statistics: [[Normalization]] { blocks.map(\.statistics) }

  var decisions: [Int] { head.decisions }

  func crossEntropy(_ label: (Int) -> Int) -> Float { head.crossEntropy(label) }

  /// The gradient of the cross-entropy, after `run` and `crossEntropy`.
  func runBack(_ parameters: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) throws {
    let last = blocks.count - 1
    let here = places.head
    try head.runBack(
      blocks[last].pooled, at(parameters),
      DenseHead.Parameters(
        weights: gradient + here.weights, scale: gradient + here.scale, shift: gradient + here.shift,
        outputWeights: gradient + here.outputWeights, outputBias: gradient + here.outputBias),
      inputGradient: gradients[last])
    for index in blocks.indices.reversed() {
      let place = places.blocks[index]
      let below = index > 0 ? gradients[index - 1] : gradients[0]
      let size = index > 0 ? blocks[index - 1].pooledSize : 0
      try blocks[index].runBack(
        input(index), pooledGradient: gradients[index], kernels: gradient + place.kernels,
        scale: gradient + place.scale, shift: gradient + place.shift
      ) { below.start + $0 * size }
    }
  }

  private func interleave() {
    guard let interleaved else { return }
    let area = imageSize / imageChannels
    for plane in 0..<pixels.count / area {
      let from = pixels.start + plane * area
      let to = interleaved.start + plane / imageChannels * imageSize + plane % imageChannels
      for i in 0..<area { to[i * imageChannels] = from[i] }
    }
  }

  /// Where the images that enter a block lie: among the pixels, or in the block before.
  private func input(_ index: Int) -> (Int) -> UnsafePointer<Float> {
    if index == 0 {
      return { [images = interleaved ?? pixels, imageSize] in UnsafePointer(images.start + $0 * imageSize) }
    }
    let below = blocks[index - 1]
    return { UnsafePointer(below.pooled.start + $0 * below.pooledSize) }
  }

  private func at(_ parameters: UnsafePointer<Float>) -> DenseHead.Parameters<UnsafePointer<Float>> {
    let here = places.head
    return DenseHead.Parameters(
      weights: parameters + here.weights, scale: parameters + here.scale, shift: parameters + here.shift,
      outputWeights: parameters + here.outputWeights, outputBias: parameters + here.outputBias)
  }
}
