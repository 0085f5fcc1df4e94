import Datasets
import Foundation
import Foundations
import MetaTraining
import Notebook
import Optimizees
import Synchronization
import Vectors

/// Many trainings of the digit optimizer, to compare recipes: side by side, a thread each, over all ranks.
public struct RecipeStudy: Sendable {
  /// A recipe under a name.
  public struct Variant: Sendable {
    public var name: String
    public var recipe: DigitRecipe

    public init(_ name: String, _ recipe: DigitRecipe) {
      self.name = name
      self.recipe = recipe
    }

    /// The recipe as it is: under one name, so that search and ablation share its training.
    public static func whole(_ recipe: DigitRecipe) -> Variant { Variant("full recipe", recipe) }

    /// The paper's formulas alone.
    public static func alone(_ recipe: DigitRecipe) -> Variant { Variant("paper's formulas alone", recipe) }
  }

  /// What one training came to on held-out problems.
  public struct Outcome: Codable, Sendable {
    public var validation: Double
    /// Each problem's mean loss over the ten steps before the training horizon, 91 to 100.
    public var problems: [Double]
    /// The mean loss of steps 191 to 200.
    public var atTwice: Double

    /// The mean loss of steps 91 to 100.
    public var atHorizon: Double { mean(problems) }

    public init(validation: Double, problems: [Double], atTwice: Double) {
      self.validation = validation
      self.problems = problems
      self.atTwice = atTwice
    }
  }

  /// How much higher the loss at steps 91 to 100 is after some trainings than after others with the same seeds; its
  /// interval is over problems, whose losses are means over the seeds.
  public static func excess(of outcomes: [Outcome], over others: [Outcome], stream: RandomStream) -> Difference {
    let differences = zip(outcomes, others).map { zip($0.problems, $1.problems).map { $0 - $1 } }
    let problems = differences.first?.indices ?? 0..<0
    return bootstrap(problems.map { problem in mean(differences.map { $0[problem] }) }, stream: stream)
  }

  /// Variants at twice and four times the rates of the best one by validation, where none was tried at higher ones; none
  /// beyond a rate of 0.1.
  public static func beyond(_ variants: [Variant], _ outcomes: [[Outcome]]) -> [Variant] {
    func rate(_ variant: Variant) -> Float { variant.recipe.stages.map(\.learningRate).max() ?? 0 }
    let losses = outcomes.map { mean($0.map(\.validation)) }
    guard let best = losses.indices.min(by: { losses[$0] < losses[$1] }).map({ variants[$0] }),
      rate(best) == variants.map(rate).max()
    else { return [] }
    return [2, 4].filter { $0 * rate(best) <= 0.1 }.map { factor in
      let recipe = best.recipe.changingStages { $0.learningRate *= factor }
      return Variant("\(variants[0].name) at rate \(significant(rate(best) * factor))", recipe)
    }
  }

  /// Variants and what their trainings came to, a seed each.
  public typealias Part = (name: String, variants: [Variant], outcomes: [[Outcome]])

  /// The trainings of some parts of a study, a row each. Rates are those of the stages, in their order.
  public static func table(_ parts: [Part]) -> TextTable {
    var table = TextTable(["part", "recipe", "seed", "rates", "validation_loss", "loss_91_100", "loss_191_200"])
    for part in parts {
      for (variant, outcomes) in zip(part.variants, part.outcomes) {
        let rates = variant.recipe.stages.map { "\($0.learningRate)" }.joined(separator: " ")
        for (seed, outcome) in outcomes.enumerated() {
          let losses = [outcome.validation, outcome.atHorizon, outcome.atTwice].map { "\(Float($0))" }
          table.append([part.name, variant.name, "\(seed + 1)", rates] + losses)
        }
      }
    }
    return table
  }

  public let digits: ImageDataset
  public let random: RandomStream
  public let workers: Workers
  /// Problems that each optimizer is evaluated on.
  public let trials: Int
  /// Where trained optimizers and checkpoints are kept, so that a study goes on where it was stopped.
  public let folder: String
  /// The seed of `random`, which tells what is kept there from that of others.
  public let seed: UInt64

  public init(
    digits: ImageDataset, random: RandomStream, workers: Workers, trials: Int, folder: String, seed: UInt64
  ) {
    self.digits = digits
    self.random = random
    self.workers = workers
    self.trials = trials
    self.folder = folder
    self.seed = seed
  }

