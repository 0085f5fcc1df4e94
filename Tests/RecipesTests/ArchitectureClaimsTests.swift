import MetaTraining
import Notebook
import TestSupport
import Testing

@testable import Recipes

/// Losses on four networks as multiples of the paper's: six steps of one multiple, then six of another.
struct ArchitectureClaimsTests {
  /// - Parameter last: what the two trials on the last network are multiplied by.
  private func results(
    _ name: String, _ early: Float, _ late: Float, last: [Float] = [1, 1]
  ) throws -> ArchitectureResults {
    let paper = try PaperCurves()
    let architectures = [1, 2].flatMap { layers in
      [5, 20].map { ArchitectureStudy.Architecture(units: $0, layers: layers) }
    }
    let curves = try architectures.enumerated().map { index, architecture in
      let theirs = Float(
        try #require(paper.architecture(name, units: architecture.units, layers: architecture.layers)))
      let losses = (index == 3 ? last : [1, 1]).map { trial in
        [early, early, early, early, early, early, late, late, late, late, late, late].map { $0 * trial * theirs }
      }
      return LossCurves(panel: architecture.panel, optimizer: name, learningRate: nil, losses: losses)
    }
    return ArchitectureResults(optimizer: name, architectures: architectures, curves: curves)
  }

  private func verdicts(_ results: [ArchitectureResults]) throws -> [Bool] {
    let folder = try TemporaryFolder()
    let notebook = try Notebook("fig0-test", options: CommonOptions.parse(["--output", folder.path, "--quiet"]))
    notebook.checkArchitectureClaims(try #require(try ArchitectureReport(results, steps: 6, longer: 12)))
    return notebook.claims.map(\.reproduced)
  }

  /// ADAM on the last network: above the LSTM, below it, and above it in the mean, but not for certain.
  @Test(arguments: [([1, 1.01], true), ([0.3, 0.31], false), ([0.1, 2.1], false)] as [([Float], Bool)])
  func aLeadIsOneInEveryNetwork(_ adam: [Float], _ leads: Bool) throws {
    let found = try verdicts([
      results("LSTM", 0.9, 9), results("ADAM", 1, 1, last: adam), results("NAG", 1.5, 1),
    ])
    #expect(found == [leads, true, true, true, true])
  }

  @Test func anLSTMThatDivergedHasNoLead() throws {
    let found = try verdicts([
      results("LSTM", 0.9, 0.9, last: [1, .nan]), results("ADAM", 1, 1), results("NAG", 1.5, 1),
    ])
    #expect(found == [false, false, false, false, true])
  }

  @Test(
    arguments: [(1.5, 1.4, true), (1.4, 1.5, false), (1.3, 0.8, true), (1.2, 0.7, false)] as [(Float, Float, Bool)])
  func thePapersStepsAreThoseThatComeCloser(_ early: Float, _ late: Float, _ longer: Bool) throws {
    let found = try verdicts([results("LSTM", 0.9, 9), results("ADAM", 1, 1), results("NAG", early, late)])
    #expect(found.last == longer)
  }
}
