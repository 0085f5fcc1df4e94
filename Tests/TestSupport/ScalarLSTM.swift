import Foundation
import LSTMKernels

/// The coordinatewise LSTM for one coordinate in Double, written for clarity: what the kernels are compared with.
public struct ScalarLSTM: Sendable {
  public let lstm: CoordinatewiseLSTM
  public var weights: [Double]
  var h1: [Double]
  var c1: [Double]
  var h2: [Double]
  var c2: [Double]

  public init(_ lstm: CoordinatewiseLSTM, weights: [Double]) {
    self.lstm = lstm
    self.weights = weights
    h1 = [Double](repeating: 0, count: lstm.shape.hidden)
    c1 = h1
    h2 = h1
    c2 = h1
  }

  /// Appendix A.
  func features(_ gradient: Double) -> [Double] {
    guard let p = lstm.p.map(Double.init) else { return [gradient] }
    if abs(gradient) >= exp(-p) { return [log(abs(gradient)) / p, gradient < 0 ? -1 : 1] }
    return [-1, exp(p) * gradient]
  }

  private func layer(_ x: [Double], _ h: inout [Double], _ c: inout [Double], input: Int, recurrent: Int, bias: Int) {
    let hidden = lstm.shape.hidden
    let old = h
    func sum(_ gate: Int, _ unit: Int) -> Double {
      let row = gate * hidden + unit
      var z = weights[bias + row]
      for k in x.indices { z += weights[input + row * x.count + k] * x[k] }
      for k in 0..<hidden { z += weights[recurrent + row * hidden + k] * old[k] }
      return z
    }
    func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
    for unit in 0..<hidden {
      let i = sigmoid(sum(0, unit))
      let f = sigmoid(sum(1, unit))
      let g = tanh(sum(2, unit))
      let o = sigmoid(sum(3, unit))
      c[unit] = f * c[unit] + i * g
      h[unit] = o * tanh(c[unit])
    }
  }

  /// The update proposed for one gradient.
  public mutating func step(_ gradient: Double) -> Double {
    let s = lstm.shape
    layer(features(gradient), &h1, &c1, input: s.inputWeights1, recurrent: s.recurrentWeights1, bias: s.bias1)
    layer(h1, &h2, &c2, input: s.inputWeights2, recurrent: s.recurrentWeights2, bias: s.bias2)
    var sum = weights[s.outputBias]
    for unit in 0..<s.hidden { sum += weights[s.outputWeights + unit] * h2[unit] }
    return sum * Double(lstm.outputScale)
  }

  /// Σ_t w_t ∇_t · θ_t over t = 1...T for one coordinate whose gradients are replayed, θ_0 = 0: its derivative by the
  /// weights is the meta-gradient.
  public static func replayedLoss(
    _ lstm: CoordinatewiseLSTM, weights: [Double], warmUp: [Float], gradients: [Float], lossWeights: [Float],
    trainedWeights: [Double]
  ) -> Double {
    var scalar = ScalarLSTM(lstm, weights: trainedWeights)
    for gradient in warmUp { _ = scalar.step(Double(gradient)) }
    scalar.weights = weights
    var theta = 0.0
    var loss = 0.0
    for t in 1..<gradients.count {
      theta += scalar.step(Double(gradients[t - 1]))
      loss += Double(lossWeights[t]) * Double(gradients[t]) * theta
    }
    return loss
  }
}
