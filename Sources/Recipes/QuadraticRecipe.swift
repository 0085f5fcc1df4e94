import Foundations
import LSTMKernels
import MetaTraining
import Notebook
import Optimizees

/// How the optimizer of the quadratics (Fig. 4, left) is meta-trained: no preprocessing, no postprocessing.
public struct QuadraticRecipe: Sendable, Equatable, Codable {
  public var elements: Quadratic.Elements
  public var stages: [TrainingStage]
  /// Functions of an episode. Few and many episodes train better in the same time than the reverse.
  public var functions = 32
  public var initialWeights = InitialWeights.wired
  public var averaging: Float = 0.995
  public var validationFunctions = 2048
  /// Trainings from different random weights, of which the best by validation is kept.
  public var trainings = 1

  public init(_ elements: Quadratic.Elements, stages: [TrainingStage]) {
    self.elements = elements
    self.stages = stages
  }

  /// The recipe of a preset.
  public static func preset(_ preset: Preset, _ elements: Quadratic.Elements) -> QuadraticRecipe {
    // Meta-gradients, sums over functions, are clipped only at ten thousand. The large ones are of functions that the
    // optimizer throws off course: with their push shortened it grows bolder until too many are, and with none of it
    // shortened one that runs away early leaves ADAM with small steps for long. Norms of 1, 10^4 and 10^30 gave final
    // losses of 0.039, 0.039 and 0.085.
    func stage(_ name: String, _ episodes: Int, unroll: Int = 20, rate: Float, every interval: Int) -> TrainingStage {
      TrainingStage(
        name: name, episodes: episodes, unroll: unroll, learningRate: rate, clip: 1e4,
        validationInterval: interval)
    }
    func recipe(_ first: Int, _ second: Int, _ third: Int, every interval: Int) -> QuadraticRecipe {
      QuadraticRecipe(
        elements,
        stages: [
          stage("first steps", first, rate: 5e-3, every: interval),
          stage("smaller steps", second, rate: 1e-3, every: interval),
          stage("long unrolls", third, unroll: 50, rate: 7e-4, every: interval),
        ])
    }
    switch preset {
    case .smoke:
      var smoke = recipe(4, 2, 2, every: 2)
      (smoke.functions, smoke.validationFunctions) = (8, 16)
      return smoke
    case .quick: return recipe(300, 700, 800, every: 50)
    case .paper: return recipe(300, 700, 1000, every: 50)
    }
  }

  /// Meta-trains from scratch, or goes on from a checkpoint.
  ///
  /// - Throws: `SettingError` for a recipe that makes no sense, `FileError` for a checkpoint that is damaged or
  ///   cannot be written, and `Interrupted` once progress is saved.
  public func train(
    stream: RandomStream, workers: Workers, checkpoints: CheckpointFile? = nil,
    report: (MetaTrainer.Report) throws -> Void = { _ in }
  ) throws -> MetaTrainer.Result {
    var trainer = MetaTrainer(try CoordinatewiseLSTM(p: nil, outputScale: 1), workers: workers)
    trainer.initialWeights = initialWeights
    trainer.averaging = averaging
    trainer.validationProblems = 2
    let practice = try Quadratic(elements, functions: functions)
    return try trainer.train(
      stages.map { MetaTrainer.Lesson($0, on: practice) },
      validation: try Quadratic(elements, functions: validationFunctions / trainer.validationProblems), stream: stream,
      checkpoints: checkpoints, report: report)
  }
}

extension Notebook {
  /// The optimizer of one reading of the quadratics: loaded where one of the same settings, seed and code is kept in
  /// Data/optimizers, else meta-trained before the reader's eyes and kept there.
  ///
  /// - Parameter panel: the part of the figure that it is for.
  /// - Throws: `SettingError` for a recipe that makes no sense and for no trainings, `FileError` for a kept optimizer
  ///   that is damaged and where one cannot be written, `LockedError` where another process trains the same, and
  ///   `Interrupted` once progress is saved.
  public func quadraticOptimizer(_ recipe: QuadraticRecipe, panel: String) throws -> TrainedOptimizer {
    let trained = try (0..<recipe.trainings).map { index in
      var name = "fig4-quadratics-\(recipe.elements.rawValue)-\(options.preset.rawValue)-seed\(options.seed)"
      var title = "Meta-training, \(recipe.elements.rawValue)"
      if recipe.trainings > 1 {
        name += "-\(index + 1)"
        title += " \(index + 1) of \(recipe.trainings)"
      }
      let settings = TrainingSettings(recipe, data: "quadratics", seed: options.seed, training: index).text
      return try trainedOptimizer(name, settings: settings, title: title) { checkpoints, report in
        try recipe.train(
          stream: random.stream("meta-training \(recipe.elements.rawValue)", index), workers: workers,
          checkpoints: checkpoints, report: report)
      }
    }
    guard let best = trained.indices.min(by: { trained[$0].validationLoss < trained[$1].validationLoss }) else {
      throw SettingError("trainings", value: recipe.trainings, expected: "at least 1")
    }
    for (k, training) in trained.enumerated() {
      let name = "LSTM, \(recipe.elements.rawValue)"
      write(training.rows, of: k == 0 ? name : "\(name) \(k + 1)")
      print(
        "\(panel): validation loss \(shortNumber(training.validationLoss)) \(training.keptAfter)"
          + "\(trained.count > 1 && k == best ? "; kept" : "").")
    }
    return trained[best]
  }
}
