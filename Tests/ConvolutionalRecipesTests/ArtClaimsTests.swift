import ConvolutionalRecipes
import Foundations
import Notebook
import TestSupport
import Testing

@Suite struct ArtClaimsTests {
  @Test("The ratio of means leaves out problems on which the first diverged, and counts them; nan where the second did")
  func ratios() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet"])
    let notebook = try Notebook("fig0-art", options: options, command: "swift run fig0-art")
    let ratio = notebook.bootstrapRatio([3, .nan, 9, .infinity], [1, 5, 3, 2])
    #expect(ratio.mean == 3 && ratio.low == 3 && ratio.high == 3 && ratio.leftOut == 2)
    let spread = notebook.bootstrapRatio([1, 2, 3, 4], [1, 1, 1, 1])
    #expect(spread.mean == 2.5 && spread.low < 2.5 && spread.low >= 1 && spread.high > 2.5 && spread.leftOut == 0)
    let none = notebook.bootstrapRatio([.nan], [1])
    #expect(none.mean.isNaN && none.leftOut == 1)
    #expect(notebook.bootstrapRatio([3, 6], [1, .nan]).low.isNaN)
  }
}
