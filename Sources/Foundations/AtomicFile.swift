import Foundation

/// Writing a file so that, whatever happens, either the old or the new contents stand there whole.
public enum AtomicFile {
  /// Writes to a temporary name beside the file, flushes it to the disk and renames it into place. Missing folders are
  /// made. With `keepingPrevious`, the file that stood there before stays as `<name>.previous`.
  ///
  /// - Throws: `FileError` naming the file and the system's reason (disk full, read-only folder, ...).
  public static func write(_ bytes: some Sequence<UInt8>, to path: String, keepingPrevious: Bool = false) throws {
    let url = URL(fileURLWithPath: path)
    let temporary = "\(path).\(getpid()).partial"
    do {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw failure(path, "its folder could not be made (\(error.localizedDescription))")
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw failure(path, reason(errno)) }
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
      throw failure(path, reason(problem))
    }
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

  private static func failure(_ path: String, _ found: String) -> FileError {
    FileError(
      path, expected: "to write it", found: found,
      remedy: "free some space, or choose another folder with --output")
  }
}
