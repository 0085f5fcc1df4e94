import Foundation

/// The folder of this package, where its Data, Experiments and Reports are.
public enum ProjectFolder {
  /// That of the working directory.
  public static var path: String { path(from: FileManager.default.currentDirectoryPath) }

  /// A folder or one above it, where a Package.swift stands beside Data/paper; otherwise the folder that this source
  /// file was compiled in.
  public static func path(from start: String) -> String {
    var folder = URL(fileURLWithPath: start)
    while folder.path.count > 1 {
      let marks = ["Package.swift", "Data/paper/curves.json"].map { folder.appendingPathComponent($0).path }
      if marks.allSatisfy(FileManager.default.fileExists(atPath:)) { return folder.path }
      folder = folder.deletingLastPathComponent()
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }
}
