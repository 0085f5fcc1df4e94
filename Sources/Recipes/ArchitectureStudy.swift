import Datasets
import Foundations
import LabelledData
import MetaTraining
import Notebook
import Optimizees
import Optimizers

/// The same training on networks of many sizes (the paper's Fig. 6), all networks side by side, a thread each.
public struct ArchitectureStudy: Sendable {
  /// One network of sigmoid units.
  public struct Architecture: Sendable, Hashable {
    /// Of each hidden layer.
    public var units: Int
    public var layers: Int

    public init(units: Int, layers: Int) {
      self.units = units
      self.layers = layers
    }

    /// "20 units, 1 layer".
    public var panel: String { PaperCurves.architecturePanel(units: units, layers: layers) }
  }

  public let architectures: [Architecture]
  public let practice: LabelledImages
  public let held: LabelledImages
  public let start: StartDeviation
  public let random: RandomStream
  public let workers: Workers

  public init(
    units: [Int], layers: [Int], practice: LabelledImages, held: LabelledImages, start: StartDeviation,
    random: RandomStream, workers: Workers
  ) {
    architectures = layers.flatMap { layers in units.map { Architecture(units: $0, layers: layers) } }
    self.practice = practice
    self.held = held
    self.start = start
    self.random = random
    self.workers = workers
  }

  /// Tunes a baseline for each architecture.
  ///
  /// - Parameter known: what a rate came out at on a panel before.
  /// - Returns: every rate tried, for each architecture.
  /// - Throws: `SettingError` for images that do not fit the networks, for less than one trial or step, and where
  ///   losses diverge at every rate; `Interrupted`.
  public func tune(
    _ baseline: Baseline, _ tuning: BaselineTuning,
    known: @escaping @Sendable (_ panel: String, _ rate: Double) -> TuningRow? = { _, _ in nil },
    progress: @escaping @Sendable () -> Void
  ) throws -> [[TuningRow]] {
    var tuning = tuning
    tuning.workers = .one
    return try each { [tuning] architecture in
      defer { progress() }
      return try tuning.tune(
        baseline, on: try problem(architecture, practice), panel: architecture.panel,
        stream: random.stream("tuning").stream(architecture.panel)
      ) { trials in
        try trials.rates.indices.map { try known(architecture.panel, trials.rates[$0]) ?? trials.row(ofRate: $0) }
      }.rows
    }
  }

  /// Runs an optimizer on fresh problems of each architecture, the same ones for every optimizer.
  ///
  /// - Parameter optimizer: the optimizer for an architecture, and its rate.
  /// - Throws: `SettingError` for images that do not fit the networks and for less than one trial or step;
  ///   `Interrupted`.
  public func run(
    trials: Int, steps: Int, progress: @escaping @Sendable (Int) -> Void,
    optimizer: @Sendable (Int) -> (any Optimizer, rate: Double?)
  ) throws -> [LossCurves] {
    try each { architecture in
      let (optimizer, rate) = optimizer(architectures.firstIndex(of: architecture) ?? 0)
      return try evaluate(
        optimizer, on: try problem(architecture, held), panel: architecture.panel, trials: trials, steps: steps,
        stream: random.stream("evaluation").stream(architecture.panel), learningRate: rate, workers: .one,
        progress: progress)
    }
  }

  private func problem(_ architecture: Architecture, _ images: LabelledImages) throws -> Classification {
    let hidden = [Int](repeating: architecture.units, count: architecture.layers)
    return try Classification(MLP(inputs: images.imageSize, hidden: hidden), on: images, start: start)
  }

  /// The results for each architecture, in order. The largest come first, so that no thread is left with one at the
  /// end.
  private func each<Result: Codable & Sendable>(_ body: @Sendable (Architecture) throws -> Result) throws -> [Result] {
    let order = architectures.indices.sorted { architectures[$0].units > architectures[$1].units }
    let results = try workers.spread(order.count) { try body(architectures[order[$0]]) }
    return architectures.indices.compactMap { index in order.firstIndex(of: index).map { results[$0] } }
  }
}

