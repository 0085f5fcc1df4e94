import Datasets
import Notebook

extension Notebook {
  /// Gets missing data on first use, after one line that says what and how large.
  public func fetcher() -> Fetcher {
    let terminal = terminal
    return Fetcher(announce: { terminal.print($0) })
  }
}
