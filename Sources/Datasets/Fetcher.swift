import Foundation
import Foundations

/// Brings data sets into a data folder, from the network or from another folder, and says what it does.
public struct Fetcher: Sendable {
  /// Is told, a line at a time, what happens.
  public var announce: @Sendable (String) -> Void
  /// Is told how far a file has come, some times a second, and when it is there, with all of its total received.
  public var progress: @Sendable (Progress) -> Void
  /// Seconds that connecting may take over all mirrors of a file. Whoever asked for the data waits longer than an
  /// experiment that can go on without.
  public var patience: Double

  /// How far a file has come.
  public struct Progress: Sendable, Equatable {
    public var file: String
    public var received: Int
    public var total: Int?
    /// Bytes a second since the transfer began; 0 when it just began.
    public var speed: Double

    /// One line: `train-images-idx3-ubyte.gz  45 % of 9.9 MB, 3.1 MB/s, 2 s left`.
    public var line: String {
      guard let total, total > 0 else { return "\(file)  \(megabytes(received)), \(megabytes(Int(speed)))/s" }
      let left = speed > 0 ? ", \(Int((Double(total - received) / speed).rounded(.up))) s left" : ""
      return "\(file)  \(100 * received / total) % of \(megabytes(total)), \(megabytes(Int(speed)))/s\(left)"
    }
  }

  public init(
    patience: Double = 4.5, announce: @escaping @Sendable (String) -> Void,
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) {
    self.patience = patience
    self.announce = announce
    self.progress = progress
  }

  /// Fetches a set from the network into a data folder.
  ///
  /// - Returns: the paths of its files in that folder. Others may be read in their place: `Holding` knows.
  /// - Throws: `NoNetwork`, or `FileError` if no mirror has it or it cannot be written.
  @discardableResult
  public func fetch(_ set: Catalogue, into folder: String) throws -> [String] {
    try fetch(set, set.remotes, into: folder)
  }

  /// - Parameter lists: of remote files; if one of them cannot be had, those of the next list instead.
  @discardableResult
  func fetch(_ set: Catalogue, _ lists: [[Catalogue.Remote]], into folder: String) throws -> [String] {
    let isNewFolder = !FileManager.default.fileExists(atPath: folder)
    do {
      return try bring(set, lists, into: folder)
    } catch {
      // A set's lock is the first thing in it. Fails, as it should, where something lies there.
      if isNewFolder { rmdir(folder) }
      throw error
    }
  }

  private func bring(_ set: Catalogue, _ lists: [[Catalogue.Remote]], into folder: String) throws -> [String] {
    let size = set.downloadSize.map { " (\(megabytes($0)))" } ?? ""
    announce("\(set.title): fetching\(size) into \(folder)")
    // Files of which some would pass for all go into place together, brought by one process.
    let lock = try set.passesInPart && !lists.isEmpty ? self.lock(set, in: folder) : nil
    defer { withExtendedLifetime(lock) {} }
    // Another one may have brought them while this one waited.
    if lock != nil, let there = lists.first(where: { $0.allSatisfy { $0.isThere(in: folder) } }) {
      return there.map(\.path)
    }
    var failure: (any Error)?
    for remotes in lists {
      do {
        let staged = set.passesInPart ? "\(folder)/.\(set.rawValue).partial" : folder
        for remote in remotes { try fetch(remote, into: staged, patience: patience / Double(lists.count)) }
        if set.passesInPart {
          try AtomicFile.moveContents(of: staged, to: folder)
          try? FileManager.default.removeItem(atPath: staged)
        }
        return remotes.map(\.path)
      } catch let error as Interrupted {
        throw error
      } catch {
        failure = failure ?? error
        if remotes.count > 0, lists.count > 1 { announce("\(error)") }
      }
    }
    throw failure
      ?? FileError(
        "\(folder)/\(set.rawValue)", expected: "\(set.title) to fetch", found: "no public source of them",
        remedy: "copy PNG files into this folder, or use `swift run datasets fetch \(set.rawValue) --from DIR`")
  }

