import Datasets
import Foundation
import Foundations
import MetaTraining
import Recipes
import Testing

@testable import ConvolutionalRecipes
@testable import Notebook

/// Preset paper loads what is in Data/optimizers only where today's settings are those that it was trained with; where
/// they are not, it trains for hours.
struct CommittedOptimizersTests {
  private func kept(_ name: String) throws -> TrainedOptimizer {
    try TrainedOptimizer(contentsOf: "\(ProjectFolder.path)/Data/optimizers/\(name).safetensors")
  }

  @Test(arguments: [("", "all", true), ("-one", "all", false), ("-sub-34589", "34589", true)])
  func theyAreThoseOfTodaysCifarRecipe(suffix: String, labels: String, isGrouped: Bool) throws {
    let settings = TrainingSettings(
      CifarRecipe.preset(.paper), data: "cifar-10", seed: 1, start: try kept("fig7-cifar-start").optimizer.checksum,
      labels: labels, isGrouped: isGrouped)
    #expect(try kept("fig7-cifar" + suffix).settings == settings.text)
  }

  @Test(arguments: ["", "-one", "-sub-34589"])
  func theirFactorsAreThoseOfTheseWeights(suffix: String) throws {
    let scales = try #require(UpdateScales.preset(.paper))
    let weights = try kept("fig7-cifar" + suffix).optimizer.checksum
    let chosen = ChosenScales(scales: scales, seed: 1, weights: weights)
    #expect(try chosen.factors(of: kept("fig7-cifar-scaled" + suffix)) != nil)
  }

  @Test func theOneThatPaintsIsThatOfTodaysRecipe() throws {
    let recipe = settingsText(ArtRecipe.preset(.paper))
    #expect(try kept("fig8-neural-art-paper-seed1").settings.contains("\"recipe\":\(recipe),\"seed\":1}"))
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["L2L_DATA"] != nil))
  func theOneThatPaintsIsThatOfItsPictures() throws {
    guard let materials = try publishedPictures() else { return }
    let today = ArtRecipe.preset(.paper).settings(seed: 1, materials)
    #expect(try kept("fig8-neural-art-paper-seed1").settings == today)
  }
}

/// Rates in Data/rates are taken only where today's settings are those that they were tried with; where they are not,
/// tuning takes as long as all the rest.
struct CommittedRatesTests {
  private func expectRates(_ panel: String, in file: String, settings: String) throws {
    let kept = try KeptRates(at: "\(ProjectFolder.path)/Data/rates/\(file)-seed1.json")
    for baseline in Baseline.allCases {
      #expect(
        kept.has(panel, baseline.rawValue, settings: "\(settings), seed 1, code \(MetaTrainer.version)"),
        "\(baseline.rawValue) on \(panel)")
    }
  }

  @Test func theyAreThoseOfTodaysCifarPanels() throws {
    var objects = ImageDataset.noise()
    objects.provenance = Provenance(name: "CIFAR-10", isGenerated: false, isVerified: true, note: "")
    let labels = try CifarLabels.draws(nil, count: 1, trials: 10, stream: RandomStream(seed: 1).stream("labels"))[0]
    func text(_ panel: String, _ choices: [[UInt8]]) throws -> String {
      try CifarPanel(panel, choices.map { ($0, 0) }, of: objects).text
    }
    let whole = try text("CIFAR-10", [Array(0..<10)])
    for (panel, text) in [
      ("CIFAR-10", whole), ("CIFAR-5", try text("CIFAR-5", [labels.five])),
      ("CIFAR-2", try text("CIFAR-2", labels.pairs)),
    ] {
      try expectRates(panel, in: "fig7-cifar", settings: "2 trials of 1000 steps, the last 100 on \(text)")
    }
    try expectRates("CIFAR-10", in: "fig7-cifar", settings: "1 trials of 200 steps, the last 20 on \(whole)")
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["L2L_DATA"] != nil),
    arguments: [("Art 64", ArtRecipe.practiceStyle, 64), ("Art 128", ArtRecipe.testStyle, 128)])
  func theyAreThoseOfTodaysPaintings(panel: String, style: String, side: Int) throws {
    guard let materials = try publishedPictures() else { return }
    let problems = try materials.problems([], style: style, side: side)
    try expectRates(
      panel, in: "neural-art", settings: "4 trials of 128 steps, the last 10 on \(materials.text(problems))")
  }
}

/// What the committed report on painting was made of; nil where other pictures are found: whoever runs this may have
/// some.
private func publishedPictures() throws -> ArtMaterials? {
  let materials = try ArtMaterials(.auto, in: DataFolders(), generating: 3)
  let sums = [materials.photographs, materials.paintings].flatMap { $0.provenance.files.map(\.sha256) }
  let report = try String(contentsOfFile: "\(ProjectFolder.path)/Reports/fig8-neural-art/run.json", encoding: .utf8)
  return materials.usesOwnNetwork || sums.isEmpty || !sums.allSatisfy(report.contains) ? nil : materials
}
