import Foundations

/// Real data or the generated data that stands in for it.
struct StandIn<Data: HasProvenance> {
  var set: Catalogue
  /// What the generated data is called.
  var name: String
  var find: (DataFolders) throws -> Data?
  var generate: () -> Data

  /// What is found, else what can be fetched, else, if the choice allows it, what is generated.
  func load(_ choice: DatasetChoice, in folders: DataFolders, fetching fetcher: Fetcher?) throws -> Data {
    var reason = ""
    if choice != .generated {
      if let found = try find(folders) { return found }
      if let obstacle = set.obstacle(in: folders.paths) { fetcher?.announce("\(set.title): \(obstacle)") }
      if let fetcher {
        do {
          try fetcher.fetch(set, into: folders.download)
          if let fetched = try find(DataFolders(only: folders.download)) { return fetched }
        } catch  where choice == .auto && !(error is Interrupted) {
          fetcher.announce("\(error)")
          fetcher.announce("going on with \(name), which are not \(set.title)")
        }
      }
      if choice == .real { throw missing(in: folders) }
      reason = "; \(set.title) \(set.isPlural ? "were" : "was") not found"
    }
    var data = generate()
    data.provenance.note += reason
    return data
  }

  private func missing(in folders: DataFolders) -> FileError {
    let places =
      set.obstacle(in: folders.paths)
      ?? (folders.paths.isEmpty ? "no data folder" : "none in \(folders.paths.joined(separator: ", "))")
    let command = "swift run datasets fetch \(set.rawValue)"
    let remedy =
      set.isFetchable
      ? "fetch \(set.isPlural ? "them" : "it") with `\(command)`" : "bring your own with `\(command) --from DIR`"
    return FileError(
      set.examples[0], expected: "\(set.title) in a data folder", found: places,
      remedy: "\(remedy), or name the folder with --data")
  }
}

/// Data that says where it came from.
protocol HasProvenance {
  var provenance: Provenance { get set }
}

extension ImageDataset: HasProvenance {}
extension Pictures: HasProvenance {}
