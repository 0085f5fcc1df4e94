import ArgumentParser
import Datasets
import Foundation
import Foundations
import Vectors

/// How much work an experiment does.
public enum Preset: String, ExpressibleByArgument, CaseIterable, Codable, Sendable {
  /// Seconds, for tests: every step is taken, no claim is expected to hold.
  case smoke
  /// Minutes: most of the claims are tested.
  case quick
  /// The paper's protocol at full length.
  case paper

  /// The value for this preset.
  public func choose<Value>(smoke: Value, quick: Value, paper: Value) -> Value {
    switch self {
    case .smoke: smoke
    case .quick: quick
    case .paper: paper
    }
  }
}

extension DatasetChoice: ExpressibleByArgument {}

/// The options that every experiment has.
public struct CommonOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "How much work to do: smoke takes seconds and only shows that everything runs; quick takes minutes and tests "
        + "most claims; paper is the paper's protocol at full length, and goes on where it was stopped."))
  public var preset: Preset = .quick

  @Option(
    parsing: .unconditional, help: "Where all random numbers come from: the same seed and settings give the same bytes."
  )
  public var seed: UInt64 = 1

  @Option(parsing: .unconditional, help: "Test problems averaged per curve; the preset chooses when it is left out.")
  public var trials: Int?

  @Option(help: ArgumentHelp("Folder with the datasets, before $L2L_DATA and Data.", valueName: "folder"))
  public var data: String?

  @Option(help: ArgumentHelp("Folder in which the report's own folder is made.", valueName: "folder"))
  public var output: String = "Reports"

  @Option(
    parsing: .unconditional,
    help: "Threads that work at once; all cores when it is left out. Results do not depend on it.")
  public var threads: Int?

  @Flag(
    help: ArgumentHelp(
      "Meta-train and tune anew, even where an optimizer or rates of these settings are already there; a run that was "
        + "stopped goes on with the same command."))
  public var retrain = false

  @Option(
    help: ArgumentHelp(
      "The data to use: real data or none, the stand-in that the project generates, or auto: the real data where it "
        + "can be had, otherwise the stand-in, clearly labelled.", valueName: "choice"))
  public var dataset: DatasetChoice = .auto

  @Flag(help: "Exit with 1 when a claim does not hold.")
  public var strict = false

  @Flag(help: "Print nothing but the verdicts and where the page is.")
  public var quiet = false

  public init() {}

  public mutating func validate() throws {
    (output, data) = (expandingTilde(output), data.map(expandingTilde))
    if let trials, !(1...1_000_000).contains(trials) {
      throw SettingError("--trials", value: trials, expected: "1 to 1000000")
    }
    if let threads, !(1...1024).contains(threads) {
      throw SettingError("--threads", value: threads, expected: "1 to 1024")
    }
    try SettingError.refuseEmpty("--output", output, expected: "a folder")
    try SettingError.refuseEmpty("--data", data, expected: "a folder")
    _ = try VectorLevel.wanted()
    try Duration.checkSeconds(named: "L2L_CHECKPOINT_SECONDS")
    try Duration.checkSeconds(named: "L2L_LOG_SECONDS")
  }

  /// The threads asked for, or one for each core.
  public var workers: Workers { threads.map { Workers($0) } ?? .all }
}
