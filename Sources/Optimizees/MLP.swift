import Foundations
import Vectors

/// A fully connected network with a softmax output (§3.2): the paper's base has 784 inputs, 20 hidden units and 10
/// classes, 15,910 parameters.
public struct MLP: Sendable, Equatable, Codable {
  /// What a hidden unit does with its sum.
  public enum Activation: String, Sendable, Codable {
    case sigmoid
    case relu
  }

  public let inputs: Int
  /// Units of each hidden layer.
  public let hidden: [Int]
  public let classes: Int
  public let activation: Activation

  public init(inputs: Int, hidden: [Int], classes: Int = 10, activation: Activation = .sigmoid) {
    precondition(inputs > 0 && classes > 1 && hidden.allSatisfy { $0 > 0 }, "layers with at least one unit")
    self.inputs = inputs
    self.hidden = hidden
    self.classes = classes
    self.activation = activation
  }

  /// Units from the inputs to the classes.
  public var widths: [Int] { [inputs] + hidden + [classes] }

  /// Per layer a weight [outputs, inputs] and a bias [outputs].
  public var layout: ParameterLayout {
    var tensors: [(name: String, shape: [Int])] = []
    for layer in 1..<widths.count {
      tensors.append((name: "weight\(layer)", shape: [widths[layer], widths[layer - 1]]))
      tensors.append((name: "bias\(layer)", shape: [widths[layer]]))
    }
    return ParameterLayout(tensors)
  }
}

/// The scratch of an MLP on batches of one size: forward and backward side by side.
struct MLPWorkspace {
  let network: MLP
  /// [batch, inputs], to be filled with the minibatch.
  var inputs: Matrix
  var labels: [Int]
  private var weights: [Matrix]
  private var weightGradients: [Matrix]
  /// The outputs of each layer, the last one's before the softmax: [batch, units].
  private var outputs: [Matrix]
  /// ∂f/∂(sums of a layer): [batch, units].
  private var adjoints: [Matrix]

  init(_ network: MLP, batch: Int) {
    self.network = network
    inputs = Matrix(rows: batch, columns: network.inputs)
    labels = [Int](repeating: 0, count: batch)
    let widths = network.widths
    weights = (1..<widths.count).map { Matrix(rows: widths[$0], columns: widths[$0 - 1]) }
    weightGradients = weights
    outputs = (1..<widths.count).map { Matrix(rows: batch, columns: widths[$0]) }
    adjoints = outputs
  }

  /// Mean cross-entropy of the batch in nats, and its gradient; nan where a parameter is not finite, which a hidden
  /// unit would hide by saturating.
  mutating func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    guard let theta = parameters.baseAddress, let gradient = gradient.baseAddress else { return 0 }
    let loss = forward(theta)
    backward(to: gradient)
    return parameters.areFinite ? loss : .nan
  }

  /// Outputs of every layer; the loss. The last layer's adjoint, (softmax - label) / batch, comes with it.
  private mutating func forward(_ parameters: UnsafePointer<Float>) -> Float {
    var offset = 0
    for layer in weights.indices {
      weights[layer].load(parameters + offset)
      let bias = parameters + offset + weights[layer].rows * weights[layer].columns
      outputs[layer].setDotProducts(layer == 0 ? inputs : outputs[layer - 1], weights[layer], bias: bias)
      if layer < weights.count - 1 {
        switch network.activation {
        case .sigmoid:
          // The padding becomes 0.5 and more; that of the weights, which it is multiplied by, stays zero.
          VectorMath.map(.sigmoid, &outputs[layer].elements)
        case .relu:
          // The comparison that leaves nan as it is, so that it reaches the loss.
          outputs[layer].elements.withUnsafeMutableBufferPointer { sums in
            for k in sums.indices { sums[k] = sums[k] < 0 ? 0 : sums[k] }
          }
        }
      }
      offset += weights[layer].rows * weights[layer].columns + weights[layer].rows
    }
    return softmaxCrossEntropy(outputs[outputs.count - 1], labels, adjoint: &adjoints[adjoints.count - 1])
  }

  /// Adjoints from the last layer to the first, and the gradients of weights and biases.
  private mutating func backward(to gradient: UnsafeMutablePointer<Float>) {
    var offset = network.layout.count
    for layer in weights.indices.reversed() {
      let (units, below) = (weights[layer].rows, weights[layer].columns)
      offset -= units * below + units
      weightGradients[layer].setProduct(
        adjoints[layer], transposed: true, layer == 0 ? inputs : outputs[layer - 1])
      weightGradients[layer].store(to: gradient + offset)
      sumRows(adjoints[layer], into: gradient + offset + units * below)
      if layer > 0 {
        adjoints[layer - 1].setProduct(adjoints[layer], transposed: false, weights[layer])
        multiplyByDerivative(&adjoints[layer - 1].elements, outputs[layer - 1].elements, network.activation)
      }
    }
  }
}

/// adjoint *= φ'(sum), where φ' follows from φ's output: y (1 - y) or [y > 0].
private func multiplyByDerivative(
  _ adjoint: inout Matrix.Elements, _ output: Matrix.Elements, _ activation: MLP.Activation
) {
  adjoint.withUnsafeMutableBufferPointer { adjoint in
    output.withUnsafeBufferPointer { output in
      switch activation {
      case .sigmoid: for k in adjoint.indices { adjoint[k] *= output[k] * (1 - output[k]) }
      case .relu: for k in adjoint.indices where output[k] <= 0 { adjoint[k] = 0 }
      }
    }
  }
}

/// The sum of a matrix's rows.
private func sumRows(_ matrix: Matrix, into sums: UnsafeMutablePointer<Float>) {
  for column in 0..<matrix.columns { sums[column] = 0 }
  matrix.elements.withUnsafeBufferPointer { elements in
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { sums[column] += elements[row * matrix.stride + column] }
    }
  }
}
