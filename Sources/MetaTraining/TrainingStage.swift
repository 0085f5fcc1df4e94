import Foundations
import Optimizees

/// One stage of a recipe for meta-training.
public struct TrainingStage: Sendable, Equatable, Codable {
  /// What the report calls it.
  public var name: String
  /// Trainings of an optimizee, meta-batches counted by their members.
  public var episodes: Int
  /// Updates of an episode, a multiple of `unroll`.
  public var horizon: Int
  /// Shorter horizons, from one unroll up, are drawn in this share of the stage's episodes, the first ones.
  public var curriculum: Float
  /// Steps of truncated backpropagation (the paper: 20).
  public var unroll: Int
  /// Of ADAM as the meta-optimizer, at the stage's start.
  public var learningRate: Float
  /// What is left of the rate at the stage's end, after a decay along a half cosine.
  public var finalRate: Float
  /// The largest norm of a meta-gradient; larger ones are shortened.
  public var clip: Float
  public var objective: Objective
  /// The share of tiles that are backpropagated.
  public var fraction: Float
  /// Episodes whose meta-gradients are averaged.
  public var metaBatch: Int
  /// Episodes from one validation to the next.
  public var validationInterval: Int

  public init(
    name: String, episodes: Int, horizon: Int = 100, curriculum: Float = 0, unroll: Int = 20, learningRate: Float,
    finalRate: Float = 0.05, clip: Float = 1, objective: Objective = .sum, fraction: Float = 1, metaBatch: Int = 1,
    validationInterval: Int = 50
  ) {
    self.name = name
    self.episodes = episodes
    self.horizon = horizon
    self.curriculum = curriculum
    self.unroll = unroll
    self.learningRate = learningRate
    self.finalRate = finalRate
    self.clip = clip
    self.objective = objective
    self.fraction = fraction
    self.metaBatch = metaBatch
    self.validationInterval = validationInterval
  }

  /// - Throws: `SettingError` for a number that makes no sense.
  public func validate() throws {
    func need(_ condition: Bool, _ setting: String, _ value: some CustomStringConvertible, _ expected: String) throws {
      if !condition { throw SettingError("\(setting) of stage \(name)", value: value, expected: expected) }
    }
    try need(episodes >= 0, "episodes", episodes, "at least 0")
    try need(unroll > 0, "unroll", unroll, "at least 1")
    try need(horizon > 0 && horizon % unroll == 0, "horizon", horizon, "a multiple of the unroll, \(unroll)")
    try need((0...1).contains(curriculum), "curriculum", curriculum, "0 to 1")
    try need(learningRate > 0 && learningRate.isFinite, "learning rate", learningRate, "a finite number above 0")
    try need((0...1).contains(finalRate), "final rate", finalRate, "0 to 1")
    try need(clip > 0, "clip", clip, "above 0")
    try need(fraction > 0 && fraction <= 1, "fraction", fraction, "above 0, at most 1")
    try need(metaBatch > 0, "meta-batch", metaBatch, "at least 1")
    try need(validationInterval > 0, "validation interval", validationInterval, "at least 1")
  }

  /// The meta-optimizer's rate after that share of the stage.
  func rate(at share: Float) -> Float {
    learningRate * (finalRate + (1 - finalRate) * 0.5 * (1 + cosine(share)))
  }

  /// cos(π x) for 0 <= x <= 1, without the C library: 1 - 2 s² with s = sin(π x / 2) by its series.
  private func cosine(_ x: Float) -> Float {
    let y = Double(min(max(x, 0), 1)) * .pi / 2
    var term = y
    var sine = y
    for k in 1...10 {
      let factors = Double(2 * k * (2 * k + 1))
      term *= -y * y / factors
      sine += term
    }
    return Float(1 - 2 * sine * sine)
  }
}

extension TrainingStage {
  /// The stage in a line: "1600 episodes of 100 steps, unroll 20, rate 0.01, falling to 5 % of it along a half cosine".
  public var summary: String {
    var parts = ["\(episodes) episodes of \(horizon) steps", "unroll \(unroll)", "rate \(learningRate)"]
    if finalRate < 1 { parts.append("falling to \(Int((finalRate * 100).rounded())) % of it along a half cosine") }
    if clip < .greatestFiniteMagnitude { parts.append("meta-gradients clipped at norm \(clip)") }
    if curriculum > 0 { parts.append("shorter horizons in the first \(Int((curriculum * 100).rounded())) %") }
    if objective == .logarithm { parts.append("logarithm of the loss") }
    if fraction < 1 { parts.append("\(Int((fraction * 100).rounded())) % of tiles backpropagated") }
    if metaBatch > 1 { parts.append("meta-gradients averaged over \(metaBatch) episodes") }
    return parts.joined(separator: ", ")
  }
}
