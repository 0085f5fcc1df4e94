import Foundations
import LSTMKernels
import Optimizees
import Optimizers

/// Trains the weights φ of an LSTM optimizer by gradient descent on the losses it leads to (§2, equation 3), with
/// backpropagation through time truncated to unrolls; state is carried from unroll to unroll and reset with each
/// episode. The meta-optimizer is ADAM.
public struct MetaTrainer: Sendable {
  /// Changes whenever the same settings would no longer give the same weights but for rounding. The record of a trained
  /// optimizer names the revision that gives the same bits, or the one that it was changed from.
  public static let version = 1

  public let lstm: CoordinatewiseLSTM
  /// Where training begins, unless it goes on from an optimizer.
  public var initialWeights: InitialWeights = .wired
  /// An optimizer whose weights training begins from, in place of `initialWeights`; groups that it does not name get
  /// the weights of its first. Its LSTM is the trainer's, p and output scale included.
  ///
  /// What is kept are the best weights that training comes to, which may do worse than these: compare.
  public var startingPoint: LSTMOptimizer?
  /// Decay of the exponential average of the weights, a meta-iteration; the average is what is evaluated and kept.
  public var averaging: Float = 0.98
  /// Problems that the averaged weights are validated on.
  public var validationProblems = 16
  /// Steps of each of them, whatever the stages' horizons: the mean loss of the last ten decides which weights are
  /// kept.
  public var validationSteps = 100
  /// The threads to work with.
  public var workers: Workers

  public init(_ lstm: CoordinatewiseLSTM, workers: Workers = .all) {
    self.lstm = lstm
    self.workers = workers
  }

  /// One stage of a recipe and the problems it practises on.
  public struct Lesson: Sendable {
    public var stage: TrainingStage
    public var optimizee: any Optimizee

    public init(_ stage: TrainingStage, on optimizee: any Optimizee) {
      self.stage = stage
      self.optimizee = optimizee
    }
  }

  /// What a run of meta-training gives.
  public struct Result: Sendable {
    /// With the averaged weights that did best in validation.
    public var optimizer: LSTMOptimizer
    /// The training curve.
    public var rows: [TrainingRow]
    /// The best mean loss of the last ten steps of the validation problems; infinite where none was finite, and then
    /// the optimizer has the weights that training began from.
    public var validationLoss: Double
    /// Episodes that ended early, at a loss or gradient that was not finite.
    public var diverged: Int
  }

  /// Something to show on the way.
  public struct Report: Sendable {
    public var stage: TrainingStage
    /// Share of all the work done: of coordinates' steps, forward, back and in validation.
    public var done: Double
    /// Of that, what an earlier run did, from whose checkpoint this one goes on.
    public var before: Double
    /// Episodes done, of all stages so far.
    public var episode: Int
    /// The validation that this meta-batch ended with, if it did.
    public var row: TrainingRow?
    /// The optimizer that this validation found to be the best so far, if it did: for those who stop early.
    public var best: LSTMOptimizer?
  }

  /// - Throws: `SettingError` for the first setting of its own that cannot be.
  private func validate() throws {
    try checkAtLeastOne(validationProblems, "validation problems")
    try checkAtLeastOne(validationSteps, "validation steps")
    guard (0..<1).contains(averaging) else {
      throw SettingError("averaging", value: averaging, expected: "from 0 to below 1")
    }
  }