  /// Keeps other processes from bringing the same set, which lies beside its place until it is whole.
  private func lock(_ set: Catalogue, in folder: String) throws -> FileLock {
    try FileLock("\(folder)/.\(set.rawValue).lock", protecting: set.title, waits: true) {
      announce("\(set.title): another process is bringing the same files: waiting for it")
    }
  }

  private func fetch(_ remote: Catalogue.Remote, into folder: String, patience: Double) throws {
    let name = URL(fileURLWithPath: remote.path).lastPathComponent
    let start = ContinuousClock.now
    var told = start
    var first: Int?
    var latest: Int?
    func tell(_ received: Int, of total: Int?, at now: ContinuousClock.Instant) {
      let seconds = (now - start) / .seconds(1)
      let speed = seconds > 0 ? Double(received - (first ?? received)) / seconds : 0
      progress(Progress(file: name, received: received, total: total, speed: speed))
    }
    try Download(
      path: "\(folder)/\(remote.path)", mirrors: remote.mirrors, size: remote.size, limit: remote.limit,
      isRight: remote.isRight, patience: patience, announce: announce
    ).run { received in
      first = first ?? received
      latest = received
      let now = ContinuousClock.now
      guard now - told > .milliseconds(100) else { return }
      told = now
      tell(received, of: remote.size, at: now)
    }
    if let latest { tell(latest, of: latest, at: .now) }
  }

  /// Copies a set from another folder: one laid out as a data folder, or one that holds the set's files themselves.
  ///
  /// - Throws: `FileError` if they are not there, are damaged, or cannot be written; what the folder had stays then.
  ///   And if the folder has files of the set that are read in place of those that were copied, or damaged pictures
  ///   beside them.
  public func copy(_ set: Catalogue, from source: String, into folder: String) throws {
    guard let (root, files) = set.place(in: source) else {
      throw FileError(
        source, expected: "\(set.title), such as \(set.examples[0])",
        found: set.obstacle(in: [source]) ?? "none there",
        remedy: "name the folder that has \(set.examples.joined(separator: " or "))")
    }
    if case .damaged(let error) = Holding(set, in: DataFolders(only: root)).state { throw error }
    announce("\(set.title): copying \(files.count) \(files.count == 1 ? "file" : "files") from \(root) into \(folder)")
    let lock = try self.lock(set, in: folder)
    defer { withExtendedLifetime(lock) {} }
    // All of them beside their place first: of two sets of one layout half of each would pass for a whole one.
    let staged = "\(folder)/.\(set.rawValue).partial"
    try? FileManager.default.removeItem(atPath: staged)
    defer { try? FileManager.default.removeItem(atPath: staged) }
    do {
      for file in files {
        let bytes = try FileSource("\(root)/\(file)").read(upTo: 2 << 30)
        try AtomicFile.write(bytes, to: "\(staged)/\(file)")
      }
      if case .damaged(let error) = Holding(set, in: DataFolders(only: staged)).state { throw error }
      try AtomicFile.moveContents(of: staged, to: folder)
    } catch var error as FileError {
      error.file = error.file.replacingOccurrences(of: staged, with: folder)
      throw error
    }
    if let error = set.shadow(of: files, in: folder, "copied") { throw error }
    let there = Holding(set, in: DataFolders(only: folder))
    if case .damaged(let error) = there.state { throw error }
    announce("\(set.title): \(there.verdict)")
  }
}

/// "9.9 MB", "28.9 KB".
func megabytes(_ bytes: Int) -> String {
  func rounded(_ value: Double, _ unit: String) -> String {
    let tenths = Int((value * 10).rounded())
    return value < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
  }
  if bytes >= 1_000_000_000 { return rounded(Double(bytes) / 1e9, "GB") }
  return bytes >= 1_000_000 ? rounded(Double(bytes) / 1e6, "MB") : rounded(Double(bytes) / 1e3, "KB")
}
