import Foundations
import Testing

@testable import Optimizees

/// A network and a batch; widths are chosen around the 16 numbers that the products take together.
struct NetworkCase: Sendable, CustomTestStringConvertible {
  var inputs: Int
  var hidden: [Int]
  var classes: Int
  var activation: MLP.Activation
  var batch: Int
  var testDescription: String { "\(inputs)-\(hidden)-\(classes) \(activation), batch \(batch)" }

  static let all = [
    NetworkCase(inputs: 16, hidden: [5], classes: 4, activation: .sigmoid, batch: 8),
    NetworkCase(inputs: 16, hidden: [20], classes: 10, activation: .relu, batch: 7),
    NetworkCase(inputs: 23, hidden: [20], classes: 10, activation: .sigmoid, batch: 5),
    NetworkCase(inputs: 33, hidden: [17], classes: 3, activation: .relu, batch: 3),
    NetworkCase(inputs: 32, hidden: [6, 9], classes: 5, activation: .sigmoid, batch: 6),
    NetworkCase(inputs: 19, hidden: [18, 4], classes: 2, activation: .relu, batch: 1),
    NetworkCase(inputs: 1, hidden: [1], classes: 2, activation: .sigmoid, batch: 2),
    NetworkCase(inputs: 12, hidden: [], classes: 10, activation: .sigmoid, batch: 9),
  ]
}

struct MLPTests {
  /// A workspace with a random batch in it, the same in Double, and parameters of size one.
  private struct Scene {
    var workspace: MLPWorkspace
    let plain: PlainMLP
    let parameters: [Float]

    init(_ example: NetworkCase, scale: Float = 0.7) {
      let network = MLP(
        inputs: example.inputs, hidden: example.hidden, classes: example.classes, activation: example.activation)
      var stream = RandomStream(seed: 1)
      var workspace = MLPWorkspace(network, batch: example.batch)
      let inputs = (0..<example.batch * example.inputs).map { _ in stream.uniform() }
      inputs.withUnsafeBufferPointer { if let base = $0.baseAddress { workspace.inputs.load(base) } }
      workspace.labels = (0..<example.batch).map { _ in stream.integer(below: example.classes) }
      self.workspace = workspace
      plain = PlainMLP(
        network: network,
        inputs: (0..<example.batch).map { row in
          inputs[row * example.inputs..<(row + 1) * example.inputs].map(Double.init)
        }, labels: workspace.labels)
      parameters = (0..<network.layout.count).map { _ in scale * stream.normal() }
    }

    mutating func lossAndGradient(_ parameters: [Float]) -> (loss: Float, gradient: [Float]) {
      // Anything not overwritten shows.
      var gradient = [Float](repeating: 1e9, count: parameters.count)
      let loss = parameters.withUnsafeBufferPointer { theta in
        gradient.withUnsafeMutableBufferPointer { workspace.lossAndGradient(at: theta, gradient: $0) }
      }
      return (loss, gradient)
    }
  }

  @Test(arguments: NetworkCase.all) func lossAgreesWithAPlainReference(example: NetworkCase) {
    var scene = Scene(example)
    let expected = scene.plain.loss(scene.parameters.map(Double.init))
    #expect(abs(Double(scene.lossAndGradient(scene.parameters).loss) - expected) < 2e-6 * max(1, expected))
  }

  /// Every coordinate of every tensor.
  @Test(arguments: NetworkCase.all) func gradientAgreesWithCentralDifferences(example: NetworkCase) {
    var scene = Scene(example)
    let gradient = scene.lossAndGradient(scene.parameters).gradient
    let parameters = scene.parameters.map(Double.init)
    for tensor in scene.plain.network.layout.tensors {
      let wrong = tensor.range.filter { index in
        let expected = scene.plain.slope(parameters, at: index)
        return !(abs(Double(gradient[index]) - expected) < 3e-6 * max(1, abs(expected)))
      }
      #expect(wrong.isEmpty, "in \(tensor.name)")
      #expect(gradient[tensor.range].contains { abs($0) > 1e-4 }, "\(tensor.name) has a gradient to compare")
    }
  }

  @Test(arguments: NetworkCase.all) func aSecondCallDoesNotDependOnTheFirst(example: NetworkCase) {
    var (used, fresh) = (Scene(example), Scene(example))
    _ = used.lossAndGradient(used.parameters.map { 3 - $0 })
    let (again, first) = (used.lossAndGradient(used.parameters), fresh.lossAndGradient(fresh.parameters))
    #expect(again.loss == first.loss)
    #expect(again.gradient == first.gradient)
  }

  /// Clamping in an activation, or a comparison that nan fails, must not hide parameters that overflowed.
  @Test(arguments: NetworkCase.all) func aParameterThatIsNotFiniteGivesALossThatIsNotFinite(example: NetworkCase) {
    var scene = Scene(example)
    for tensor in scene.plain.network.layout.tensors {
      for bad in [Float.nan, .infinity, -.infinity] {
        var parameters = scene.parameters
        parameters[tensor.range.upperBound - 1] = bad
        #expect(!scene.lossAndGradient(parameters).loss.isFinite, "\(bad) in \(tensor.name)")
      }
    }
    #expect(scene.lossAndGradient(scene.parameters).loss.isFinite, "and leaves nothing behind")
  }

  @Test func sumsThatOverflowGiveALossThatIsNotFinite() {
    let network = NetworkCase(inputs: 16, hidden: [5], classes: 4, activation: .relu, batch: 8)
    var scene = Scene(network)
    #expect(!scene.lossAndGradient(scene.parameters.map { $0 * 1e30 }).loss.isFinite)
  }

  @Test func layoutNamesTheTensorsOfThePapersNetwork() {
    let layout = MLP(inputs: 784, hidden: [20]).layout
    #expect(layout.count == 15_910)
    #expect(layout.tensors.map(\.name) == ["weight1", "bias1", "weight2", "bias2"])
    #expect(layout.tensors.map(\.shape) == [[20, 784], [20], [10, 20], [10]])
    #expect(layout["bias1"] == 15_680..<15_700)
  }
}
