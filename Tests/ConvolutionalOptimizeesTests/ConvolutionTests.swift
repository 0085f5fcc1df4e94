import ConvolutionKernels
import Foundations
import Testing

@testable import ConvolutionalOptimizees

@Suite struct ConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var shape: ConvolutionShape
    var testDescription: String { "\(shape)" }
  }

  static let cases = [
    Case(shape: ConvolutionShape(inputs: 16, outputs: 32, height: 9, width: 7)),
    Case(shape: ConvolutionShape(inputs: 32, outputs: 16, height: 8, width: 8, winograd: true)),
    Case(shape: ConvolutionShape(inputs: 64, outputs: 64, height: 16, width: 20, winograd: true)),
    Case(shape: ConvolutionShape(inputs: 3, outputs: 16, height: 12, width: 10, kernel: 5, padding: 2, order: .planar)),
    Case(
      shape: ConvolutionShape(inputs: 3, outputs: 16, height: 12, width: 10, kernel: 5, padding: 2, order: .interleaved)
    ),
    Case(
      shape: ConvolutionShape(inputs: 3, outputs: 32, height: 12, width: 10, kernel: 5, padding: 2, order: .interleaved)
    ),
    Case(shape: ConvolutionShape(inputs: 16, outputs: 16, height: 8, width: 8, kernel: 5, padding: 2)),
    Case(shape: ConvolutionShape(inputs: 16, outputs: 16, height: 6, width: 6, kernel: 1, padding: 0)),
    Case(shape: ConvolutionShape(inputs: 16, outputs: 16, height: 10, width: 12, kernel: 3, padding: 0)),
  ]

  static func random(_ count: Int, _ name: String) -> [Double] {
    var stream = RandomStream(seed: 3).stream(name)
    return (0..<count).map { _ in Double(stream.uniform(-1, 1)) }
  }

  static func stored(_ planes: [Double], _ shape: ConvolutionShape) -> Floats {
    let area = shape.height * shape.width
    return switch shape.order {
    case .blocks: Floats(copying: Plain.blocks(planes, channels: shape.inputs, area: area))
    case .planar: Floats(copying: planes.map { Float($0) })
    case .interleaved:
      Floats(copying: planes.indices.map { Float(planes[$0 % shape.inputs * area + $0 / shape.inputs]) })
    }
  }

  @Test(arguments: cases) func forwardIsThePlainSum(_ item: Case) throws {
    let shape = item.shape
    let input = Self.random(shape.inputs * shape.height * shape.width, "input")
    let weights = Self.random(shape.weightCount, "weights")
    let plan = try ConvolutionPlan(.forward, shape)
    let packed = Floats(plan.packedCount)
    try plan.pack(weights.map { Float($0) }, into: packed.start)
    let area = shape.outputHeight * shape.outputWidth
    let output = Floats(shape.outputs * area)
    try Convolution(plan).forward(Self.stored(input, shape), weights: packed, into: output)
    let expected = Plain.convolution(
      input, inputs: shape.inputs, height: shape.height, width: shape.width, weights: weights, outputs: shape.outputs,
      kernel: shape.kernel, padding: shape.padding)
    let found = Plain.planes(output.values, channels: shape.outputs, area: area)
    #expect(largestDifference(found, expected) < 2e-4)
  }

  @Test func biasRectifierAndAccumulationAreFused() throws {
    var shape = ConvolutionShape(inputs: 16, outputs: 32, height: 5, width: 5, bias: true, rectified: true)
    let input = Self.random(16 * 25, "input")
    let weights = Self.random(shape.weightCount, "weights")
    let bias = Self.random(32, "bias")
    let sums = Plain.convolution(
      input, inputs: 16, height: 5, width: 5, weights: weights, outputs: 32, kernel: 3, padding: 1)
    let stored = Self.stored(input, shape)
    for (winograd, rectified) in [(false, true), (true, true), (false, false)] {
      shape.winograd = winograd
      shape.rectified = rectified
      let plan = try ConvolutionPlan(.forward, shape)
      let packed = Floats(plan.packedCount)
      try plan.pack(weights.map { Float($0) }, into: packed.start)
      let output = Floats(32 * 25)
      try Convolution(plan).forward(
        stored, weights: packed, bias: Floats(copying: bias.map { Float($0) }), into: output)
      let expected = sums.indices.map { max(rectified ? 0 : -.infinity, sums[$0] + bias[$0 / 25]) }
      #expect(largestDifference(Plain.planes(output.values, channels: 32, area: 25), expected) < 1e-4)
    }
    let adding = ConvolutionShape(
      inputs: 16, outputs: 16, height: 5, width: 5, kernel: 1, padding: 0, accumulating: true)
    let plan = try ConvolutionPlan(.forward, adding)
    let small = Self.random(256, "small")
    let packed = Floats(plan.packedCount)
    try plan.pack(small.map { Float($0) }, into: packed.start)
    let output = Floats(copying: [Float](repeating: 2, count: 16 * 25))
    try Convolution(plan).forward(stored, weights: packed, into: output)
    let expected = Plain.convolution(
      input, inputs: 16, height: 5, width: 5, weights: small, outputs: 16, kernel: 1, padding: 0
    ).map { $0 + 2 }
    #expect(largestDifference(Plain.planes(output.values, channels: 16, area: 25), expected) < 1e-4)
  }

  /// <output gradient, convolution(input, w)> is linear in w and in the input: both gradients follow from it.
  @Test(arguments: cases.filter { !$0.shape.winograd && $0.shape.padding == $0.shape.kernel / 2 })
  func gradientsAreTheAdjoints(_ item: Case) throws {
    let shape = item.shape
    let area = shape.height * shape.width
    let input = Self.random(shape.inputs * area, "input")
    let weights = Self.random(shape.weightCount, "weights")
    let direction = Self.random(shape.weightCount, "direction")
    let outputGradient = Self.random(shape.outputs * area, "output gradient")
    func product(_ input: [Double], _ weights: [Double]) -> Double {
      let output = Plain.convolution(
        input, inputs: shape.inputs, height: shape.height, width: shape.width, weights: weights,
        outputs: shape.outputs, kernel: shape.kernel, padding: shape.padding)
      return zip(output, outputGradient).map { $0 * $1 }.reduce(0, +)
    }
    let plan = try ConvolutionPlan(.weightGradient, shape)
    let packed = Floats(plan.packedCount)
    let gradient = Floats(shape.weightCount)
    let stored = Floats(copying: Plain.blocks(outputGradient, channels: shape.outputs, area: area))
    let source = Self.stored(input, shape)
    try Convolution(plan).weightGradient(source.start, outputGradient: stored.start, into: packed.start)
    try plan.unpack(packed.start, into: gradient.start)
    let slope = zip(gradient.values, direction).map { Double($0) * $1 }.reduce(0, +)
    #expect(abs(slope - product(input, direction)) < 1e-3 * max(1, abs(slope)))

    let inputs = paddedChannels(shape.inputs)
    let back = try ConvolutionPlan(
      .forward,
      ConvolutionShape(
        inputs: shape.outputs, outputs: inputs, height: shape.height, width: shape.width, kernel: shape.kernel,
        padding: shape.padding))
    let padded = paddedWeights(
      weights.map { Float($0) }, outputs: shape.outputs, inputs: shape.inputs, kernel: shape.kernel,
      toOutputs: shape.outputs, toInputs: inputs)
    let turned = Floats(back.packedCount)
    try back.pack(
      turnedWeights(padded, outputs: shape.outputs, inputs: inputs, kernel: shape.kernel), into: turned.start)
    let inputGradient = Floats(inputs * area)
    try Convolution(back).forward(stored, weights: turned, into: inputGradient)
    let along = Self.random(shape.inputs * area, "along")
    let found = Plain.planes(inputGradient.values, channels: shape.inputs, area: area)
    let inputSlope = zip(found, along).map { $0 * $1 }.reduce(0, +)
    #expect(abs(inputSlope - product(along, weights)) < 1e-3 * max(1, abs(inputSlope)))
  }

  @Test func plansAreSharedByThreads() throws {
    let shape = ConvolutionShape(inputs: 32, outputs: 32, height: 16, width: 16, winograd: true)
    let plan = try ConvolutionPlan(.forward, shape)
    let weights = Self.random(shape.weightCount, "weights").map { Float($0) }
    let inputs = (0..<8).map { Self.random(32 * 256, "input \($0)").map { Float($0) } }
    let run: @Sendable (Int) throws -> [Float] = { piece in
      let packed = Floats(plan.packedCount)
      try plan.pack(weights, into: packed.start)
      let output = Floats(32 * 256)
      let convolution = try Convolution(plan)
      for _ in 0..<20 {
        try convolution.forward(Floats(copying: inputs[piece]), weights: packed, into: output)
      }
      return output.values
    }
    #expect(try Workers(4).map(8, run) == Workers.one.map(8, run))
  }

  @Test func impossibleShapesAreErrors() {
    #expect(throws: ConvolutionError.self) {
      try ConvolutionPlan(.forward, ConvolutionShape(inputs: 16, outputs: 16, height: -4, width: 8))
    }
  }

  @Test func matrixProductsOfEitherOrder() throws {
    let (rows, columns, inner) = (3, 5, 4)
    let a = Self.random(rows * inner, "a")
    let b = Self.random(inner * columns, "b")
    var expected = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        for k in 0..<inner { expected[row * columns + column] += a[row * inner + k] * b[k * columns + column] }
      }
    }
    let transposedA = (0..<a.count).map { Float(a[$0 % rows * inner + $0 / rows]) }
    let transposedB = (0..<b.count).map { Float(b[$0 % inner * columns + $0 / inner]) }
    let (leftPlain, rightPlain) = (a.map { Float($0) }, b.map { Float($0) })
    let products: [(Transposed, [Float], [Float])] = [
      (.neither, leftPlain, rightPlain), (.first, transposedA, rightPlain), (.second, leftPlain, transposedB),
    ]
    for (transposed, left, right) in products {
      var c = [Float](repeating: 1, count: rows * columns)
      try multiply(left, right, transposed: transposed, rows: rows, columns: columns, inner: inner, into: &c)
      #expect(largestDifference(c.map { Double($0) }, expected) < 1e-5)
    }
  }
}

extension Floats {
  var values: [Float] { withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: start, count: count)) } }
}

func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

extension Convolution {
  func forward(_ input: Floats, weights: Floats, bias: Floats? = nil, into output: Floats) throws {
    try withExtendedLifetime((input, weights, bias, output)) {
      try forward(input.start, weights: weights.start, bias: bias?.start, into: output.start)
    }
  }
}
