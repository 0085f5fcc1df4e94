import Datasets
import Foundation
import Foundations
import MetaTraining
import Tables

/// The notebook of one run of an experiment: takes text, tables, figures, curves and claims while it runs, and leaves
/// them as the report in `Reports/<experiment>/` when it ends.
///
/// Nothing is written before `finish()`: a run that fails or is stopped leaves an earlier report as it was. What is
/// shown belongs to the cell of main.swift whose line showed it; what library code shows on behalf of main.swift
/// belongs to the cell that showed something last.
///
/// ```swift
/// //: # Figure 4, centre: a learned optimizer on MNIST
/// //: One sentence or two that say what is shown, with formulas such as $\theta_t$.
/// Notebook.run(Settings.self) { notebook, settings in
///   //: ## Comparison
///   notebook.record(digits.provenance)
///   let progress = notebook.progress("Evaluation", of: trials, unit: "problems")
///   …  // progress.advance() from any thread
///   progress.finish()
///   notebook.write(curves)  // [LossCurves]; [TuningRow] and [TrainingRow] go the same way
///   notebook.show(LossFigure([.init("MNIST", horizon: 100)]), named: "losses", alt: "Loss over 100 steps")
///   notebook.deviates("Rate by cosine decay", because: "it needs a third of the episodes")
///   //: ## Claims
///   notebook.check(
///     Claim(
///       "The LSTM ends below every baseline", paper: "“by a significant margin” (§3.2)",
///       quantity: "its loss less that of the best baseline (nats)", ours: difference, interval: Interval(low, high),
///       reproduced: high < 0))
/// }
/// ```
public final class Notebook {
  /// The experiment's name: "fig3-mnist".
  public let name: String
  public let options: CommonOptions
  public let terminal: Terminal
  /// Where the report goes.
  public let folder: String
  /// All randomness of the experiment comes from here: take a named stream for each purpose.
  public let random: RandomStream

  var outputs: [CellOutput] = []
  public internal(set) var claims: [Claim] = []
  /// What goes to curves.csv, and the means of all steps.
  var curves: [(part: LossCurves, summary: LossSummary)] = []
  var tuningRows: [TuningRow] = []
  var trainingRows: [(optimizer: String, row: TrainingRow)] = []
  var datasets: [Provenance] = []
  var deviations: [Deviation] = []
  var settings: [String: String]
  /// The command that repeats the run.
  let command: String
  /// Figures and other files by name, in the order they were made.
  var files: [(name: String, bytes: [UInt8])] = []
  let stages = StageTimes()
  /// The experiment's main.swift when the run began, as the revision is: it may be edited while the run goes on. Nil
  /// where there is none.
  let source: [UInt8]?
  /// The processes that make this run together.
  let ranks: Ranks
  private let fileID: String
  let started: ContinuousClock.Instant
  /// Of the source, when the run began.
  public let revision: Revision?
  /// No other process writes to the same folder until the report is there.
  private var lock: FileLock?
  /// Files in `work` that this run made or used.
  var keptParts: [String] = []
  private var currentLine = 0

  /// Makes sure that the report can be written, before any work is done.
  ///
  /// - Parameters:
  ///   - values: the settings by name, for the record.
  ///   - command: the command that repeats the run.
  /// - Throws: `FileError` if the folder cannot be written, `LockedError` if another run is writing there.
  public init(
    _ name: String, options: CommonOptions, values: [String: String] = [:], command: String? = nil,
    ranks: Ranks = .alone, source: String = #filePath, fileID: String = #fileID,
    started: ContinuousClock.Instant = .now
  ) throws {
    self.ranks = ranks
    self.name = name
    self.options = options
    self.fileID = fileID
    self.started = started
    revision = Revision.around(source, output: options.output)
    self.source = (try? String(contentsOfFile: source, encoding: .utf8)).map { Array($0.utf8) }
    self.command = command ?? "swift run \(name)"
    // Where files lie and how much is printed are no settings of the result.
    settings = values.filter { !["data", "output", "quiet", "strict"].contains($0.key) }
    terminal = Terminal(quiet: options.quiet, silent: !Ranks.mayWrite)
    folder = "\(options.output)/\(name)"
    random = RandomStream(seed: options.seed)
    try ReportWriter.requireOwnOverview(in: options.output)
    try AtomicFile.probe("\(folder)/.writable")
    if Ranks.mayWrite { lock = try FileLock("\(folder)/.lock", protecting: folder) }
  }

  /// The threads to work with, on all ranks of the job.
  public var workers: Workers { Workers(options.workers.count, over: ranks) }

  /// Whether all claims that were checked hold, the paper's and our own.
  public var allHold: Bool { claims.allSatisfy(\.reproduced) }

  /// Remembers which line of main.swift is at work: what library code shows on its behalf belongs to that line's cell.
  func notice(line: Int, fileID: String) {
    if fileID == self.fileID { currentLine = line }
  }

  func attach(_ content: CellOutput.Content, line: Int, fileID: String) {
    notice(line: line, fileID: fileID)
    outputs.append(CellOutput(line: currentLine, content: content))
  }

  /// Writes everything that belongs to the report, prints the verdicts and says where the page is.
  func finish() throws {
    guard ranks.isFirst else { return }
    try writeReport(seconds: started.duration(to: .now) / .seconds(1))
    removeKeptParts()
    lock = nil
    printVerdicts()
  }

  private func printVerdicts() {
    if !claims.isEmpty {
      var table = TextTable(["", "claim", "ours", "95 % interval", "paper"])
      for claim in claims {
        table.append([
          claim.reproduced ? "holds" : "FAILS", claim.statement, shortNumber(claim.ours),
          claim.interval.map { "\($0.text)" } ?? "", claim.paper,
        ])
      }
      let lines = table.text(width: Terminal.width(of: STDOUT_FILENO)).split(
        separator: "\n", omittingEmptySubsequences: false)
      let text = lines.map { line -> String in
        for (word, good) in [("holds", true), ("FAILS", false)] where line.hasPrefix(word) {
          return terminal.coloured(word, good: good) + line.dropFirst(word.count)
        }
        return String(line)
      }
      terminal.print("\n" + text.joined(separator: "\n"), always: true)
      let counted = claims.filter { $0.origin == .paper }
      if !counted.isEmpty {
        terminal.print(
          "\nClaims of the paper reproduced: \(counted.count { $0.reproduced }) of \(counted.count)", always: true)
      }
    }
    for dataset in datasets where dataset.isGenerated {
      terminal.print("Note: this run used \(dataset.name), not the real data.", always: true)
    }
    for dataset in datasets where dataset.isForeign {
      terminal.print("Note: this run used \(dataset.note).", always: true)
    }
    terminal.print("Page: \(folder)/index.html", always: true)
  }
}
