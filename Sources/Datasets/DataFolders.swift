import Foundation
import Foundations

/// The folders in which data is looked for, first to last.
public struct DataFolders: Sendable, Equatable {
  /// Those of them that exist, as absolute paths.
  public let paths: [String]
  /// Where fetched data goes: Data/ beside the package if it stands there, else in the working directory.
  public let download: String

  /// `--data DIR`, the environment variable L2L_DATA, Data/ beside the package and in the working directory.
  ///
  /// - Throws: `SettingError` if a folder that the user named does not exist.
  public init(
    data: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    workingDirectory: String = FileManager.default.currentDirectoryPath
  ) throws {
    func absolute(_ path: String) -> String {
      let home = path == "~" || path.hasPrefix("~/") ? expandingTilde(path) : path
      return URL(fileURLWithPath: home, relativeTo: URL(fileURLWithPath: workingDirectory, isDirectory: true))
        .standardizedFileURL.path
    }
    func isFolder(_ path: String) -> Bool {
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
    var found: [String] = []
    for (setting, value) in [("--data", data), ("L2L_DATA", environment["L2L_DATA"])] {
      guard let value, !value.isEmpty else { continue }
      let path = absolute(value)
      guard isFolder(path) else { throw SettingError(setting, value: value, expected: "a folder that exists") }
      found.append(path)
    }
    let package = ProjectFolder.path(from: workingDirectory)
    let isCheckout = FileManager.default.fileExists(atPath: package + "/Package.swift")
    download = (isCheckout ? package : absolute(".")) + "/Data"
    for path in [download, absolute("Data")] where isFolder(path) && !found.contains(path) { found.append(path) }
    paths = found
  }

  /// Just one folder, which may be one that is yet to be made.
  package init(only folder: String) {
    paths = [folder]
    download = folder
  }

  /// The first folder that has all these files, and their paths; nil if none has.
  public func find(_ files: [String]) -> [String]? { find(anyOf: files.map { [$0] }) }

  /// The first of the folders that has one of these choices for each file: for `[["a", "a.gz"], ["b", "b.gz"]]` the
  /// paths of an a and a b.
  public func find(anyOf choices: [[String]]) -> [String]? {
    for folder in paths {
      let found = choices.compactMap { names in
        names.map { "\(folder)/\($0)" }.first(where: FileManager.default.fileExists(atPath:))
      }
      if found.count == choices.count { return found }
    }
    return nil
  }

  /// The folder that a file was found in.
  func folder(of path: String) -> String { paths.first { path.hasPrefix($0 + "/") } ?? "elsewhere" }

  /// The path of a file inside the data folder that it was found in.
  public func name(of path: String) -> String {
    for folder in paths where path.hasPrefix(folder + "/") { return String(path.dropFirst(folder.count + 1)) }
    return URL(fileURLWithPath: path).lastPathComponent
  }
}