  /// The files of trained optimizers, for those who clear up once results are written.
  public func files(_ variants: [Variant], seeds: Int) -> [String] {
    (0..<variants.count * seeds).map { path(variants[$0 / seeds], seed: $0 % seeds) }
  }

  /// Trains and evaluates every variant with each of so many seeds; trainings are shared out among ranks and threads.
  ///
  /// - Parameter progress: shows the share of all trainings that is done.
  /// - Returns: the outcomes of each variant, a seed each.
  /// - Throws: `SettingError` for a recipe that makes no sense or does not fit the images and for less than one trial,
  ///   `FileError` if the folder cannot be written, `LockedError` where another process trains the same, and
  ///   `Interrupted` once progress is saved.
  public func run(_ variants: [Variant], seeds: Int, progress: ProgressLine) throws -> [[Outcome]] {
    let ranks = workers.ranks
    let trainings = (0..<variants.count * seeds).map { training(variants[$0 / seeds], seed: $0 % seeds) }
    let kept = try trainings.map { try $0.kept(on: ranks, replacesDamaged: true) }
    let shares = Mutex(TrainingShares(isKept: kept.map { $0 != nil }))
    @Sendable func tell(_ change: (inout TrainingShares) -> Void) {
      let (done, before) = shares.withLock {
        change(&$0)
        return $0.total
      }
      progress.update(share: done, from: before)
    }
    // Over ranks in rounds, after each of which rank 0 keeps what the others trained.
    let round = ranks.count > 1 ? ranks.count * workers.count : max(1, trainings.count)
    var outcomes: [Outcome] = []
    for first in stride(from: 0, to: trainings.count, by: round) {
      let jobs = first..<min(first + round, trainings.count)
      let made = try workers.spread(jobs.count) { place in
        let job = jobs.lowerBound + place
        let trained =
          try kept[job]
          ?? train(variants[job / seeds], seed: job % seeds, as: trainings[job]) { report in
            tell { $0.take(report, of: job) }
          }
        defer { tell { $0.finish(job) } }
        let isNew = ranks.count > 1 && kept[job] == nil
        return Made(outcome: try outcome(of: trained), optimizer: isNew ? Data(try trained.encoded()) : nil)
      }
      workers.forOthers(jobs.count) { place in tell { $0.finish(jobs.lowerBound + place) } }
      for (job, made) in zip(jobs, made) { try made.optimizer.map { try trainings[job].keep([UInt8]($0)) } }
      outcomes += made.map(\.outcome)
    }
    return variants.indices.map { Array(outcomes[$0 * seeds..<($0 + 1) * seeds]) }
  }

  /// What a rank sends of one training.
  private struct Made: Codable, Sendable {
    var outcome: Outcome
    /// Where the training is not kept yet.
    var optimizer: Data?
  }

  private func training(_ variant: Variant, seed: Int) -> KeptTraining {
    KeptTraining(path: path(variant, seed: seed), settings: settings(variant, seed: seed), revision: "")
  }

  private func settings(_ variant: Variant, seed: Int) -> String {
    TrainingSettings(
      variant.recipe, data: digits.provenance.identity(published: "mnist"), seed: self.seed, training: seed
    ).text
  }

  /// A file for each set of settings: another preset's, or another seed's, are to outlast this run.
  private func path(_ variant: Variant, seed: Int) -> String {
    let sum = FNV1a(settings(variant, seed: seed).utf8).text
    return "\(folder)/\(variant.name.replacing(" ", with: "-"))-\(seed + 1)-\(sum).safetensors"
  }

  private func train(
    _ variant: Variant, seed: Int, as training: KeptTraining, report: @escaping (MetaTrainer.Report) -> Void
  ) throws -> TrainedOptimizer {
    let (practice, held) = digits.training.halves
    return try training.run(
      { checkpoints, report in
        try variant.recipe.train(
          practice: practice, held: held, stream: random.stream("meta-training", seed), workers: .one,
          checkpoints: checkpoints, report: report)
      }, report: report)
  }

  private func outcome(of trained: TrainedOptimizer) throws -> Outcome {
    let held = digits.training.halves.1
    let exam = try Classification(MLP(inputs: held.imageSize, hidden: [20]), on: held, start: DigitRecipe.start)
    let curves = try evaluate(
      trained.optimizer, on: exam, panel: "MNIST", trials: trials, steps: 200, stream: random.stream("evaluation"),
      workers: .one)
    return Outcome(
      validation: trained.validationLoss, problems: curves.means(of: 91...100),
      atTwice: mean(curves.means(of: 191...200)))
  }
}

