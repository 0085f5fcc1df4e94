import Foundation

/// Writing a file so that, whatever happens, either the old or the new contents stand there whole.
public enum AtomicFile {
  /// Writes to a temporary name beside the file, flushes it to the disk and renames it into place. Missing folders are
  /// made. With `keepingPrevious`, the file that stood there before stays as `<name>.previous`.
  ///
  /// - Throws: `FileError` naming the file and the system's reason (disk full, read-only folder, ...).
  public static func write(_ bytes: some Sequence<UInt8>, to path: String, keepingPrevious: Bool = false) throws {
    let temporary = "\(path).\(getpid()).partial"
    try makeFolder(of: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw failure(path, errno) }
    var problem: Int32 = 0
    let whole: Void? = ContiguousArray(bytes).withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let written = Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        if written < 0 {
          if errno == EINTR { continue }
          problem = errno
          return nil
        }
        offset += written
      }
      return ()
    }
    if whole != nil, fsync(descriptor) != 0 { problem = errno }
    close(descriptor)
    if problem == 0, keepingPrevious {
      _ = rename(path, path + ".previous")
    }
    if problem == 0, rename(temporary, path) != 0 { problem = errno }
    if problem != 0 {
      unlink(temporary)
      throw failure(path, problem)
    }
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

  /// Removes what processes that were killed while they wrote left in a folder, where no other process may be writing.
  ///
  /// - Parameter name: the beginning of the files' names.
  public static func removeLeftovers(in folder: String, of name: String = "") {
    for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where file.hasPrefix(name) && file.hasSuffix(".partial") { unlink("\(folder)/\(file)") }
  }

  /// Makes the folder that a file is to lie in.
  static func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw failure(path, "its folder could not be made (\(error.localizedDescription))")
    }
  }

  /// That a file could not be written, for the system's reason.
  static func failure(_ path: String, _ code: Int32) -> FileError { failure(path, reason(code)) }

  private static func failure(_ path: String, _ found: String) -> FileError {
    FileError(
      path, expected: "to write it", found: found,
      remedy: "free some space, or choose another folder with --output")
  }
}
