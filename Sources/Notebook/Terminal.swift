import Foundation
import Foundations
import Synchronization

/// What the user sees while an experiment runs: lines on standard output, and one line of progress on standard error
/// that is redrawn in place where that is a terminal.
public final class Terminal: Sendable {
  /// Whether progress can be redrawn in place.
  let redraws: Bool
  let colours: Bool
  let quiet: Bool
  /// Whether another rank of the job shows the same.
  private let silent: Bool
  private let status = Mutex("")
  private let hasLost = Mutex(false)

  public init(
    quiet: Bool = false, silent: Bool = false, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let capable = environment["TERM"] != "dumb"
    redraws = isatty(STDERR_FILENO) == 1 && capable
    colours = isatty(STDOUT_FILENO) == 1 && capable && (environment["NO_COLOR"] ?? "").isEmpty
    self.quiet = quiet || silent
    self.silent = silent
  }

  /// Prints a line (or several), above the line of progress. With `always`, even when quiet.
  public func print(_ text: String, always: Bool = false) {
    guard !quiet || always, !silent else { return }
    let problem = aboveStatus { writeAll(text + "\n", to: STDOUT_FILENO) }
    if problem != 0 { warnOnce(problem) }
  }

  /// Takes the line of progress away while something is written.
  private func aboveStatus<Result>(_ write: () -> Result) -> Result {
    status.withLock { status in
      if !status.isEmpty { writeAll("\r\u{1B}[K", to: STDERR_FILENO) }
      defer { if !status.isEmpty { writeAll(status, to: STDERR_FILENO) } }
      return write()
    }
  }

  /// Says that what is printed is lost, unless nobody reads it any more.
  private func warnOnce(_ problem: Int32) {
    let isFirst = hasLost.withLock { lost in
      defer { lost = true }
      return !lost
    }
    guard isFirst, problem != EPIPE else { return }
    warn("standard output: \(String(cString: strerror(problem))); what is printed is lost, the report is not")
  }

  /// Prints a table as wide as the terminal.
  public func print(_ table: TextTable) { print(table.text(width: Terminal.width(of: STDOUT_FILENO)), always: true) }

  /// Prints a warning on standard error, also when quiet.
  public func warn(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if !silent { _ = aboveStatus { writeAll("warning: \(line)\n", to: STDERR_FILENO) } }
  }

  /// Redraws the line of progress; an empty one takes it away. Only where `redraws`.
  func show(status text: String) {
    guard redraws, !quiet else { return }
    status.withLock { status in
      status = fitted(text, to: Terminal.width(of: STDERR_FILENO) - 1)
      writeAll("\r\u{1B}[K" + status, to: STDERR_FILENO)
    }
  }

  /// Shows a line of progress: redrawn in place, or logged where that cannot be.
  func progress(_ text: String) {
    if redraws { return show(status: text) }
    guard !quiet else { return }
    writeAll(text + "\n", to: STDERR_FILENO)
  }

  /// The text in green or red where colours are wanted.
  func coloured(_ text: String, good: Bool) -> String {
    colours ? "\u{1B}[\(good ? 32 : 31)m\(text)\u{1B}[0m" : text
  }

  /// Columns of a terminal; of a pipe $COLUMNS, or 100.
  static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }.map { max(20, $0) } ?? 100
  }
}

/// The text cut to a width, with an ellipsis where something is missing.
func fitted(_ text: String, to width: Int) -> String {
  text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
}

/// Writes all of a text.
///
/// - Returns: 0, or errno where not all could be written.
@discardableResult func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
  Array(text.utf8).withUnsafeBytes { AtomicFile.writeAll($0, to: descriptor) }
}

/// Opens a file in the user's browser, as well as that goes.
public func openInBrowser(_ path: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  #if canImport(Darwin)
    process.arguments = ["open", path]
  #else
    process.arguments = ["xdg-open", path]
  #endif
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  // Not waited for: it may be the browser itself.
  try? process.run()
}
