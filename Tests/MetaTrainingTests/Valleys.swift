import Foundations
import Optimizees

/// Quadratic valleys with several tensors in two groups: f_t(θ) = floor + ½ Σ_k a_k (θ_k - c_k - n_k(t))², where every
/// episode has its own curvatures a and centres c and every step its own noise n.
struct Valleys: Optimizee {
  let layout: ParameterLayout
  var curvatures: ClosedRange<Float> = 0.5...2
  var noise: Float = 0.3
  /// Above zero, so that the logarithm of the loss is finite.
  var floor: Float = 0.1

  /// Groups whose border is inside one of the kernels' tiles of 32 coordinates.
  static let twoGroups = ParameterLayout(
    [("kernel", [5, 7]), ("offset", [5]), ("weight", [9, 5]), ("bias", [9])], groups: [("conv", 2), ("dense", 2)])

  init(_ layout: ParameterLayout = Valleys.twoGroups) { self.layout = layout }

  func episode(_ stream: RandomStream) -> any Episode { ValleysEpisode(self, stream) }
}

final class ValleysEpisode: Episode {
  let initialParameters: [Float]
  private let valleys: Valleys
  private let curvature: [Float]
  private let centre: [Float]
  private let noise: RandomStream

  init(_ valleys: Valleys, _ stream: RandomStream) {
    var (curvatures, centres) = (stream.stream("curvature"), stream.stream("centre"))
    var starts = stream.stream("initial parameters")
    let range = valleys.curvatures
    self.valleys = valleys
    curvature = (0..<valleys.layout.count).map { _ in curvatures.uniform(range.lowerBound, range.upperBound) }
    centre = curvature.map { _ in centres.normal() }
    initialParameters = curvature.map { _ in 0.1 * starts.normal() }
    noise = stream.stream("noise")
  }

  private func target(_ step: Int) -> [Float] {
    var draw = noise.stream("step", step)
    return centre.map { $0 + valleys.noise * draw.normal() }
  }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    let exact = lossAndGradient(parameters.map(Double.init), step: step)
    for k in gradient.indices { gradient[k] = Float(exact.gradient[k]) }
    return Float(exact.loss)
  }

  /// The same in Double.
  func lossAndGradient(_ parameters: [Double], step: Int) -> (loss: Double, gradient: [Double]) {
    let target = target(step)
    var loss = Double(valleys.floor)
    let gradient = parameters.indices.map { k in
      let (a, distance) = (Double(curvature[k]), parameters[k] - Double(target[k]))
      loss += 0.5 * a * distance * distance
      return a * distance
    }
    return (loss, gradient)
  }
}
