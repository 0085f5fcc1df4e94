import ConvolutionalOptimizees
import Datasets
import Foundations
import Imaging
import LSTMKernels
import MetaTraining
import Notebook
import Recipes

/// How the optimizer of the neural-art figures (Figs. 8 to 13) is meta-trained.
public struct ArtRecipe: Sendable, Equatable, Codable {
  /// One stage and what its images are.
  public struct Lesson: Sendable, Equatable, Codable {
    public var stage: TrainingStage
    /// Pixels across and down.
    public var side: Int
    /// Whether the small network of our own looks at them, in place of VGG-19.
    public var ownNetwork: Bool

    public init(_ stage: TrainingStage, side: Int, ownNetwork: Bool = false) {
      self.stage = stage
      self.side = side
      self.ownNetwork = ownNetwork
    }
  }

  public var lessons: [Lesson]
  /// Of the images that the optimizer is validated on.
  public var side = 64
  public var validationProblems = 4
  public var horizon = 128
  public var averaging: Float = 0.98
  public var initialWeights = InitialWeights.wired
  public var hidden = 20
  public var preprocessing: Float = 10
  public var outputScale: Float = 10

  public init(_ lessons: [Lesson]) { self.lessons = lessons }

  /// The painting that is practised on, and the one that is kept for the test.
  public static let practiceStyle = "minotaur_shipwreck"
  public static let testStyle = "the_scream"

  /// Meta-trains on the photographs for training, validates on those for validation.
  ///
  /// - Throws: `SettingError` for a recipe that makes no sense, `ConvolutionError` where oneDNN refuses, `FileError`
  ///   for a checkpoint that is damaged or cannot be written, and `Interrupted` once progress is saved.
  public func train(
    _ materials: ArtMaterials, stream: RandomStream, workers: Workers, checkpoints: CheckpointFile? = nil,
    report: (MetaTrainer.Report) throws -> Void = { _ in }
  ) throws -> MetaTrainer.Result {
    var trainer = MetaTrainer(
      try CoordinatewiseLSTM(hidden: hidden, p: preprocessing, outputScale: outputScale), workers: workers)
    trainer.initialWeights = initialWeights
    trainer.averaging = averaging
    trainer.validationProblems = validationProblems
    trainer.validationSteps = horizon
    let practice = try materials.contents(.train, workers: workers)
    let held = try materials.contents(.validation, workers: workers)
    let problems = try lessons.map {
      MetaTrainer.Lesson(
        $0.stage, on: try materials.problems(practice, side: $0.side, ownNetwork: $0.ownNetwork))
    }
    return try trainer.train(
      problems, validation: try materials.problems(held, side: side), stream: stream, checkpoints: checkpoints,
      report: report)
  }
}

extension ArtMaterials {
  /// Photographs to be painted in one style.
  ///
  /// - Parameters:
  ///   - style: a painting's name.
  ///   - place: of the painting that stands in where that one is not there.
  /// - Throws: `FileError` if the painting's file is damaged, `SettingError` where the network lacks a layer or the
  ///   side is too small for it; `ConvolutionError` where oneDNN refuses.
  public func problems(
    _ contents: [Image], style: String = ArtRecipe.practiceStyle, orPlace place: Int = 0, side: Int,
    ownNetwork: Bool = false
  ) throws -> NeuralArt {
    let settings = settings(side: side, own: ownNetwork)
    let network = try FeatureNetwork(
      ownNetwork ? own : weights, upTo: settings.deepestLayer, pooling: settings.pooling, border: settings.border)
    return try NeuralArt(
      network, contents: contents, style: try self.style(style, orPlace: place, side: side), height: side, width: side,
      settings)
  }
}

extension ArtRecipe {
  /// The recipe of a preset.
  ///
  /// Most is learned from small images that the small network looks at, for 2 milliseconds a step (on a core of an EPYC
  /// with AVX-512) where VGG-19 at 64 pixels takes 35. Of that, 800 episodes are enough: validation was as low after 400.
  public static func preset(_ preset: Preset) -> ArtRecipe {
    switch preset {
    case .smoke:
      var recipe = ArtRecipe([
        Lesson(
          TrainingStage(
            name: "small images", episodes: 4, horizon: 16, unroll: 8, learningRate: 1e-2, objective: .logarithm,
            fraction: 0.15, metaBatch: 2, validationInterval: 4), side: 32, ownNetwork: true)
      ])
      recipe.side = 32
      recipe.validationProblems = 2
      recipe.horizon = 16
      return recipe
    case .quick:
      var recipe = ArtRecipe([
        Lesson(
          TrainingStage(
            name: "small images, small network", episodes: 800, horizon: 128, unroll: 32, learningRate: 1e-2,
            objective: .logarithm, fraction: 0.15, validationInterval: 400), side: 32, ownNetwork: true)
      ])
      recipe.validationProblems = 2
      return recipe
    case .paper:
      var recipe = ArtRecipe([
        Lesson(
          TrainingStage(
            name: "small images, small network", episodes: 800, horizon: 128, unroll: 32, learningRate: 1e-2,
            objective: .logarithm, fraction: 0.15, validationInterval: 400), side: 32, ownNetwork: true),
        Lesson(
          TrainingStage(
            name: "full images", episodes: 480, horizon: 128, unroll: 32, learningRate: 6e-3, objective: .logarithm,
            fraction: 0.1, validationInterval: 60), side: 64),
      ])
      recipe.validationProblems = 8
      return recipe
    }
  }
}

extension ArtRecipe.Lesson {
  /// The lesson in a line.
  public var summary: String {
    "\(stage.summary); \(side) x \(side) pixels, \(ownNetwork ? "the small network of our own" : "VGG-19")"
  }
}
