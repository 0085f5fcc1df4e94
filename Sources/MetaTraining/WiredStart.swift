import Foundations
import LSTMKernels

/// How the LSTM's weights begin.
public enum InitialWeights: String, Sendable, Codable {
  /// All from U(±1/√H), forget gates' biases 1 higher, the read-out a tenth.
  case uniform
  /// The same, with a path of descent wired through both layers: the untrained optimizer is roughly sign descent with
  /// momentum and steps of about 0.02. Without it some starts never left the loss of chance; fig3-recipe ends 0.055
  /// higher (one seed).
  case wired
}

extension CoordinatewiseLSTM {
  /// Weights to begin meta-training from, in the order of `LSTMShape`.
  public func initialWeights(_ kind: InitialWeights, stream: RandomStream) -> [Float] {
    var stream = stream
    let hidden = shape.hidden
    let bound = 1 / Float(hidden).squareRoot()
    var weights = (0..<shape.weightCount).map { _ in stream.uniform(-bound, bound) }
    for unit in 0..<hidden {
      weights[shape.bias1 + hidden + unit] += 1
      weights[shape.bias2 + hidden + unit] += 1
      weights[shape.outputWeights + unit] *= 0.1
    }
    weights[shape.outputBias] = 0
    if kind == .wired {
      // The candidate of layer 1's unit 0 follows the gradient (its sign, where there are two features), layer 2's
      // unit 0 follows that, and the read-out goes against it.
      let candidate = 2 * hidden
      weights[shape.inputWeights1 + candidate * shape.features + shape.features - 1] += 2
      weights[shape.inputWeights2 + candidate * hidden] += 4
      weights[shape.outputWeights] = -0.5
    }
    return weights
  }
}
