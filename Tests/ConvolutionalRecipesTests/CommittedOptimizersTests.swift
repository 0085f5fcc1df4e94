import Datasets
import Foundation
import Foundations
import MetaTraining
import Testing

@testable import ConvolutionalRecipes

/// Preset paper loads what is in Data/optimizers only where today's settings are those that it was trained with; where
/// they are not, it trains for hours.
struct CommittedOptimizersTests {
  private func settings(of name: String) throws -> String {
    try TrainedOptimizer(contentsOf: "\(ProjectFolder.path)/Data/optimizers/\(name).safetensors").settings
  }

  @Test(arguments: ["fig7-cifar", "fig7-cifar-one", "fig7-cifar-sub-34589"])
  func theyAreThoseOfTodaysCifarRecipe(name: String) throws {
    #expect(try settings(of: name).hasPrefix(CifarRecipe.preset(.paper).text + " labels "))
  }

  @Test func theOneThatPaintsIsThatOfTodaysRecipe() throws {
    #expect(try settings(of: "fig8-neural-art-paper-seed1").hasPrefix(ArtRecipe.preset(.paper).text + " seed 1 "))
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["L2L_DATA"] != nil))
  func theOneThatPaintsIsThatOfItsPictures() throws {
    let materials = try ArtMaterials(.auto, in: DataFolders(), generating: 3)
    let sums = [materials.photographs, materials.paintings].flatMap { $0.provenance.files.map(\.sha256) }
    let report = try String(contentsOfFile: "\(ProjectFolder.path)/Reports/fig8-neural-art/run.json", encoding: .utf8)
    // Whoever runs this may have other pictures.
    guard !materials.usesOwnNetwork, !sums.isEmpty, sums.allSatisfy(report.contains) else { return }
    let today = ArtRecipe.preset(.paper).settings(seed: 1, materials)
    #expect(try settings(of: "fig8-neural-art-paper-seed1") == "\(today) code \(MetaTrainer.version)")
  }
}