  /// Meta-trains from scratch, or goes on from a checkpoint of the same settings.
  ///
  /// - Parameters:
  ///   - lessons: the recipe; all optimizees, the one for validation too, have the same groups of parameters, each of a
  ///     name of its own.
  ///   - validation: what the averaged weights are evaluated on; the best by the mean loss of the last ten
  ///     steps are kept.
  ///   - checkpoints: where to save progress, nil for nowhere. The file stays after the end, until it is removed.
  ///   - report: called after every meta-batch.
  /// - Throws: `SettingError` for settings that cannot be, optimizees of different groups and losses below zero under
  ///   `Objective.logarithm`, what an optimizee or a file throws, and `Interrupted` once progress is saved.
  public func train(
    _ lessons: [Lesson], validation: any Optimizee, stream: RandomStream, name: String = "LSTM",
    checkpoints: CheckpointFile? = nil, report: (Report) throws -> Void = { _ in }
  ) throws -> Result {
    guard let first = lessons.first else { throw SettingError("stages", value: 0, expected: "at least 1") }
    for lesson in lessons { try lesson.stage.validate() }
    try validate()
    let groups = first.optimizee.layout.groups.map(\.name)
    guard Set(groups).count == groups.count else {
      throw SettingError(
        "groups of parameters", value: groups.joined(separator: ", "),
        expected: "each name once: the tensors of a group follow each other in the layout")
    }
    for optimizee in lessons.map(\.optimizee) + [validation] {
      let others = optimizee.layout.groups.map(\.name)
      guard others == groups else {
        throw SettingError(
          "groups of parameters", value: others.joined(separator: ", "),
          expected: groups.joined(separator: ", ") + " as in the first lesson")
      }
    }
    let start = try startingWeights(groups, stream)
    var state = MetaTrainerState(
      start, of: try identity(of: lessons, validation: validation, start: start, stream: stream))
    let done = share(of: lessons, validatedOn: validation.layout.count)
    if let saved = try checkpoints?.load(fitting: state, on: workers.ranks) { state = saved }
    let earlier = done(state.progress)
    while state.progress.stage < lessons.count {
      let index = state.progress.stage
      let lesson = lessons[index]
      while state.progress.episodeInStage < lesson.stage.episodes {
        let before = state
        let row: TrainingRow?
        do {
          try practise(lesson, stream.stream("stage", index), &state)
          row = try validateIfDue(lesson.stage, validation, groups, stream, &state, name: name)
        } catch var interrupted as Interrupted {
          if checkpoints == nil { interrupted.remedy = "nothing of this meta-training is kept, without checkpoints" }
          try checkpoints?.save(before)
          throw interrupted
        }
        let best =
          row?.best == true ? try LSTMOptimizer(lstm, weights: named(state.best, groups), name: name) : nil
        try report(
          Report(
            stage: lesson.stage, done: done(state.progress), before: earlier, episode: state.progress.episode,
            row: row, best: best))
        try checkpoints?.saveIfDue(state)
      }
      state.progress.stage += 1
      state.progress.episodeInStage = 0
      try checkpoints?.saveIfDue(state)
    }
    let optimizer = try LSTMOptimizer(lstm, weights: named(state.best, groups), name: name)
    return Result(
      optimizer: optimizer, rows: state.rows, validationLoss: state.bestValidation, diverged: state.progress.diverged)
  }

  /// A function for the share of the work that a training has behind it.
  ///
  /// A coordinate's step back, with what it recomputes, counts as three forward; of shortened horizons the mean counts.
  func share(of lessons: [Lesson], validatedOn coordinates: Int) -> (MetaTrainerState.Progress) -> Double {
    func work(_ lesson: Lesson, episodes: Int) -> Double {
      let stage = lesson.stage
      let shortened = min(Float(episodes), stage.curriculum * Float(stage.episodes))
      let steps =
        Double(episodes) * Double(stage.horizon) - Double(shortened) * Double(stage.horizon - stage.unroll) / 2
      let validations = Double(episodes) / Double(stage.validationInterval)
      return steps * Double(lesson.optimizee.layout.count) * Double(1 + 3 * stage.fraction)
        + validations * Double(validationProblems) * Double(validationSteps) * Double(coordinates)
    }
    let works = lessons.map { work($0, episodes: $0.stage.episodes) }
    let total = max(1, works.reduce(0, +))
    return { progress in
      guard progress.stage < lessons.count else { return 1 }
      let earlier = works[..<progress.stage].reduce(0, +)
      return (earlier + work(lessons[progress.stage], episodes: progress.episodeInStage)) / total
    }
  }

  private func startingWeights(_ groups: [String], _ stream: RandomStream) throws -> [[Float]] {
    guard let startingPoint else {
      return groups.indices.map { lstm.initialWeights(initialWeights, stream: stream.stream("weights", $0)) }
    }
    let other = startingPoint.lstm
    func text(_ p: Float?) -> String { p.map { "\($0)" } ?? "none" }
    let settings = [
      ("hidden units", "\(other.shape.hidden)", "\(lstm.shape.hidden)"),
      ("preprocessing p", text(other.p), text(lstm.p)),
      ("output scale", "\(other.outputScale)", "\(lstm.outputScale)"),
    ]
    for (setting, value, expected) in settings where value != expected {
      throw SettingError(
        "\(setting) of the starting point", value: value, expected: "\(expected), as the trainer's LSTM has")
    }
    return groups.map { startingPoint.weights(of: $0) }
  }

