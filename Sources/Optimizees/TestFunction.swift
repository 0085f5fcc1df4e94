import Foundation
import Foundations

/// Well-known functions on which optimizers are tried.
public enum TestFunction: String, Sendable, CaseIterable {
  /// (1 - x)² + 100 (y - x²)²: a curved valley whose floor is nearly flat (Rosenbrock 1960).
  case rosenbrock
  /// 20 + Σ (x² - 10 cos 2πx): a bowl full of local minima (Rastrigin 1974).
  case rastrigin
  /// Flat in the middle, with steep corners (Beale 1958).
  case beale
  /// (x² + y - 11)² + (x + y² - 7)²: four minima of the same depth (Himmelblau 1972).
  case himmelblau
  /// |Wθ - y|²: a bowl, and the paper's own test (§3.1), here in two dimensions.
  case quadratic

  /// Where optimizers usually start.
  public var start: [Float] {
    switch self {
    case .rosenbrock: [-1.2, 1]
    case .rastrigin: [-2.3, 1.7]
    case .beale: [-1, 1.5]
    case .himmelblau: [-0.3, -0.9]
    case .quadratic: [-1.5, 1.5]
    }
  }

  /// The range of x and of y that is worth seeing.
  public var ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    switch self {
    case .rosenbrock: (-1.7...1.7, -0.7...1.7)
    case .rastrigin: (-3.2...3.2, -3.2...3.2)
    case .beale: (-2...4, -2...2.5)
    case .himmelblau: (-5.5...5.5, -5.5...5.5)
    case .quadratic: (-2.2...2.2, -2.2...2.2)
    }
  }

  /// Where the function is lowest; its value there is zero.
  public var minima: [[Float]] {
    switch self {
    case .rosenbrock: [[1, 1]]
    case .rastrigin: [[0, 0]]
    case .beale: [[3, 0.5]]
    case .himmelblau: [[3, 2], [-2.805118, 3.131312], [-3.779310, -3.283186], [3.584428, -1.848126]]
    case .quadratic: [[0.5, -0.25]]
    }
  }

  /// f(x, y) and its gradient.
  public func lossAndGradient(_ x: Float, _ y: Float) -> (loss: Float, gradient: (x: Float, y: Float)) {
    switch self {
    case .rosenbrock:
      let (a, b) = (1 - x, y - x * x)
      return (a * a + 100 * b * b, (-2 * a - 400 * x * b, 200 * b))
    case .rastrigin:
      let (u, v) = (2 * Float.pi * x, 2 * Float.pi * y)
      return (
        20 + x * x + y * y - 10 * (cos(u) + cos(v)), (2 * x + 20 * .pi * sin(u), 2 * y + 20 * .pi * sin(v))
      )
    case .beale:
      let (a, b, c) = (1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y)
      return (
        a * a + b * b + c * c,
        (
          2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
          2 * x * (a + 2 * b * y + 3 * c * y * y)
        )
      )
    case .himmelblau:
      let (a, b) = (x * x + y - 11, x + y * y - 7)
      return (a * a + b * b, (4 * a * x + 2 * b, 2 * a + 4 * b * y))
    case .quadratic:
      // W = [[2, 1], [0, 1/2]].
      let (u, v) = (x - 0.5, y + 0.25)
      let (a, b) = (2 * u + v, 0.5 * v)
      return (a * a + b * b, (4 * a, 2 * a + b))
    }
  }

  /// The function from starts around the usual one, and copies of it that are moved to all sides while the starts stay:
  /// what an optimizer may learn on.
  ///
  /// - Parameters:
  ///   - shift: the deviation of the copies' places in both coordinates; 0 for the function itself.
  ///   - spread: the deviation of the starts.
  public func copies(shift: Float, spread: Float, sideBySide: Int = 1) -> Functions {
    Functions(dimension: 2, sideBySide: sideBySide) { random in
      let moved = [shift * random.normal(), shift * random.normal()]
      let begin = start.map { $0 + spread * random.normal() }
      return Function(start: begin) { theta, gradient in
        let value = lossAndGradient(theta[0] - moved[0], theta[1] - moved[1])
        (gradient[0], gradient[1]) = value.gradient
        return value.loss
      }
    }
  }
}
