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
    // Student's interval of 1, 2, 3, 4.
    #expect(spread.mean == 2.5 && spread.leftOut == 0)
    let reach = 3.182 * (5.0 / 12).squareRoot()
    #expect(abs(spread.low - (2.5 - reach)) < 1e-9 && abs(spread.high - (2.5 + reach)) < 1e-9)
    // Where all of the spread is common to both, none is left.
    let common = notebook.bootstrapRatio([2, 4, 6, 9], [1, 2, 3, 4.5])
    #expect(common.mean == 2 && common.high - common.low < 1e-9)
    let none = notebook.bootstrapRatio([.nan], [1])
    #expect(none.mean.isNaN && none.leftOut == 1)
    #expect(notebook.bootstrapRatio([3, 6], [1, .nan]).low.isNaN)
  }
}
