import Foundations
import LSTMKernels
import Optimizees
import Optimizers
import Testing

@testable import MetaTraining

struct MetaTrainerTests {
  /// A recipe of one stage on valleys or something built on them.
  private func train(
    on practice: any Optimizee, episodes: Int = 12, metaBatch: Int = 1, fraction: Float = 1, threads: Int = 1,
    report: (MetaTrainer.Report) throws -> Void = { _ in }
  ) throws -> (result: MetaTrainer.Result, initial: [[Float]]) {
    var rehearsal = try Rehearsal(metaBatch: metaBatch, threads: threads)
    rehearsal.lessons = [
      MetaTrainer.Lesson(
        TrainingStage(
          name: "only", episodes: episodes, horizon: 8, unroll: 4, learningRate: 0.02, fraction: fraction,
          metaBatch: metaBatch, validationInterval: 4), on: practice)
    ]
    let trainer = rehearsal.trainer
    let initial = (0..<2).map {
      trainer.lstm.initialWeights(trainer.initialWeights, stream: rehearsal.stream.stream("weights", $0))
    }
    let result = try trainer.train(
      rehearsal.lessons, validation: Valleys(), stream: rehearsal.stream, report: report)
    return (result, initial)
  }

  private func episodeStream(_ index: Int) -> RandomStream {
    RandomStream(seed: 21).stream("stage", 0).stream("episode", index)
  }

  @Test func trainingImprovesTheOptimizer() throws {
    let (result, _) = try train(on: Valleys(), episodes: 120, threads: 2)
    let losses = result.rows.compactMap(\.validationLoss)
    #expect(losses.count == 30)
    #expect(result.validationLoss < 0.7 * losses[0])
    #expect(result.optimizer.weights.map(\.group) == ["conv", "dense"])
  }

  /// So that the time left can be told: a stage on a larger problem takes longer, one of shortened horizons shorter.
  @Test func theShareThatIsDoneIsOfTheWork() throws {
    func lesson(_ name: String, episodes: Int, size: Int, curriculum: Float = 0, fraction: Float) -> MetaTrainer.Lesson
    {
      let flat = Functions(dimension: size) { _ in Function(start: [Float](repeating: 0, count: size)) { _, _ in 0 } }
      return MetaTrainer.Lesson(
        TrainingStage(
          name: name, episodes: episodes, horizon: 10, curriculum: curriculum, unroll: 2, learningRate: 0.01,
          fraction: fraction, validationInterval: 5), on: flat)
    }
    var trainer = MetaTrainer(try CoordinatewiseLSTM(hidden: 5))
    (trainer.validationProblems, trainer.validationSteps) = (3, 7)
    // An episode of the first lesson: 6 steps in its first half, else 10, of 4 coordinates, times 4; of the second: 10
    // of 100, times 2.5. A validation: 3 x 7 steps of 100, each five episodes.
    let done = trainer.share(
      of: [
        lesson("small", episodes: 20, size: 4, curriculum: 0.5, fraction: 1),
        lesson("large", episodes: 10, size: 100, fraction: 0.5),
      ], validatedOn: 100)
    func share(_ stage: Int, _ episode: Int) -> Double {
      var progress = MetaTrainerState.Progress()
      (progress.stage, progress.episodeInStage) = (stage, episode)
      return done(progress)
    }
    let (early, late, large) = (6.0 * 4 * 4 + 420, 10.0 * 4 * 4 + 420, 10.0 * 100 * 2.5 + 420)
    let total = 10 * early + 10 * late + 10 * large
    #expect(share(0, 0) == 0 && share(1, 10) == 1 && share(2, 0) == 1)
    #expect(abs(share(0, 10) - 10 * early / total) < 1e-6)
    #expect(abs(share(1, 0) - 10 * (early + late) / total) < 1e-6)
    #expect(abs(share(1, 5) - (10 * (early + late) + 5 * large) / total) < 1e-6)
  }

