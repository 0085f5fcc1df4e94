import Foundations
import KernelInterface
import Testing
import Vectors

@testable import ConvolutionalOptimizees

struct NormalizedPoolingTests {
  private static let shapes = [
    PoolingShape(height: 6, width: 8), PoolingShape(height: 5, width: 7),
    PoolingShape(height: 3, width: 5, isPooled: false),
  ]

  /// Numbers of one image's 16 channels, few enough that windows have equal ones.
  private static func image(_ count: Int, _ name: String) -> Floats {
    var stream = RandomStream(seed: 5).stream(name)
    return Floats(copying: (0..<16 * count).map { _ in Float(stream.integer(below: 7)) / 2 - 1 })
  }

  /// Some channels' γ are negative: there the smallest number of a window is the one that counts.
  private static let normalization: Normalization = {
    var stream = RandomStream(seed: 6)
    var all = Normalization()
    for lane in 0..<16 {
      all.mean[lane] = stream.uniform(-0.2, 0.2)
      all.scale[lane] = stream.uniform(0.5, 2)
      all.gain[lane] = lane % 3 == 0 ? stream.uniform(-1, -0.5) : stream.uniform(0.5, 1)
      all.offset[lane] = stream.uniform(-0.2, 0.2)
      all.meanGradient[lane] = stream.uniform(-0.1, 0.1)
      all.meanProduct[lane] = stream.uniform(-0.1, 0.1)
    }
    return all
  }()

  private struct Result {
    var sums: NormalizedPooling.Sums
    var gradients: NormalizedPooling.Sums
    var pooled: [Float]
    var output: [Float]
  }

  private func run(_ shape: PoolingShape, _ level: VectorLevel) -> Result {
    var pooling = NormalizedPooling(shape: shape)
    pooling.level = level
    let by = Self.normalization
    let (area, pooledArea) = (shape.height * shape.width, shape.pooledHeight * shape.pooledWidth)
    let (input, pooledGradient) = (Self.image(area, "input"), Self.image(pooledArea, "gradient"))
    let (pooled, peaks, output) = (Floats(16 * pooledArea), Floats(16 * pooledArea), Floats(16 * area))
    return withExtendedLifetime([input, pooledGradient, pooled, peaks, output]) {
      let sums = pooling.sums(input.vectors, shift: by.mean)
      pooling.forward(input.vectors, by, pooled: pooled.vectors, peaks: peaks.vectors)
      let gradients = pooling.gradientSums(
        pooledGradient.vectors, by, pooled: pooled.vectors, peaks: peaks.vectors)
      pooling.backward(
        input.vectors, by, pooledGradient: pooledGradient.vectors, pooled: pooled.vectors, peaks: peaks.vectors,
        into: output.vectors)
      return Result(sums: sums, gradients: gradients, pooled: pooled.values, output: output.values)
    }
  }

  @Test(arguments: shapes, VectorLevel.available) func agreesWithPlainLoops(_ shape: PoolingShape, _ level: VectorLevel)
  {
    let result = run(shape, level)
    let by = Self.normalization
    let area = shape.height * shape.width
    let input = Self.image(area, "input").values
    let arriving = Self.image(shape.pooledHeight * shape.pooledWidth, "gradient").values
    for lane in 0..<16 {
      let x = (0..<area).map { Double(input[16 * $0 + lane] - by.mean[lane]) * Double(by.scale[lane]) }
      let y = x.map { Double(by.gain[lane]) * $0 + Double(by.offset[lane]) }
      var dy = [Double](repeating: 0, count: area)
      for row in 0..<shape.pooledHeight {
        for column in 0..<shape.pooledWidth {
          let first = shape.isPooled ? 2 * row * shape.width + 2 * column : row * shape.width + column
          let window = shape.isPooled ? [first, first + 1, first + shape.width, first + shape.width + 1] : [first]
          let largest = window.map { y[$0] }.max() ?? 0
          let position = 16 * (row * shape.pooledWidth + column) + lane
          #expect(abs(Double(result.pooled[position]) - max(0, largest)) < 1e-5)
          // The first of equals gets it all.
          if largest > 0, let peak = window.first(where: { y[$0] == largest }) { dy[peak] = Double(arriving[position]) }
        }
      }
      let products = zip(dy, x).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(Double(result.gradients.first[lane]) - dy.reduce(0, +)) < 1e-4)
      #expect(abs(Double(result.gradients.second[lane]) - products) < 1e-4)
      let shifted = (0..<area).map { Double(input[16 * $0 + lane] - by.mean[lane]) }
      #expect(abs(Double(result.sums.first[lane]) - shifted.reduce(0, +)) < 1e-4)
      #expect(abs(Double(result.sums.second[lane]) - shifted.reduce(0) { $0 + $1 * $1 }) < 1e-4)
      let slope = Double(by.gain[lane] * by.scale[lane])
      for i in 0..<area {
        let expected = slope * (dy[i] - Double(by.meanGradient[lane]) - x[i] * Double(by.meanProduct[lane]))
        #expect(abs(Double(result.output[16 * i + lane]) - expected) < 1e-5)
      }
    }
  }

  @Test(arguments: shapes) func allLevelsGiveTheSameBits(_ shape: PoolingShape) {
    let all = VectorLevel.available.map { run(shape, $0) }
    for result in all.dropFirst() {
      #expect(result.sums == all[0].sums && result.gradients == all[0].gradients)
      #expect(result.pooled == all[0].pooled && result.output == all[0].output)
    }
  }
}