  private func named(_ weights: [[Float]], _ groups: [String]) -> [LSTMOptimizer.GroupWeights] {
    zip(groups, weights).map { LSTMOptimizer.GroupWeights(group: $0, weights: $1) }
  }

  /// One meta-batch of episodes from their start to their end, a step of the meta-optimizer after each unroll.
  private func practise(_ lesson: Lesson, _ stream: RandomStream, _ state: inout MetaTrainerState) throws {
    let stage = lesson.stage
    let first = state.progress.episodeInStage
    let count = min(stage.metaBatch, stage.episodes - first)
    let share = Float(first) / Float(max(1, stage.episodes))
    var horizon = stage.horizon
    if share < stage.curriculum {
      var draw = stream.stream("horizon", first)
      horizon = stage.unroll * (1 + draw.integer(below: stage.horizon / stage.unroll))
    }
    // Each worker has an episode of its own, or all of them work on the only one of their rank.
    let inner = count <= workers.ranks.count ? workers.here : .one
    let episodes: [GuardedEpisode?] = try (0..<count).map {
      guard $0 % workers.ranks.count == workers.ranks.rank else { return nil }
      return try GuardedEpisode(lesson.optimizee, stream.stream("episode", first + $0), lstm, unroll: stage.unroll)
    }
    var isRunning = [Bool](repeating: true, count: count)
    let sizes = state.weights.map(\.count)
    for unroll in 0..<horizon / stage.unroll {
      let packed = state.weights.map { PackedWeights($0, for: lstm) }
      // Every rank gets the gradients of all episodes, and sums them in the order of episodes, as one process does.
      let results: [MetaEpisode.Unroll?] = try workers.spread(
        count, encode: MetaEpisode.Unroll.bytes, decode: { MetaEpisode.Unroll.read($0, sizes: sizes) }
      ) { [isRunning] k in
        try Interruption.check()
        guard isRunning[k] else { return nil }
        return try episodes[k]?.unroll(
          packed, objective: stage.objective, fraction: stage.fraction,
          stream: stream.stream("unroll \(unroll)", first + k), workers: inner)
      }
      var sum = state.weights.map { [Float](repeating: 0, count: $0.count) }
      var finite = 0
      for k in 0..<count where isRunning[k] {
        guard let result = results[k], result.gradients.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
          isRunning[k] = false
          state.progress.diverged += 1
          continue
        }
        finite += 1
        for group in sum.indices {
          for w in sum[group].indices { sum[group][w] += result.gradients[group][w] }
        }
        for loss in result.losses { state.progress.lossSum += Double(loss) }
        state.progress.lossCount += result.losses.count
      }
      guard finite > 0 else { break }
      for group in sum.indices { for w in sum[group].indices { sum[group][w] /= Float(finite) } }
      _ = state.step(sum, rate: stage.rate(at: share), clip: stage.clip, averaging: averaging)
    }
    state.progress.episodeInStage += count
    state.progress.episode += count
  }

  /// Freezes and evaluates the averaged weights when the stage's interval is full; keeps them if they are the best.
  private func validateIfDue(
    _ stage: TrainingStage, _ validation: any Optimizee, _ groups: [String], _ stream: RandomStream,
    _ state: inout MetaTrainerState, name: String
  ) throws -> TrainingRow? {
    let done = state.progress.episodeInStage
    let previous = max(0, done - stage.metaBatch)
    guard done >= stage.episodes || done / stage.validationInterval > previous / stage.validationInterval else {
      return nil
    }
    let optimizer = try LSTMOptimizer(lstm, weights: named(state.average, groups), name: name)
    let curves = try evaluate(
      optimizer, on: validation, panel: "validation", trials: validationProblems, steps: validationSteps,
      stream: stream.stream("validation"), workers: workers)
    let finals = curves.finalLosses(last: 10)
    let loss = finals.contains { !$0.isFinite } ? .infinity : mean(finals)
    let best = loss < state.bestValidation
    if best {
      state.best = state.average
      state.bestValidation = loss
    }
    let progress = state.progress
    let row = TrainingRow(
      stage: progress.stage + 1, episode: progress.episode,
      metaLoss: progress.lossCount > 0 ? progress.lossSum / Double(progress.lossCount) : .nan, validationLoss: loss,
      best: best, diverged: progress.diverged)
    state.progress.lossSum = 0
    state.progress.lossCount = 0
    state.rows.append(row)
    return row
  }
}
