import Datasets
import Foundation
import Foundations
import Synchronization

extension Notebook {
  /// Gets missing data on first use, after one line that says what and how large, and shows how far it has come.
  ///
  /// Not where several ranks would fetch the same: there the data is fetched before, by `swift run datasets fetch`.
  public func fetcher() -> Fetcher? {
    guard workers.ranks.count == 1 else { return nil }
    let terminal = terminal
    let line = DownloadLine(redraws: terminal.redraws)
    return Fetcher(
      announce: {
        // A transfer that failed leaves its line behind.
        terminal.show(status: "")
        terminal.print($0)
      },
      progress: { line.text($0, at: .now).map(terminal.progress) })
  }
}

/// What is shown of a download: all that is told where it can be redrawn, elsewhere a line now and then.
final class DownloadLine: Sendable {
  private let redraws: Bool
  private let interval: Duration
  private let shown: Mutex<ContinuousClock.Instant>

  init(redraws: Bool, interval: Duration? = nil, at now: ContinuousClock.Instant = .now) {
    self.redraws = redraws
    self.interval = interval ?? ProgressLine.logInterval
    shown = Mutex(now)
  }

  /// The line to show now; nil for none, an empty one to take it away when a file is there.
  func text(_ progress: Fetcher.Progress, at now: ContinuousClock.Instant) -> String? {
    let isThere = progress.received == progress.total
    if redraws { return isThere ? "" : progress.line }
    return shown.withLock { shown in
      guard !isThere, shown.duration(to: now) >= interval else { return nil }
      shown = now
      return progress.line
    }
  }
}
