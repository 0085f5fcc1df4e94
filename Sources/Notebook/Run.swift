import ArgumentParser
import Foundation
import Foundations

extension Notebook {
  /// Runs an experiment: reads its settings from the command line, gives the body a notebook, writes the report, and
  /// ends the process with 0 when it ran, 1 when it failed or, with `--strict`, a claim does not hold, 2 for a usage
  /// error, 3 for a file that is missing, damaged or cannot be written, 130 or 143 when a signal stopped it. Errors are
  /// printed as one line.
  ///
  /// ```swift
  /// Notebook.run(Settings.self) { notebook, settings in
  ///   //: ## Prose
  ///   notebook.print("…")
  /// }
  /// ```
  ///
  /// The body is a closure and not the top level of main.swift, because an error at the top level is a crash in Swift,
  /// and because locals may be used from worker threads where globals may not.
  public static func run<Settings: ExperimentSettings>(
    _: Settings.Type, source: String = #filePath, fileID: String = #fileID,
    _ experiment: (Notebook, Settings) throws -> Void
  ) -> Never {
    let started = ContinuousClock.now
    let settings: Settings
    do {
      settings = try Settings.parse()
    } catch {
      // Every rank finds the same mistake, and one of them says so.
      if !Ranks.world.isFirst { exit(Settings.exitCode(for: error).isSuccess ? 0 : 2) }
      Settings.exitForUsage(error)
    }
    let ranks = Ranks.world
    Interruption.watch()
    ResourceLimits.watch()
    do {
      try Ranks.requireSupport()
      let notebook = try Notebook(
        settings.reportName, options: settings.common, values: settings.values, command: settings.command,
        ranks: ranks, source: source, fileID: fileID, started: started)
      try experiment(notebook, settings)
      try notebook.finish()
      exit(settings.common.strict && !notebook.allHold ? 1 : 0)
    } catch {
      exit(reporting: error)
    }
  }
}

extension ParsableArguments {
  /// Prints the help asked for and ends with 0, or the mistake in one line and ends with 2.
  public static func exitForUsage(_ error: any Error) -> Never {
    if exitCode(for: error).isSuccess {
      writeAll(message(for: error) + "\n", to: STDOUT_FILENO)
      Foundation.exit(0)
    }
    var what = message(for: error).split(separator: "\n").joined(separator: " ")
    if what.hasSuffix(".") { what.removeLast() }
    let name = (self as? any ParsableCommand.Type).flatMap { $0.configuration.commandName }
    writeAll("error: \(what)\(name.map { "; see \($0) --help" } ?? "")\n", to: STDERR_FILENO)
    Foundation.exit(2)
  }
}

/// Prints an error as one line and ends the process with its exit code: that of a `SuiteError`, otherwise 1.
public func exit(reporting error: any Error) -> Never {
  let text = "\((error as? any SuiteError)?.description ?? describe(error))"
  let code = (error as? any SuiteError)?.exitCode ?? 1
  let isShared = error is RankError || (error as? Interrupted)?.isShared == true
  if isShared && !Ranks.mayWrite { exit(code) }
  writeAll("error: \(text.split(separator: "\n").joined(separator: " "))\n", to: STDERR_FILENO)
  // The other ranks would wait for this one for ever.
  if !isShared { Ranks.current.abort(code) }
  exit(code)
}

private func describe(_ error: any Error) -> String {
  type(of: error) is NSError.Type ? error.localizedDescription : String(describing: error)
}
