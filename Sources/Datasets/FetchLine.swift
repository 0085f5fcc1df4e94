import Foundation
import Synchronization

/// A line of progress that is drawn over in a terminal and left out elsewhere.
public final class FetchLine: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let width = Mutex(0)

  public init() {}

  /// Shows how far things are.
  public func redraw(_ text: String) {
    guard isTerminal else { return }
    width.withLock { width in
      let blanks = String(repeating: " ", count: max(0, width - text.count))
      FileHandle.standardError.write(Data("\r\(text)\(blanks)".utf8))
      width = text.count
    }
  }

  /// Prints a line that stays, in place of the one that is drawn over.
  public func say(_ text: String) {
    redraw("")
    if isTerminal { FileHandle.standardError.write(Data("\r".utf8)) }
    print(text)
  }
}