  /// The loss after the last update counts too: an episode of so many updates ends a step later.
  @Test(arguments: [1, 2]) func shorterHorizonsAreDrawnInTheFirstShareOfAStage(metaBatch: Int) throws {
    let watched = Watched(Valleys())
    let rehearsal = try Rehearsal(metaBatch: metaBatch)
    let stage = TrainingStage(
      name: "only", episodes: 60, horizon: 20, curriculum: 0.5, unroll: 4, learningRate: 0.01, metaBatch: metaBatch,
      validationInterval: 60)
    _ = try rehearsal.trainer.train(
      [MetaTrainer.Lesson(stage, on: watched)], validation: Valleys(), stream: rehearsal.stream)
    let horizons = watched.seen.map { $0.lastStep - 1 }
    #expect(Set(horizons.prefix(30)) == [4, 8, 12, 16, 20], "from one unroll up to the stage's horizon")
    #expect(horizons.dropFirst(30) == ArraySlice([Int](repeating: 20, count: 30)))
    let batches = stride(from: 0, to: 60, by: metaBatch).map { Set(horizons[$0..<$0 + metaBatch]) }
    #expect(batches.allSatisfy { $0.count == 1 }, "episodes of a meta-batch go side by side")
  }

  @Test func sameSeedSameWeightsOtherSeedOthers() throws {
    var rehearsal = try Rehearsal()
    let first = try rehearsal.train()
    #expect(try rehearsal.train() == first)
    rehearsal.stream = RandomStream(seed: 22)
    #expect(try rehearsal.train().weights != first.weights)
  }

