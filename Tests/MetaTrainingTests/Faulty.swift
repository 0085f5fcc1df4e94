import Foundations
import Optimizees
import Synchronization
import Testing

/// What goes wrong with an optimizee.
enum Fault: Sendable, CustomTestStringConvertible {
  case loss(Float)
  /// The loss is finite, the gradient's last coordinate is not.
  case gradient(Float)
  /// A signal came.
  case interruption

  var testDescription: String {
    switch self {
    case .loss(let value): "loss \(value)"
    case .gradient(let value): "gradient \(value)"
    case .interruption: "interruption"
    }
  }
}

/// An optimizee whose episodes go wrong at a step, all or those with certain streams.
final class Faulty: Optimizee {
  private let base: Valleys
  private let fault: Fault
  private let step: Int
  private let isChosen: @Sendable (RandomStream) -> Bool
  private let faults = Mutex(0)

  init(
    _ base: Valleys, _ fault: Fault, at step: Int,
    in isChosen: @escaping @Sendable (RandomStream) -> Bool = { _ in true }
  ) {
    self.base = base
    self.fault = fault
    self.step = step
    self.isChosen = isChosen
  }

  var layout: ParameterLayout { base.layout }

  /// How many faults happened.
  var count: Int { faults.withLock { $0 } }

  func episode(_ stream: RandomStream) -> any Episode {
    isChosen(stream) ? FaultyEpisode(self, base.episode(stream)) : base.episode(stream)
  }

  private final class FaultyEpisode: Episode {
    private let optimizee: Faulty
    private let base: any Episode

    init(_ optimizee: Faulty, _ base: any Episode) {
      self.optimizee = optimizee
      self.base = base
    }

    var initialParameters: [Float] { base.initialParameters }

    func lossAndGradient(
      at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
    ) throws -> Float {
      let loss = try base.lossAndGradient(at: parameters, step: step, gradient: gradient)
      guard step == optimizee.step else { return loss }
      optimizee.faults.withLock { $0 += 1 }
      switch optimizee.fault {
      case .loss(let value): return value
      case .gradient(let value):
        gradient[gradient.count - 1] = value
        return loss
      case .interruption: throw Interrupted(signal: 2)
      }
    }
  }
}
