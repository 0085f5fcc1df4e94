import ArgumentParser
import Foundations
import Testing

@testable import Notebook

private struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(commandName: "fig0-test", abstract: "A test.")
  @OptionGroup var common: CommonOptions
  @Option var episodes: Int?
  @Option var startDeviation = 0.01
  @Flag var longRun = false
  @Option var note: String?
}

@Suite("Common options") struct CommonOptionsTests {
  @Test("Without arguments, the defaults of the contract hold") func defaults() throws {
    let options = try Settings.parse([]).common
    #expect(options.preset == .quick)
    #expect(options.seed == 1)
    #expect(options.output == "Reports")
    #expect(options.dataset == .auto)
    #expect(!options.strict && !options.quiet && !options.retrain)
  }

  @Test(
    "Nonsense is refused",
    arguments: [
      ["--preset", "fast"], ["--trials", "0"], ["--threads", "0"], ["--threads", "5000"], ["--seed", "-1"],
      ["--seed", "x"], ["--output", ""], ["--dataset", "fake"], ["--unknown"], ["stray"],
    ])
  func nonsense(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try Settings.parse(arguments) }
  }

  @Test("Every option is recorded under its command-line name") func values() throws {
    let values = try Settings.parse(["--preset", "smoke", "--episodes", "7", "--long-run"]).values
    #expect(values["preset"] == "smoke")
    #expect(values["episodes"] == "7")
    #expect(values["start-deviation"] == "0.01")
    #expect(values["long-run"] == "true")
    #expect(values["trials"] == nil)
  }

  @Test(
    "The command repeats what differs from the defaults",
    arguments: [
      ([], "swift run fig0-test"), (["--seed", "1", "--preset", "quick", "--threads", "2"], "swift run fig0-test"),
      (["--seed", "7", "--long-run"], "swift run fig0-test --long-run --seed 7"),
      (["--start-deviation", "0.03", "--output", "elsewhere"], "swift run fig0-test --start-deviation 0.03"),
      (["--note", "true"], "swift run fig0-test --note true"),
      (["--note", "it's a test"], "swift run fig0-test --note 'it'\\''s a test'"),
    ])
  func command(_ arguments: [String], _ command: String) throws {
    #expect(try Settings.parse(arguments).command == command)
  }
}