  @Test func everyMetaBatchIsReportedAndTheCurveIsWhatWasReported() throws {
    var reports: [MetaTrainer.Report] = []
    let (result, _) = try train(on: Valleys(), episodes: 8, metaBatch: 3) { reports.append($0) }
    #expect(reports.map(\.episode) == [3, 6, 8], "the last batch is what is left")
    #expect(reports.last?.done == 1)
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.done < $1.done })
    #expect(reports.compactMap(\.row) == result.rows)
    #expect(result.rows.map(\.episode) == [6, 8])
  }

  /// The step is the last of the first unroll, and the one that both unrolls share: the episode leaves nothing behind.
  @Test(arguments: [1, 5], [Fault.loss(.nan), .loss(.infinity), .gradient(.nan), .gradient(.infinity)])
  func whatDivergesNeverReachesTheWeights(step: Int, fault: Fault) throws {
    for fraction: Float in [1, 0.4] {
      let faulty = Faulty(Valleys(), fault, at: step)
      let (result, initial) = try train(on: faulty, fraction: fraction)
      #expect(result.diverged == 12 && faulty.count == 12)
      #expect(result.optimizer.weights.map(\.weights) == initial)
      #expect(result.rows.map(\.diverged) == [4, 8, 12])
      #expect(result.rows.allSatisfy { $0.metaLoss.isNaN && $0.validationLoss?.isFinite == true })
    }
  }

  @Test(arguments: [2, 7, 9], [Fault.loss(.nan), .gradient(.nan), .gradient(.infinity)])
  func trainingGoesOnWithTheEpisodesThatDoNotDiverge(step: Int, fault: Fault) throws {
    for metaBatch in [1, 3] {
      let bad = [1, 2, 6, 7, 8].map { self.episodeStream($0) }
      let faulty = Faulty(Valleys(), fault, at: step) { bad.contains($0) }
      let (result, initial) = try train(on: faulty, metaBatch: metaBatch, fraction: 0.5, threads: 2)
      #expect(result.diverged == 5 && faulty.count == 5)
      #expect(result.optimizer.weights.allSatisfy { $0.weights.allSatisfy(\.isFinite) })
      #expect(result.optimizer.weights.map(\.weights) != initial)
      #expect(result.rows.last?.episode == 12)
      #expect(result.rows.allSatisfy { $0.validationLoss?.isFinite == true })
    }
  }

  /// One meta-batch written out: two episodes, of which one goes wrong in its second unroll.
  @Test func aMetaBatchIsTheMeanOfItsEpisodesThatAreFinite() throws {
    var rehearsal = try Rehearsal(metaBatch: 2)
    let stage = TrainingStage(
      name: "only", episodes: 2, horizon: 8, unroll: 4, learningRate: 0.02, clip: .infinity, metaBatch: 2)
    let bad = episodeStream(1)
    rehearsal.lessons = [
      MetaTrainer.Lesson(stage, on: Faulty(Valleys(), .loss(.nan), at: 7) { $0 == bad })
    ]
    let outcome = try rehearsal.train()

    let lstm = rehearsal.trainer.lstm
    var state = MetaTrainerState(
      (0..<2).map { lstm.initialWeights(.wired, stream: rehearsal.stream.stream("weights", $0)) })
    let episodes = try (0..<2).map { try MetaEpisode(Valleys(), episodeStream($0), lstm, unroll: 4) }
    func gradients(_ episode: MetaEpisode) throws -> [[Float]] {
      let packed = state.weights.map { PackedWeights($0, for: lstm) }
      let result = try episode.unroll(packed, objective: .sum, fraction: 1, stream: bad, workers: .one)
      return try #require(result).gradients
    }
    let (first, second) = (try gradients(episodes[0]), try gradients(episodes[1]))
    let mean = zip(first, second).map { zip($0, $1).map { ($0 + $1) / 2 } }
    _ = state.step(mean, rate: 0.02, clip: .infinity, averaging: 0.8)
    _ = state.step(try gradients(episodes[0]), rate: 0.02, clip: .infinity, averaging: 0.8)
    #expect(outcome.weights.map(\.weights) == state.average)
    #expect(outcome.diverged == 1)
  }

  /// A second stage with a ruinous rate: what is returned is from before it.
  @Test func theBestByValidationIsKept() throws {
    var rehearsal = try Rehearsal()
    rehearsal.lessons[0].stage.episodes = 40
    rehearsal.lessons[1].stage.learningRate = 2
    rehearsal.lessons[1].stage.clip = .infinity
    rehearsal.lessons[1].stage.episodes = 12
    let outcome = try rehearsal.train()
    let losses = try outcome.rows.map { try #require($0.validationLoss) }
    let best = try #require(losses.min())
    #expect(outcome.validationLoss == best)
    #expect(losses[losses.count - 1] > 1.2 * best, "the second stage did harm")
    // The rows mark each new best.
    var lowest = Double.infinity
    for (row, loss) in zip(outcome.rows, losses) {
      #expect(row.best == (loss < lowest))
      lowest = min(lowest, loss)
    }
    // The weights returned are those that were validated.
    let optimizer = try LSTMOptimizer(rehearsal.trainer.lstm, weights: outcome.weights)
    let curves = try evaluate(
      optimizer, on: rehearsal.validation, panel: "", trials: 3, steps: 12,
      stream: rehearsal.stream.stream("validation"), workers: .one)
    let finals = curves.finalLosses(last: 10)
    #expect(abs(finals.reduce(0, +) / 3 - best) < 1e-12)
  }

  /// With another p or output scale the same weights are another optimizer, and not the one that was given.
  @Test func aStartingPointOfAnotherLSTMIsRefused() throws {
    var rehearsal = try Rehearsal()
    for (setting, lstm) in [
      ("hidden units", try CoordinatewiseLSTM(hidden: 6)), ("preprocessing p", try CoordinatewiseLSTM(hidden: 5, p: 7)),
      ("preprocessing p", try CoordinatewiseLSTM(hidden: 5, p: nil)),
      ("output scale", try CoordinatewiseLSTM(hidden: 5, outputScale: 1)),
    ] {
      let weights = lstm.initialWeights(.wired, stream: episodeStream(0))
      rehearsal.trainer.startingPoint = try LSTMOptimizer(lstm, weights: [.init(group: "all", weights: weights)])
      let error = try #require(throws: SettingError.self) { _ = try rehearsal.train() }
      #expect(error.setting == "\(setting) of the starting point" && error.value != error.expected)
    }
  }

  @Test func clippingAndAveragingAreTheMetaOptimizers() {
    var state = MetaTrainerState([[0, 0], [0]])
    let taken = state.step([[3, 0], [4]], rate: 0.1, clip: 1, averaging: 0.75)
    #expect(taken)
    // A gradient of norm 5 shortened to 1 over both groups: (0.6, 0), (0.8).
    #expect(zip(state.adam[0].mean, [0.06, 0]).allSatisfy { abs($0 - $1) < 1e-7 })
    #expect(abs(state.adam[1].mean[0] - 0.08) < 1e-7)
    // ADAM's first step is the rate against the sign; the average follows by a quarter.
    #expect(abs(state.weights[0][0] + 0.1) < 1e-6 && state.weights[0][1] == 0)
    #expect(abs(state.weights[1][0] + 0.1) < 1e-6)
    #expect(abs(state.average[1][0] + 0.025) < 1e-6)
    let before = state
    for bad: [[Float]] in [[[.nan, 0], [1]], [[0, 0], [.infinity]]] {
      let taken = state.step(bad, rate: 0.1, clip: .infinity, averaging: 0.75)
      #expect(!taken && state == before)
    }
  }

  @Test func theRateDecaysAlongHalfACosine() {
    let stage = TrainingStage(name: "s", episodes: 1, learningRate: 0.01, finalRate: 0.1)
    for (share, expected) in [(Float(0), Float(0.01)), (0.5, 0.0055), (1, 0.001)] {
      #expect(abs(stage.rate(at: share) - expected) < 1e-8)
    }
  }

  @Test func stagesThatMakeNoSenseAreRefused() throws {
    let good = TrainingStage(name: "s", episodes: 1, learningRate: 0.01)
    try good.validate()
    func refuses(_ change: (inout TrainingStage) -> Void) -> Bool {
      var stage = good
      change(&stage)
      return (try? stage.validate()) == nil
    }
    #expect(refuses { $0.episodes = -1 })
    #expect(refuses { $0.unroll = 0 })
    #expect(refuses { $0.horizon = 30 })
    #expect(refuses { $0.horizon = 0 })
    #expect(refuses { $0.curriculum = 1.5 })
    #expect(refuses { $0.learningRate = .nan })
    #expect(refuses { $0.learningRate = 0 })
    #expect(refuses { $0.finalRate = .nan })
    #expect(refuses { $0.clip = .nan })
    #expect(refuses { $0.fraction = 0 })
    #expect(refuses { $0.fraction = .nan })
    #expect(refuses { $0.metaBatch = 0 })
    #expect(refuses { $0.validationInterval = 0 })
    var rehearsal = try Rehearsal()
    #expect(throws: SettingError.self) {
      try rehearsal.trainer.train([], validation: Valleys(), stream: rehearsal.stream)
    }
    let trainer = rehearsal.trainer
    let changes: [(String, (inout MetaTrainer) -> Void)] = [
      ("validation problems", { $0.validationProblems = 0 }), ("validation steps", { $0.validationSteps = 0 }),
      ("averaging", { $0.averaging = .nan }), ("averaging", { $0.averaging = 1 }),
    ]
    for (setting, change) in changes {
      rehearsal.trainer = trainer
      change(&rehearsal.trainer)
      let error = try #require(throws: SettingError.self) {
        _ = try rehearsal.trainer.train(
          rehearsal.lessons, validation: rehearsal.validation, stream: rehearsal.stream)
      }
      #expect(error.setting == setting)
    }
  }
}
