import Foundation
import Foundations

/// What of a data set is there: a row of `swift run datasets`.
public struct Holding: Sendable {
  public enum State: Sendable, Equatable {
    case missing
    /// The published contents, by their sums.
    case verified
    /// Readable, but not known by its sums.
    case unknown
    case damaged(FileError)
  }

  public var set: Catalogue
  /// The data folder that it was found in.
  public var folder: String?
  public var files: [String]
  /// Bytes of all its files.
  public var bytes: Int
  public var state: State

  /// Looks for a set and checks what it finds, reading all of it.
  public init(_ set: Catalogue, in folders: DataFolders) {
    self.set = set
    files = []
    bytes = 0
    state = .missing
    for candidate in folders.paths {
      guard let found = set.files(in: candidate) else { continue }
      folder = candidate
      files = found
      bytes = found.reduce(0) { $0 + ((try? FileSource("\(candidate)/\($1)").mostLeft) ?? 0) }
      do {
        state = try Self.isVerified(set, DataFolders(only: candidate)) ? .verified : .unknown
      } catch let error as FileError {
        state = .damaged(error)
      } catch {
        state = .damaged(
          FileError(candidate, expected: set.title, found: "\(error)", remedy: "fetch it again"))
      }
      return
    }
  }

  private static func isVerified(_ set: Catalogue, _ folders: DataFolders) throws -> Bool {
    switch set {
    case .mnist: try MNIST.load(in: folders)?.provenance.isVerified == true
    case .cifar10: try CIFAR10.check(in: folders)?.isVerified == true
    case .vgg19: try VGGWeights.load(in: folders)?.provenance.isVerified == true
    case .photos, .paintings: try Pictures.isVerified(set, in: folders)
    }
  }

  /// Why this is read before what is copied into another folder; nil if it lies in that one, or is missing.
  public func precedence(over other: String) -> FileError? {
    func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    guard let folder, resolved(folder) != resolved(other) else { return nil }
    return FileError(
      folder, expected: "no \(set.title) to be read before that in \(other)", found: "some, named by L2L_DATA",
      remedy: "unset L2L_DATA, or copy into its folder with --data")
  }

  /// Why this is read in place of files that were fetched into a folder; nil if those are read, alone or beside others.
  public func shadow(of fetched: [String], in folder: String) -> FileError? {
    switch state {
    case .missing, .verified: return nil
    case .damaged(var error):
      error.remedy = "remove it: what was fetched into \(folder) is complete, but this is read first"
      return error
    case .unknown:
      guard var error = precedence(over: folder) else { return set.shadow(of: fetched, in: folder, "fetched") }
      error.remedy = "unset L2L_DATA, or take it out of there: what was fetched into \(folder) is complete"
      return error
    }
  }

  /// "present and verified", "missing", ...
  public var verdict: String {
    switch state {
    case .missing: "missing"
    case .verified: "present and verified"
    case .unknown: "present, not known by its sums"
    case .damaged(let error): "damaged: \(error)"
    }
  }

  /// The table of all sets, as lines of text.
  public static func table(_ holdings: [Holding], in folders: DataFolders) -> String {
    var rows = [["set", "state", "files", "size", "where"]]
    for holding in holdings {
      let size =
        holding.folder == nil ? holding.set.downloadSize.map { "\(megabytes($0)) to fetch" } : megabytes(holding.bytes)
      let state = if case .damaged = holding.state { "damaged" } else { holding.verdict }
      rows.append([
        holding.set.rawValue, state, holding.files.isEmpty ? "" : "\(holding.files.count)", size ?? "",
        holding.folder ?? "",
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      return String(cells.reversed().drop { $0 == " " }.reversed())
    }
    lines.append("")
    for holding in holdings { if case .damaged(let error) = holding.state { lines += ["\(error)", ""] } }
    for set in holdings.map(\.set) {
      lines.append("\(set.rawValue): \(set.title). Licence: \(set.licence). Cite: \(set.citation).")
    }
    let places = folders.paths.isEmpty ? "no folder" : folders.paths.joined(separator: ", ")
    lines += ["", "Looked in \(places). Fetched data goes to \(folders.download)."]
    return lines.joined(separator: "\n")
  }
}
