import Datasets
import Foundation
import Foundations

/// What run.json holds: everything needed to know what was run, on what, where, and to run it again.
public struct RunRecord: Codable, Sendable, Equatable {
  /// The version of this format; a report written by another one is shown as far as it can be read.
  public static let currentFormat = 1

  public var format = currentFormat
  public var experiment: String
  /// The command that repeats the run.
  public var command: String
  public var preset: String
  public var seed: UInt64
  /// Options of the command line and what the experiment derived from them.
  public var settings: [String: String]
  public var revision: Revision?
  public var machine: Machine
  public var threads: Int
  public var datasets: [Provenance]
  /// Where the run differs from the paper, and why.
  public var deviations: [Deviation]
  /// When the run ended, in UTC.
  public var date: String
  /// Seconds of each stage, in order.
  public var stages: [Stage]
  public var seconds: Double
  public var files: [String]
  /// A hash (FNV-1a) of each file that pages are made from; nil in records from before there were any.
  public var checksums: [String: String]?

  public struct Stage: Codable, Sendable, Equatable {
    public var name: String
    public var seconds: Double

    /// The stage from the beginning of the run until the data is there.
    public static let loading = "loading data"
  }
}

/// A difference from the paper and its reason, shown on the page.
public struct Deviation: Codable, Sendable, Equatable {
  public var what: String
  public var reason: String

  public init(_ what: String, because reason: String) {
    self.what = what
    self.reason = reason
  }
}

/// The revision of the source that a run was made with.
public struct Revision: Codable, Sendable, Equatable {
  public var commit: String
  /// Whether source and committed data were exactly those of the commit; reports, trained optimizers
  /// and rates that were tried are not looked at.
  public var clean: Bool

  /// For the records of what is kept: "2c6f8c7…", with "+" where the source was another than the commit's.
  public var text: String { commit + (clean ? "" : "+") }

  /// The revision of the working copy around a file; nil where there is none, or no git.
  ///
  /// - Parameter output: a folder for reports, which is not looked at either.
  public static func around(_ file: String, output: String = "Reports") -> Revision? {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder),
      let commit = Command.output(of: ["git", "-C", folder, "rev-parse", "HEAD"]), commit.count >= 40,
      let top = Command.output(of: ["git", "-C", folder, "rev-parse", "--show-toplevel"]),
      let changes = Command.output(
        of: [
          "git", "--no-optional-locks", "-C", top, "status", "--porcelain", "--", ".", ":(exclude)Reports",
          ":(exclude)Data/optimizers", ":(exclude)Data/rates",
        ] + inside(top, output))
    else { return nil }
    return Revision(commit: commit, clean: changes.isEmpty)
  }

  /// A folder as an exclusion for git, where it lies in the working copy.
  private static func inside(_ top: String, _ folder: String) -> [String] {
    func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    let (top, folder) = (resolved(top) + "/", resolved(folder))
    return folder.hasPrefix(top) ? [":(exclude,literal)\(folder.dropFirst(top.count))"] : []
  }
}

/// The machine and compiler of a run.
public struct Machine: Codable, Sendable, Equatable {
  public var processor: String
  public var cores: Int
  public var system: String
  public var toolchain: String
  /// "debug" or "release", of the executable; the libraries are optimised in both.
  public var build: String

  static func current() -> Machine {
    #if DEBUG
      let build = "debug"
    #else
      let build = "release"
    #endif
    return Machine(
      processor: processorName(), cores: ProcessInfo.processInfo.activeProcessorCount,
      system: ProcessInfo.processInfo.operatingSystemVersionString,
      toolchain: Command.output(of: ["swift", "--version"])?.split(separator: "\n").first.map(String.init) ?? "Swift",
      build: build)
  }

  private static func processorName() -> String {
    #if canImport(Darwin)
      return Command.output(of: ["sysctl", "-n", "machdep.cpu.brand_string"]) ?? "unknown"
    #else
      let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
      let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
      if let name { return name.trimmingCharacters(in: .whitespaces) }
      // That file names no models on arm64.
      let others = Command.output(of: ["lscpu"])?.split(separator: "\n") ?? []
      let other = others.first { $0.hasPrefix("Model name:") }?.split(separator: ":").last
      return other.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    #endif
  }
}