extension ArchitectureStudy {
  /// What results of its networks depend on, besides the data.
  fileprivate var identity: String { "\(architectures.map(\.panel)), starts of \(start)" }
}

extension Notebook {
  /// Tunes the baselines for each architecture and runs them and the learned optimizer. Optimizers that are done are
  /// not run again by a run that goes on where it was stopped.
  ///
  /// - Parameters:
  ///   - longer: the steps of NAG, which runs on.
  ///   - before: rates that earlier runs tried; new ones are added.
  /// - Returns: for each optimizer its curves, an architecture each.
  /// - Throws: `SettingError` as `tune` and `run` of the study do, `FileError` if the folder cannot be written, and
  ///   `Interrupted`.
  public func compared(
    _ learned: LSTMOptimizer, on study: ArchitectureStudy, baselines: [Baseline], tuning: BaselineTuning, trials: Int,
    steps: Int, longer: Int, before: inout KeptRates, data: String
  ) throws -> [ArchitectureResults] {
    let settings = settings(of: tuning, on: "\(data), starts of \(study.start)")
    let count = study.architectures.count
    let tuningProgress = progress("Tuning baselines", of: baselines.count * count, unit: "networks")
    let tuned = try baselines.map { baseline in
      var isNew = false
      let rows = try kept("tuning \(baseline.rawValue)", settings: "\(tuning.text), \(study.identity)") {
        isNew = true
        return try study.tune(
          baseline, tuning,
          known: { [before] in before.row($0, baseline.rawValue, rate: $1, settings: settings) },
          progress: { tuningProgress.advance() })
      }
      if !isNew { tuningProgress.skip(count) }
      write(rows.flatMap { $0 })
      for rows in rows { keep(rows, in: &before, settings: settings) }
      return rows.map { $0.first(where: \.chosen)?.learningRate ?? .nan }
    }
    tuningProgress.finish()
    let progress = progress("Evaluating", of: (1 + baselines.count) * count * trials, unit: "problems")
    defer { progress.finish() }
    var all = [
      try results(learned.name, on: study, trials, steps, identity: learned.checksum, progress) { _ in (learned, nil) }
    ]
    for (baseline, rates) in zip(baselines, tuned) {
      let own = baseline == .nag ? longer : steps
      all.append(
        try results(baseline.rawValue, on: study, trials, own, identity: "\(rates)", progress) {
          (baseline.optimizer(learningRate: rates[$0]), rates[$0])
        })
    }
    return all
  }

  /// Runs the learned optimizer alone, on each architecture of a study.
  ///
  /// - Throws: `SettingError` for images that do not fit the networks and for less than one trial or step, `FileError`
  ///   if the folder cannot be written, and `Interrupted`.
  public func evaluated(_ learned: LSTMOptimizer, on study: ArchitectureStudy, trials: Int, steps: Int) throws
    -> ArchitectureResults
  {
    let progress = progress("Evaluating from other starts", of: study.architectures.count * trials, unit: "problems")
    defer { progress.finish() }
    return try results(learned.name, on: study, trials, steps, identity: learned.checksum, progress) { _ in
      (learned, nil)
    }
  }

  private func results(
    _ name: String, on study: ArchitectureStudy, _ trials: Int, _ steps: Int, identity: String,
    _ progress: ProgressLine, _ optimizer: @Sendable (Int) -> (any Optimizer, Double?)
  ) throws -> ArchitectureResults {
    var isNew = false
    let curves = try kept(
      "evaluation \(name) from \(study.start.median)",
      settings: "\(trials) trials of \(steps) steps, \(identity), \(study.identity)"
    ) {
      isNew = true
      return try study.run(trials: trials, steps: steps, progress: { _ in progress.advance() }, optimizer: optimizer)
    }
    if !isNew { progress.skip(study.architectures.count * trials) }
    return ArchitectureResults(optimizer: name, architectures: study.architectures, curves: curves)
  }
}
