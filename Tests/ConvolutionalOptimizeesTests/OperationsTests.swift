import ConvolutionKernels
import Testing

@testable import ConvolutionalOptimizees

/// Counts of operations, against loops that look at each product.
@Suite struct OperationsTests {
  /// Products of a weight with a pixel, and not with a zero outside of the image.
  private func products(height: Int, width: Int, kernel: Int, padding: Int) -> Int {
    var count = 0
    for y in 0..<height + 2 * padding - kernel + 1 {
      for x in 0..<width + 2 * padding - kernel + 1 {
        for v in 0..<kernel {
          for u in 0..<kernel {
            let (row, column) = (y + v - padding, x + u - padding)
            if row >= 0, row < height, column >= 0, column < width { count += 1 }
          }
        }
      }
    }
    return count
  }

  @Test(arguments: ConvolutionTests.cases) func aConvolutionCountsProductsWithPixels(_ item: ConvolutionTests.Case) {
    let shape = item.shape
    let each = products(height: shape.height, width: shape.width, kernel: shape.kernel, padding: shape.padding)
    let all = 2 * each * shape.inputs * shape.outputs
    #expect(shape.operations == Double(all))
  }

  /// Images smaller than the kernel, no padding, and padding beyond what keeps the size.
  @Test(arguments: [(1, 5, 2), (2, 7, 3), (9, 3, 0), (4, 3, 2), (3, 5, 0), (32, 5, 2)])
  func tapsAreThoseInsideOfTheImage(_ size: Int, _ kernel: Int, _ padding: Int) {
    // A single row, whose kernel's other rows meet nothing.
    var count = 0
    for position in stride(from: 0, to: size + 2 * padding - kernel + 1, by: 1) {
      for tap in 0..<kernel where position + tap - padding >= 0 && position + tap - padding < size { count += 1 }
    }
    #expect(ConvolutionShape.taps(size: size, kernel: kernel, padding: padding) == count)
  }

  /// Forward, and to the weights; to the input in all but the first layer.
  @Test func aBlockOfTheConvNetCountsProductsWithPixels() throws {
    let first = try ConvolutionBlock.Plans(
      inputs: 3, outputs: 16, height: 32, width: 30, kernel: 5, isPooled: true, isFirst: true)
    let firstProducts = products(height: 32, width: 30, kernel: 5, padding: 2) * 3 * 16
    #expect(first.operations == Double(4 * firstProducts))
    let second = try ConvolutionBlock.Plans(
      inputs: 16, outputs: 16, height: 8, width: 8, kernel: 5, isPooled: true, isFirst: false)
    let secondProducts = products(height: 8, width: 8, kernel: 5, padding: 2) * 16 * 16
    #expect(second.operations == Double(6 * secondProducts))
  }

  /// Forward and back, 10 x 8 pixels and after pooling 5 x 4. Pixels that are copied to the border count.
  @Test func aFeatureNetworkCountsProductsWithPixels() throws {
    let channels = (wide: 3 * 8 + 8 * 16, narrow: 16 * 20 + 20 * 16)
    for border in Border.allCases {
      let network = try FeatureNetwork(NeuralArtTests.weights(), upTo: "conv2_2", border: border)
      let (edge, padding) = border == .zeros ? (0, 1) : (2, 0)
      let wide = products(height: 10 + edge, width: 8 + edge, kernel: 3, padding: padding)
      let narrow = products(height: 5 + edge, width: 4 + edge, kernel: 3, padding: padding)
      let all = 4 * (wide * channels.wide + narrow * channels.narrow)
      #expect(network.operations(height: 10, width: 8) == Double(all), "\(border)")
      #expect(border == .zeros || wide == 9 * 10 * 8)
    }
  }
}
