import Datasets
import Notebook

extension Notebook {
  /// Gets missing data on first use, after one line that says what and how large.
  ///
  /// Not where several ranks would fetch the same: there the data is fetched before, by `swift run datasets fetch`.
  public func fetcher() -> Fetcher? {
    guard workers.ranks.count == 1 else { return nil }
    let terminal = terminal
    return Fetcher(announce: { terminal.print($0) })
  }
}
