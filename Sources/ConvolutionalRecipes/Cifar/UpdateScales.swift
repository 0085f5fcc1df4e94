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
/// The meta-gradient takes the gradients of f as given (the paper drops the same terms). It leaves out that later
/// gradients answer to a step: they undo noise in θ, and behind batch normalisation they shrink as kernels grow. So the
/// size of steps that it teaches need not be the best: with those of kernels five times as large, all others a third,
/// the same weights end at .891 in place of .946 on CIFAR-10. They are behind until about step 300 then (1.313 and 1.293
/// at 200).
public struct UpdateScales: Sendable, Equatable, Codable {
  /// What the updates of a group may be multiplied by, in ascending order, 1 among them. From there each group's factor
  /// goes up or down for as long as that lowers the loss, one group after the other.
  public var factors: [Float]
  /// How often every group has its turn, unless none moved before.
  public var rounds = 3
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
    case .paper:
      UpdateScales(
        factors: [0.12, 0.2, 0.35, 0.6, 1, 1.7, 3, 5, 9], problems: 6, steps: 1000, lastSteps: 100)
    }
  }

  /// All settings as text.
  var text: String {
    "\(factors.map { "\($0)" }.joined(separator: " ")), \(rounds) rounds on \(problems) problems of \(steps) steps, "
      + "last \(lastSteps), \(size.text)"
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
    let groups = practice.layout.groups.map(\.name)
    guard let one = scales.factors.firstIndex(of: 1) else { return (optimizer, [:]) }
    // Places in `factors`, a group each, and the mean losses of all that were tried.
    var chosen = groups.map { _ in one }
    var tried: [[Int]: Double] = [:]
    func loss(_ places: [Int]) -> Double { tried[places] ?? .infinity }
    func attempt(_ candidates: [[Int]]) throws {
      let fresh = candidates.filter { tried[$0] == nil }
      let means = try losses(
        of: optimizer, name: name, scales, fresh.map { scales.factors(groups, $0) }, on: practice)
      for (places, mean) in zip(fresh, means) { tried[places] = mean }
    }
    for _ in 0..<scales.rounds {
      let before = chosen
      for group in groups.indices {
        func moved(_ step: Int) -> [Int]? {
          var places = chosen
          places[group] += step
          return scales.factors.indices.contains(places[group]) ? places : nil
        }
        try attempt([chosen] + [-1, 1].compactMap(moved))
        for step in [-1, 1] {
          while let next = moved(step) {
            try attempt([next])
            guard loss(next) < loss(chosen) else { break }
            chosen = next
          }
        }
      }
      if chosen == before { break }
    }
    let factors = scales.factors(groups, chosen)
    return (try optimizer.scaled(by: factors), factors)
  }

  /// The mean loss of an optimizer on practice problems for each of some choices of factors; infinite where one of them
  /// diverges.
  private func losses(
    of optimizer: LSTMOptimizer, name: String, _ scales: UpdateScales, _ choices: [[String: Float]],
    on practice: any Optimizee
  ) throws -> [Double] {
    if choices.isEmpty { return [] }
    let stream = random.stream("update scales")
    let jobs = choices.flatMap { factors in
      (0..<scales.problems).map { (factors: factors, text: factors.text, problem: $0) }
    }
    let progress = progress(
      "Scaling the updates of \(name): \(choices.map(\.text).joined(separator: " or "))", of: jobs.count,
      unit: "trainings")
    defer { progress.finish() }
    let losses: [Double] = try kept(
      jobs.map { "scale \(name) \($0.text) problem \($0.problem + 1)" },
      settings: "\(scales.text), weights \(optimizer.checksum)", workers: workers,
      progress: progress
    ) { job in
      let curves = try evaluate(
        try optimizer.scaled(by: jobs[job].factors), on: practice, panel: "", trials: 1, steps: scales.steps,
        stream: stream.stream("problem", jobs[job].problem), workers: .one)
      return curves.finalLosses(last: scales.lastSteps)[0]
    }
    return choices.indices.map { index in
      let sum = losses[index * scales.problems..<(index + 1) * scales.problems].reduce(0, +)
      return sum.isFinite ? sum / Double(scales.problems) : .infinity
    }
  }
}

/// What a scaled optimizer was made from: the settings of its file.
struct ChosenScales: Codable {
  /// What the updates of each group are multiplied by.
  var factors: [String: Float]?
  /// What they were chosen from, and on what.
  var scales: UpdateScales
  var seed: UInt64
  /// The checksum of the weights that were scaled.
  var weights: String

  init(scales: UpdateScales, seed: UInt64, weights: String) {
    self.scales = scales
    self.seed = seed
    self.weights = weights
  }

  /// What the updates of a kept optimizer are multiplied by, if that was chosen from the same factors in the same way,
  /// for the same weights; else nil.
  func factors(of kept: TrainedOptimizer) -> [String: Float]? {
    guard let chosen = try? JSONDecoder().decode(Self.self, from: Data(kept.settings.utf8)) else { return nil }
    return chosen.scales == scales && chosen.seed == seed && chosen.weights == weights ? chosen.factors : nil
  }
}

extension LSTMOptimizer {
  /// "convolutions 5.0, others 0.35"
  func words(_ factors: [String: Float]) -> String {
    weights.map { "\($0.group) \(factors[$0.group] ?? 1)" }.joined(separator: ", ")
  }
}

extension UpdateScales {
  fileprivate func factors(_ groups: [String], _ places: [Int]) -> [String: Float] {
    Dictionary(uniqueKeysWithValues: zip(groups, places.map { factors[$0] }))
  }
}

extension [String: Float] {
  fileprivate var text: String { sorted { $0.key < $1.key }.map { "\($0.key) x \($0.value)" }.joined(separator: ", ") }
}
