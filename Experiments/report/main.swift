// Pages and overview from what the experiments left in Reports; with --run, the experiments first.
import ArgumentParser
import Foundation
import Foundations
import Notebook

struct Settings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Rebuilds the pages of all experiments and the overview, or runs the experiments first.",
    discussion: """
      Without --run nothing is trained: pages, pictures and notebooks are made from the CSV and JSON files in the \
      reports' folder, in seconds. With --run the experiments named, or all of them, are run first, in order; one that \
      fails does not stop the others. The other options are handed on to the experiments.
      """)

  @Flag(help: "Run experiments first: those named, or all.") var run = false
  @Flag(help: "List the experiments with what they show and when they were last run.") var list = false
  @Flag(help: "Open the overview in a browser at the end.") var open = false
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Experiments to run, such as fig3-mnist.", valueName: "name")) var names: [String] = []

  func validate() throws {
    if list, run { throw ValidationError("--list and --run exclude each other") }
    if !names.isEmpty, !run {
      throw SettingError(
        "name", value: names[0], expected: "names only after --run, since all pages are rebuilt anyway")
    }
  }
}

let settings: Settings
do { settings = try Settings.parse() } catch { Settings.exitForUsage(error) }

ResourceLimits.watch()
do {
  let output = settings.common.output
  let terminal = Terminal(quiet: settings.common.quiet)
  let experiments = try ExperimentListing.named(settings.names)
  if settings.list {
    terminal.print(ExperimentListing.table(experiments, output: output))
    exit(0)
  }
  guard settings.run || !ReportWriter.names(in: output).isEmpty else {
    throw FileError(
      output, expected: "reports of experiments", found: "none",
      remedy: "name the folder that has them with --output, or run experiments first with --run")
  }
  let outcomes = settings.run ? try ExperimentRunner(options: settings.common, terminal: terminal).run(experiments) : []
  let result = try ReportWriter.rebuild(output, workers: settings.common.workers)
  terminal.print("Pages rebuilt: \(result.pages)")
  for warning in result.warnings { terminal.warn(warning) }
  for outcome in outcomes where outcome.failed {
    terminal.warn("\(outcome.name) failed: \(outcome.complaint ?? "no word")")
  }
  terminal.print("Claims of the paper reproduced: \(result.reproduced) of \(result.counted)", always: true)
  terminal.print("Overview: \(output)/index.html", always: true)
  if settings.open { openInBrowser("\(output)/index.html") }
  let isShort = settings.common.strict && !result.allHold
  exit(outcomes.contains(where: \.failed) || isShort ? 1 : 0)
} catch {
  exit(reporting: error)
}
