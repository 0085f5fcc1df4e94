import Foundation
import Foundations
import LabelledData

/// Logistic regression on a table: the mean cross-entropy in nats over all its rows, with a weight for each column and
/// a bias.
public struct LogisticRegression: Sendable {
  public let table: LabelledTable

  public init(_ table: LabelledTable) { self.table = table }

  /// Coordinates of θ: the weights, then the bias.
  public var dimension: Int { table.columns.count + 1 }

  /// The problem from small random weights of this deviation.
  public func problem(start deviation: Float = 0.01, sideBySide: Int = 1) -> Functions {
    Functions(dimension: dimension, sideBySide: sideBySide) { random in
      Function(start: (0..<dimension).map { _ in deviation * random.normal() }) { theta, gradient in
        lossAndGradient(theta, labels: table.labels, &gradient)
      }
    }
  }

  /// Problems on the same columns with labels that a random direction gives them, one in ten of them wrong: what an
  /// optimizer may learn on without having seen the labels.
  public func relatives(sideBySide: Int = 1) -> Functions {
    Functions(dimension: dimension, sideBySide: sideBySide) { random in
      let direction = (0..<dimension).map { _ in random.normal() }
      let labels = table.features.map { row in
        (logit(row, direction) > 0) != (random.uniform() < 0.1)
      }
      return Function(start: (0..<dimension).map { _ in 0.01 * random.normal() }) { theta, gradient in
        lossAndGradient(theta, labels: labels, &gradient)
      }
    }
  }

  private func logit(_ row: [Float], _ theta: [Float]) -> Float {
    var sum = theta[row.count]
    for k in row.indices { sum += theta[k] * row[k] }
    return sum
  }

  /// mean log(1 + e^-m) with the margin m = ±(w x + b); its gradient is the mean of (σ(w x + b) - label) (x, 1).
  private func lossAndGradient(_ theta: [Float], labels: [Bool], _ gradient: inout [Float]) -> Float {
    var loss = 0.0
    let scale = 1 / Float(labels.count)
    for (row, label) in zip(table.features, labels) {
      let z = logit(row, theta)
      // Of the two forms the one whose exponential is at most 1.
      let small = exp(-abs(z))
      loss += Double(max(label ? -z : z, 0) + log1p(small))
      let error = ((z >= 0 ? 1 / (1 + small) : small / (1 + small)) - (label ? 1 : 0)) * scale
      for k in row.indices { gradient[k] += error * row[k] }
      gradient[row.count] += error
    }
    return Float(loss / Double(labels.count))
  }

  /// The share of rows whose label the weights get right.
  public func accuracy(_ theta: [Float]) -> Double {
    let right = zip(table.features, table.labels).count { (logit($0, theta) > 0) == $1 }
    return Double(right) / Double(table.labels.count)
  }
}
