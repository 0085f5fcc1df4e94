import Datasets
import Foundation
import Foundations
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import Recipes

/// How large a learned optimizer's updates are to be: a factor for each group of coordinates, tuned after meta-training
/// on practice problems, as the rates of the hand-made optimizers are.
///
/// The meta-gradient takes the gradients of f as given (the paper drops the same terms). It sees neither that noise in θ
/// dies away nor that, behind batch normalisation, gradients shrink as kernels grow, so it asks for steps of kernels that
/// are too small: with three times as large ones the same weights end at .911 in place of .948 on CIFAR-10, and are ahead
/// from step 100 on.
public struct UpdateScales: Sendable, Equatable, Codable {
  /// The factors that are tried for each group in turn, the others' being the best so far.
  public var factors: [Float]
  public var problems: Int
  public var steps: Int
  /// The mean loss of that many steps at the end decides.
  public var lastSteps: Int
  public var size = CifarRecipe.Size.full

  /// Those of a preset; nil where updates stay as they were meta-trained.
  public static func preset(_ preset: Preset) -> UpdateScales? {
    switch preset {
    case .smoke: UpdateScales(factors: [0.6, 1], problems: 1, steps: 20, lastSteps: 10, size: .smoke)
    case .quick: nil
    case .paper: UpdateScales(factors: [0.2, 0.35, 0.6, 1, 1.7, 3, 5], problems: 3, steps: 1000, lastSteps: 100)
    }
  }

  /// All settings as text.
  var text: String {
    "\(factors.map { "\($0)" }.joined(separator: " ")) on \(problems) problems of \(steps) steps, last \(lastSteps), "
      + "batch \(size.batch), \(size.channels) channels, pooling \(size.pooling)"
  }
}

extension Notebook {
  /// A learned optimizer with the best of all factors for the updates of each of its groups.
  ///
  /// - Parameters:
  ///   - name: tells what is kept of it from what is kept of others.
  ///   - practice: what it is tuned on; has the optimizer's groups.
  func scaled(
    _ optimizer: LSTMOptimizer, name: String, _ scales: UpdateScales, on practice: any Optimizee
  ) throws -> (optimizer: LSTMOptimizer, factors: [String: Float]) {
    let stream = random.stream("update scales")
    let groups = practice.layout.groups.map(\.name)
    let progress = progress(
      "Scaling the updates of \(name)", of: groups.count * scales.factors.count * scales.problems, unit: "trainings")
    defer { progress.finish() }
    var chosen: [String: Float] = [:]
    for group in groups {
      let jobs = scales.factors.flatMap { factor in (0..<scales.problems).map { (factor: factor, problem: $0) } }
      let others = chosen.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      let losses: [Double] = try kept(
        jobs.map { "scale \(name) \(group) \($0.factor) problem \($0.problem + 1)" },
        settings: "\(scales.text), weights \(optimizer.checksum), \(others)", workers: workers
      ) { [chosen] job in
        defer { progress.advance() }
        let trial = try optimizer.scaled(by: chosen.merging([group: jobs[job].factor]) { $1 })
        let curves = try evaluate(
          trial, on: practice, panel: "", trials: 1, steps: scales.steps,
          stream: stream.stream("problem", jobs[job].problem), workers: .one)
        return curves.finalLosses(last: scales.lastSteps)[0]
      }
      let means = scales.factors.indices.map { index in
        losses[index * scales.problems..<(index + 1) * scales.problems].reduce(0, +) / Double(scales.problems)
      }
      let best = means.indices.filter { means[$0].isFinite }.min { means[$0] < means[$1] }
      chosen[group] = best.map { scales.factors[$0] } ?? 1
    }
    return (try optimizer.scaled(by: chosen), chosen)
  }
}