extension TrainingStage {
  /// Fewer episodes, validated as many times.
  fileprivate mutating func shorten(to share: Float) {
    episodes = max(1, Int((Float(episodes) * share).rounded()))
    validationInterval = max(1, Int(Float(validationInterval) * share))
  }
}

extension DigitRecipe {
  /// The recipe with a change to each of its stages.
  func changingStages(_ change: (inout TrainingStage) -> Void) -> DigitRecipe {
    var recipe = self
    for k in recipe.stages.indices { change(&recipe.stages[k]) }
    return recipe
  }

  /// The recipe with as many episodes behind each step of the meta-optimizer.
  public func withMetaBatch(_ count: Int) -> DigitRecipe { changingStages { $0.metaBatch = count } }

  /// The recipe, the recipe without each of its parts, and last the paper's formulas alone: without any of them.
  public var ablations: [RecipeStudy.Variant] {
    func without(_ name: String, _ change: (inout DigitRecipe) -> Void) -> RecipeStudy.Variant {
      var recipe = self
      change(&recipe)
      return RecipeStudy.Variant("without \(name)", recipe)
    }
    return [
      .whole(self),
      without("wired start") { $0.initialWeights = .uniform },
      without("small images") { recipe in
        // As much computing: a step on small images costs about a quarter.
        recipe.stages[0].shorten(to: 1 / 4)
        recipe.pooling = 1
      },
      without("cut margins") { recipe in
        // As much computing: half of the coordinates lie in the margins.
        recipe.margin = nil
        recipe = recipe.changingStages { $0.shorten(to: 1 / 2) }
      },
      without("clipping") { $0 = $0.changingStages { $0.clip = .greatestFiniteMagnitude } },
      without("averaging") { $0.averaging = 0 },
      without("logarithm") { $0 = $0.changingStages { $0.objective = .sum } },
      without("sampled backpropagation") {
        // As much computing: going back costs about three times as much as going forward.
        $0 = $0.changingStages { stage in
          stage.shorten(to: (1 + 3 * stage.fraction) / 4)
          stage.fraction = 1
        }
      },
      without("short horizons first") { $0 = $0.changingStages { $0.curriculum = 0 } },
      without("range of starts") { $0.start = Self.start },
      .alone(formulasAlone),
    ]
  }

  /// One stage on full images with as many steps as the recipe's computing allows, and of what the paper does not have
  /// only what all variants do: a learning rate that decays, and first weights that forget little and propose little.
  public var formulasAlone: DigitRecipe {
    var recipe = self
    // The one before is on smaller images, if there is one.
    guard let full = stages.dropFirst().first ?? stages.first else { return recipe }
    var stage = stages[0]
    stage.name = "full images"
    let small = stages.count > 1 ? stages[0].episodes : 0
    stage.episodes = max(1, small / 16 + full.episodes / 4)
    // As often as the recipe: to stop early is the paper's.
    let validations = stages.reduce(0) { $0 + $1.episodes / $1.validationInterval }
    stage.validationInterval = max(1, stage.episodes / max(1, validations))
    stage.curriculum = 0
    stage.clip = .greatestFiniteMagnitude
    stage.objective = .sum
    stage.fraction = 1
    stage.learningRate = full.learningRate
    recipe.stages = [stage]
    recipe.initialWeights = .uniform
    recipe.averaging = 0
    recipe.margin = nil
    recipe.start = Self.start
    return recipe
  }

  /// The recipe at rates drawn at random: each stage's from a tenth to ten times its own, log-uniformly.
  ///
  /// - Parameter name: the candidates', before their number.
  public func randomRates(_ count: Int, named name: String = "rates", stream: RandomStream) -> [RecipeStudy.Variant] {
    (0..<count).map { k in
      var draw = stream.stream("rates", k)
      let recipe = changingStages { stage in
        var factor = [draw.uniform(-1.15, 1.15)]
        VectorMath.exp(&factor)
        stage.learningRate *= factor[0] * factor[0]
      }
      return RecipeStudy.Variant("\(name) \(k + 1)", recipe)
    }
  }
}
