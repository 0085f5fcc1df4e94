import ConvolutionalOptimizees
import Datasets
import Foundations
import Imaging
import MetaTraining
import Notebook
import Optimizers

/// A panel of Fig. 8: photographs that are painted over in one style, by each optimizer.
public struct ArtExam: Sendable {
  /// "Art 64" or "Art 128".
  public var panel: String
  public var problems: NeuralArt
  public var steps: Int
  /// The painting whose style is taken.
  public let painting: Pictures.Entry
  /// Photographs by name.
  public var contents: [(name: String, image: Image)]
  /// How many photographs were asked for.
  public let wanted: Int
  /// The first of them whose pictures on the way are kept, and every how many updates.
  public var filmed = 0
  public var filmInterval = 4

  /// The photographs for testing that anyone may show.
  public static let illustrations = ["kodim04", "coffee", "kodim03", "kodim12"]

  /// - Parameters:
  ///   - place: of the painting that stands in where that one is not there.
  ///   - trials: how many of the photographs for testing are painted over, those of `names` first.
  /// - Throws: `FileError` where there are no photographs for testing or a picture is damaged, `SettingError` where the
  ///   network lacks a layer or the side is too small for it; `ConvolutionError` where oneDNN refuses.
  public init(
    _ panel: String, _ materials: ArtMaterials, style: String, orPlace place: Int = 0, side: Int, steps: Int,
    trials: Int, first names: [String] = Self.illustrations, workers: Workers
  ) throws {
    self.panel = panel
    self.steps = steps
    wanted = trials
    try materials.require([.test])
    let test = materials.photographs.only(.test)
    painting = materials.painting(style, orPlace: place)
    let shown = names.compactMap(test.place(of:))
    let order = shown + (0..<test.count).filter { !shown.contains($0) }
    let chosen = order.prefix(trials).map { $0 }
    let images = try workers.map(chosen.count) { try test.image(chosen[$0]).rgb() }
    contents = zip(chosen, images).map { (test.entries[$0].name, $1) }
    problems = try materials.problems([], style: style, orPlace: place, side: side)
  }

  /// The same problems on other photographs, for tuning.
  public func validation(_ contents: [Image]) -> NeuralArt { problems.over(contents) }

  /// Everything that a painting depends on besides the optimizer and the data.
  var text: String {
    "\(contents.map(\.name)) at \(problems.width), \(steps) steps, \(filmed) filmed, \(problems.settings)"
  }
}

/// What one optimizer made of an exam.
public struct PaintedExam: Sendable {
  public var panel: String
  public var optimizer: String
  public var learningRate: Double?
  /// One for each photograph.
  public var paintings: [Painting]

  public var curves: LossCurves {
    LossCurves(panel: panel, optimizer: optimizer, learningRate: learningRate, losses: paintings.map(\.losses))
  }
}

extension Notebook {
  /// Lets all optimizers paint over the photographs of an exam, each from the same start.
  ///
  /// Each picture is kept on its own, so that a run that was stopped goes on after the last one that was done.
  ///
  /// - Parameter hasLBFGS: whether L-BFGS paints too.
  /// - Throws: `ConvolutionError` where oneDNN refuses, `FileError` if the folder cannot be written, and `Interrupted`.
  public func painted(
    _ exam: ArtExam, by learned: LSTMOptimizer, and baselines: [(baseline: Baseline, learningRate: Double)],
    hasLBFGS: Bool = true
  ) throws -> [PaintedExam] {
    let count = exam.contents.count
    if exam.wanted > count {
      print("\(exam.panel): \(exam.wanted) trials asked for, but there are \(count) photographs for testing: one each.")
    }
    let progress = progress(
      "Painting \(exam.panel)", of: (1 + baselines.count + (hasLBFGS ? 1 : 0)) * count, unit: "pictures")
    defer { progress.finish() }
    func all(
      _ name: String, rate: Double?, identity: String, _ paint: @Sendable (Int) throws -> Painting
    ) throws -> PaintedExam {
      PaintedExam(
        panel: exam.panel, optimizer: name, learningRate: rate,
        paintings: try kept(
          (0..<count).map { "painting \(exam.panel) \($0 + 1) \(name)" }, settings: "\(exam.text), \(identity)",
          workers: workers, progress: progress, paint))
    }
    func run(_ optimizer: some Optimizer, rate: Double?, identity: String, isFilmed: Bool) throws -> PaintedExam {
      try all(optimizer.name, rate: rate, identity: identity) { k in
        try exam.problems.painting(
          over: exam.contents[k].image, by: optimizer, steps: exam.steps,
          framesEvery: isFilmed && k < exam.filmed ? exam.filmInterval : nil)
      }
    }
    var results = [try run(learned, rate: nil, identity: "weights \(learned.checksum)", isFilmed: true)]
    for (baseline, rate) in baselines {
      results.append(
        try run(
          baseline.optimizer(learningRate: rate), rate: rate, identity: "rate \(rate)", isFilmed: baseline == .adam))
    }
    if hasLBFGS {
      let lbfgs = LBFGS()
      results.append(
        try all(lbfgs.name, rate: nil, identity: "memory \(lbfgs.memory)") { k in
          try exam.problems.painting(over: exam.contents[k].image, by: lbfgs, evaluations: exam.steps)
        })
    }
    return results
  }
}
