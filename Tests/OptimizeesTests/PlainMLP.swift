import Foundation
import Optimizees

/// The loss of an MLP in Double, written for clarity: what the workspace is compared with.
struct PlainMLP {
  let network: MLP
  /// [batch][inputs]
  let inputs: [[Double]]
  let labels: [Int]

  /// Mean cross-entropy in nats; parameters in the order of the network's layout.
  func loss(_ parameters: [Double]) -> Double {
    let losses = zip(inputs, labels).map { input, label in
      let logits = outputs(input, parameters)
      let highest = logits.max() ?? 0
      return log(logits.map { exp($0 - highest) }.reduce(0, +)) - (logits[label] - highest)
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  /// (f(θ + h) - f(θ - h)) / 2h for one parameter.
  func slope(_ parameters: [Double], at index: Int, step h: Double = 1e-5) -> Double {
    var (above, below) = (parameters, parameters)
    above[index] += h
    below[index] -= h
    return (loss(above) - loss(below)) / (2 * h)
  }

  private func outputs(_ input: [Double], _ parameters: [Double]) -> [Double] {
    let widths = network.widths
    var units = input
    var offset = 0
    for layer in 1..<widths.count {
      let bias = offset + widths[layer] * widths[layer - 1]
      let sums = (0..<widths[layer]).map { unit in
        let row = offset + unit * widths[layer - 1]
        return (0..<widths[layer - 1]).reduce(parameters[bias + unit]) { $0 + parameters[row + $1] * units[$1] }
      }
      offset = bias + widths[layer]
      units = layer == widths.count - 1 ? sums : sums.map(activate)
    }
    return units
  }

  private func activate(_ x: Double) -> Double {
    switch network.activation {
    case .sigmoid: 1 / (1 + exp(-x))
    case .relu: max(0, x)
    }
  }
}
