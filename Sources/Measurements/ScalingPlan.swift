import Foundations
import Notebook

/// What meta-training would take on larger problems, calculated from what was measured.
public struct ScalingPlan {
  /// Seconds that one core takes for a step of a coordinate, backpropagation included.
  public var secondsPerCoordinateStep: Double
  /// Bytes that one episode takes for each coordinate, at 20 steps of unroll.
  public var bytesPerCoordinate: Double
  /// Optimization steps in all of meta-training: about as many as each of the MNIST optimizer's three trainings has
  /// before whole episodes, those on small images counted by their coordinates.
  public var steps = 400_000.0

  /// From a meta-iteration of 20 steps on one core, and the memory of the largest size; nil where neither was measured.
  public init?(_ roofline: Roofline, _ growth: GrowthStudy) {
    guard let unit = roofline.rows.first(where: { $0.name == "meta-iteration" }),
      let largest = growth.byCoordinates.last
    else { return nil }
    // By count: the state before and at work, and 21 gradients.
    let bytes = largest.bytes.map { $0 / Double(largest.coordinates) } ?? 4 * (160 + 21)
    self.init(secondsPerCoordinateStep: unit.seconds / (15_910 * 20), bytesPerCoordinate: bytes)
  }

  public init(secondsPerCoordinateStep: Double, bytesPerCoordinate: Double) {
    self.secondsPerCoordinateStep = secondsPerCoordinateStep
    self.bytesPerCoordinate = bytesPerCoordinate
  }

  /// Core-hours of a whole meta-training with one episode at a time.
  public func hours(parameters: Double) -> Double { secondsPerCoordinateStep * steps * parameters / 3600 }

  /// Bytes of a meta-batch.
  public func bytes(parameters: Double, metaBatch: Double) -> Double { bytesPerCoordinate * parameters * metaBatch }

  public var table: TextTable {
    var table = TextTable([
      "parameters", "core-hours", "cores for a day", "GB an episode", "core-hours at a meta-batch of 1,000",
      "TB at a meta-batch of 1,000", "core-hours of one with 1 % of the tiles backpropagated",
    ])
    for exponent in [6, 7, 8, 9] {
      let parameters = (0..<exponent).reduce(1.0) { product, _ in product * 10 }
      let hours = hours(parameters: parameters)
      // Backpropagation is three quarters of the work (14,600 of 19,580 multiply-adds).
      let sampled = hours * (0.25 + 0.75 * 0.01)
      table.append([
        "10^\(exponent)", shortNumber(hours, digits: 3), shortNumber(max(1, hours / 24), digits: 3),
        shortNumber(bytes(parameters: parameters, metaBatch: 1) / 1e9, digits: 3), shortNumber(1000 * hours, digits: 3),
        shortNumber(bytes(parameters: parameters, metaBatch: 1000) / 1e12, digits: 3), shortNumber(sampled, digits: 3),
      ])
    }
    return table
  }
}
