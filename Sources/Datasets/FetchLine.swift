import Foundation
import Foundations
import Synchronization

/// What a command says: lines on standard output, complaints on standard error, and there a line of progress that is
/// drawn over in a terminal and left out elsewhere.
///
/// Everything is written at once, in the order in which it is said. Where that cannot be, the command goes on.
public final class FetchLine: Sendable {
  /// That of this process.
  public static let shared = FetchLine()

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let width = Mutex(0)
  private let hasLost = Atomic(false)

  private init() {}

  /// Shows how far things are.
  public func redraw(_ text: String) {
    guard isTerminal else { return }
    width.withLock { width in
      let blanks = String(repeating: " ", count: max(0, width - text.count))
      Self.write("\r\(text)\(blanks)", to: STDERR_FILENO)
      width = text.count
    }
  }

  /// Prints a line that stays, in place of the one that is drawn over. That it cannot be printed is said once.
  public func say(_ text: String) {
    do {
      try print(text)
    } catch {
      if !hasLost.exchange(true, ordering: .relaxed) { complain("warning: \(error)") }
    }
  }

  /// Prints a line (or several) that a command is of no use without.
  ///
  /// - Throws: `FileError` if it cannot be printed, unless nobody reads it any more.
  public func print(_ text: String) throws {
    clear()
    let problem = Self.write("\(text)\n", to: STDOUT_FILENO)
    guard problem == 0 || problem == EPIPE else {
      throw FileError(
        "standard output", expected: "to print to it", found: AtomicFile.reason(problem),
        remedy: "free some space, or print elsewhere")
    }
  }

  /// Puts a line on standard error, in place of the one that is drawn over.
  public func complain(_ text: String) {
    clear()
    Self.write("\(text)\n", to: STDERR_FILENO)
  }

  private func clear() {
    guard isTerminal else { return }
    redraw("")
    Self.write("\r", to: STDERR_FILENO)
  }

  /// - Returns: 0, or the system's reason where not all could be written.
  @discardableResult private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    Array(text.utf8).withUnsafeBytes { AtomicFile.writeAll($0, to: descriptor) }
  }
}
