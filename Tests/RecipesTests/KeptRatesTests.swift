import Foundation
import Foundations
import MetaTraining
import Optimizees
import Recipes
import TestSupport
import Testing

@testable import Notebook

struct KeptRatesTests {
  private let folder: TemporaryFolder
  private let notebook: Notebook
  private let tuning = BaselineTuning(trials: 2, steps: 3, lastSteps: 1, grid: -5...(-2), workers: .one)
  private let quadratics: Quadratic
  private var path: String { folder.path("rates.json") }

  init() throws {
    folder = try TemporaryFolder()
    quadratics = try Quadratic(.uniform, functions: 8)
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet"])
    notebook = try Notebook("fig0-test", options: options, command: "swift run fig0-test")
  }

  private func tune(_ tuning: BaselineTuning? = nil, problems: String = "Quadratics") throws -> Double {
    var before = try KeptRates(at: path)
    let rates = try notebook.tuned(
      [.sgd], on: quadratics, panel: "Quadratics", tuning: tuning ?? self.tuning, before: &before, problems: problems)
    return rates[0].learningRate
  }

  /// Makes one rate that is kept look better than all others.
  private func favour(_ rate: Double, in entry: Int = 0) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var entries = try JSON.read([KeptRates.Entry].self, from: path)
    for index in entries[entry].rows.indices where entries[entry].rows[index].learningRate == rate {
      entries[entry].rows[index].finalLoss = -1e9
    }
    try Data(JSON.bytes(entries)).write(to: URL(fileURLWithPath: path))
    #expect(try String(contentsOfFile: path, encoding: .utf8) != text)
  }

  @Test func ratesThatWereTriedAreNotTriedAgain() throws {
    let rate = try tune()
    #expect(try JSON.read([KeptRates.Entry].self, from: path)[0].rows.filter(\.chosen).map(\.learningRate) == [rate])
    #expect(notebook.settings["rates"] == nil)
    #expect(try tune() == rate)
    #expect(notebook.settings["rates"]?.hasPrefix("tried before") == true)
    // Had it been tried again, its loss would be what it was.
    let other = rate == 0.0316 ? 0.1 : 0.0316
    try favour(other)
    #expect(try tune() == other)
  }

  @Test func aDamagedFileIsNotReplacedByWhatIsNew() throws {
    try Data("[{".utf8).write(to: URL(fileURLWithPath: path))
    var asked = try KeptRates(at: path, asking: false)
    _ = try notebook.tuned(
      [.sgd], on: quadratics, panel: "Quadratics", tuning: tuning, before: &asked, problems: "Quadratics")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "[{")
  }

  @Test func othersAreTriedAnew() throws {
    let rate = try tune()
    try favour(rate == 0.0316 ? 0.1 : 0.0316)
    var longer = tuning
    longer.steps = 4
    #expect(try tune(longer) == tune(longer, problems: "others"))
    #expect(try JSON.read([KeptRates.Entry].self, from: path).count == 3, "one for each setting")
  }

  @Test func aGridThatIsCutOutOfAnotherNeedsNoNewRates() throws {
    var wide = tuning
    wide.grid = -7...(-1)
    let rate = try tune(wide)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try tune() == rate)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    wide.grid = -9...(-1)
    #expect(try tune(wide) == rate)
    let rows = try JSON.read([KeptRates.Entry].self, from: path)[0].rows
    #expect(rows.count == 11 && rows.map(\.learningRate) == rows.map(\.learningRate).sorted())
  }

  @Test func ratesThatAreTriedAnewReplaceTheOthers() throws {
    func tune(asking: Bool) throws -> [Double] {
      var before = try KeptRates(at: path, asking: asking)
      return try notebook.tuned(
        [.nag, .sgd], on: quadratics, panel: "Quadratics", tuning: tuning, before: &before, problems: "quadratics"
      ).map(\.learningRate)
    }
    let rates = try tune(asking: true)
    for index in 0...1 { try favour(rates[index] == 0.0316 ? 0.1 : 0.0316, in: index) }
    // The second optimizer's are not taken from the file that the first one's were added to.
    #expect(try tune(asking: false) == rates)
    #expect(try JSON.read([KeptRates.Entry].self, from: path).count == 2)
    #expect(try tune(asking: true) == rates)
  }

  @Test func damagedOnesAreNamedAndStay() throws {
    try folder.write("rates.json", Array("[{".utf8))
    let error = try #require(throws: FileError.self) { try tune() }
    #expect(error.file == path && error.remedy.contains("remove it"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("[{".utf8))
  }

  @Test func aRunGoesOnWhereTheyCannotBeKept() throws {
    let rate = try tune()
    var before = try KeptRates(at: path + "/not-a-folder.json")
    let rates = try notebook.tuned(
      [.sgd], on: quadratics, panel: "Quadratics", tuning: tuning, before: &before, problems: "quadratics")
    #expect(rates.map(\.learningRate) == [rate])
  }

  @Test func withoutAFileNothingIsKept() throws {
    #expect(try notebook.tuned([.sgd], on: quadratics, panel: "Quadratics", tuning: tuning).count == 1)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
