import ConvolutionalOptimizees
import Datasets
import Foundations
import MetaTraining
import Notebook
import Recipes

extension Notebook {
  /// Tunes the hand-made optimizers on photographs for validation, by the mean of the last ten losses.
  ///
  /// ADAM and, after its first updates, RMSprop step as far as their rate says, in pixels of 0...255; NAG and SGD multiply it with gradients of
  /// some hundred: two grids, each of which grows where the best lies at its edge. Preset quick takes the rates that
  /// preset paper tuned on the same pictures, where they are kept.
  ///
  /// - Parameter otherwise: what presets other than paper take where no rates are kept; nil for tuning then.
  /// - Throws: `ConvolutionError` where oneDNN refuses, `SettingError` where losses diverge at every rate, `FileError`
  ///   if kept rates are damaged, and `Interrupted`.
  public func tunedForArt(
    _ baselines: [Baseline] = [.nag, .sgd, .rmsprop, .adam], on practice: NeuralArt, panel: String, steps: Int,
    _ materials: ArtMaterials, otherwise: [(baseline: Baseline, learningRate: Double)]? = nil, line: Int = #line,
    fileID: String = #fileID
  ) throws -> [(baseline: Baseline, learningRate: Double)] {
    let problems = materials.text(practice)
    func tuning(_ preset: Preset) -> BaselineTuning {
      BaselineTuning(trials: preset.choose(smoke: 1, quick: 2, paper: 4), steps: steps, workers: workers)
    }
    var before = try keptRates("neural-art", ending: materials.ending)
    func areKept(by preset: Preset) -> Bool {
      let settings = settings(of: tuning(preset), on: problems)
      return baselines.allSatisfy { before.has(panel, $0.rawValue, settings: settings) }
    }
    let source = options.preset == .quick && areKept(by: .paper) ? .paper : options.preset
    if let otherwise, options.preset != .paper, !areKept(by: source) {
      deviates(
        "On \(panel) the baselines have the rates that were best on the panel before.",
        because: "Tuning them there takes longer than all the rest; preset paper does it.", line: line, fileID: fileID)
      return otherwise
    }
    let grids: [Baseline: ClosedRange<Int>] = [.nag: -5...(-3), .sgd: -5...(-3), .rmsprop: 1...3, .adam: 1...3]
    return try tuned(
      baselines, on: practice, panel: panel, tuning: tuning(source), grids: grids, before: &before, problems: problems)
  }
}

extension ArtMaterials {
  /// All that problems made of them depend on besides the painting, which the panel names.
  func text(_ problems: NeuralArt) -> String {
    let data = Provenance.digest([photographs.provenance, paintings.provenance, weights.provenance])
    return "pictures \(data), \(problems.width) pixels, \(settingsText(problems.settings))"
  }
}
