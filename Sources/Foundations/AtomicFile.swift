import Foundation

/// Writing a file so that, whatever happens, either the old or the new contents stand there whole.
public enum AtomicFile {
  /// Writes to a temporary name beside the file, flushes it to the disk and renames it into place. Missing folders are
  /// made. With `keepingPrevious`, the file that stood there before stays as `<name>.previous`.
  ///
  /// On later ranks of an MPI job nothing is written: rank 0 writes the same.
  ///
  /// - Throws: `FileError` naming the file and the system's reason (disk full, read-only folder, ...).
  public static func write(_ bytes: some Sequence<UInt8>, to path: String, keepingPrevious: Bool = false) throws {
    guard Ranks.mayWrite else { return }
    if isFolder(path) { throw failure(path, EISDIR) }
    let temporary = try writtenBeside(path, bytes)
    if keepingPrevious { keepPrevious(path) }
    try moveIntoPlace(temporary, path)
  }

  /// Gives what stands at a path its further name, under which it stays when the new contents take its place.
  private static func keepPrevious(_ path: String) {
    guard access(path, F_OK) == 0 else { return }
    let previous = path + ".previous"
    unlink(previous)
    // Where the file system has no hard links, nothing stands at the path until the new contents do.
    if link(path, previous) != 0 { _ = rename(path, previous) }
  }

  /// Makes sure, before any work is done, that a file can be written.
  ///
  /// - Throws: as `write` would.
  public static func probe(_ path: String) throws {
    guard Ranks.mayWrite else { return }
    // Beside a folder a file can be written, in its place none.
    if path.isEmpty { throw failure("\"\"", ENOENT) }
    if isFolder(path) { throw failure(path, EISDIR) }
    unlink(try writtenBeside(path, []))
  }

  /// Removes a file if there is one; a folder stays.
  public static func remove(_ path: String) {
    if Ranks.mayWrite { unlink(path) }
  }

  /// Moves all files of a folder to another one of the same disk, in the order of their names, each in place of what
  /// stood there; some of them last, in the order given. Folders in it that are not there yet go in one piece: a process that is killed leaves all or nothing.
  ///
  /// - Throws: `FileError` naming the file that could not be moved and the system's reason.
  public static func moveContents(of folder: String, to other: String, last: [String] = []) throws {
    let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let new = all.sorted().filter { name in
      !name.contains("/") && isFolder("\(folder)/\(name)")
        && !FileManager.default.fileExists(atPath: "\(other)/\(name)")
    }
    let files = all.filter { name in
      !isFolder("\(folder)/\(name)") && !new.contains { name.hasPrefix("\($0)/") }
    }
    let names = inOrder(files, last: last)
    // What cannot be replaced shows before anything is.
    try makeFolder(of: "\(other)/file")
    for name in names {
      try makeFolder(of: "\(other)/\(name)")
      if isFolder("\(other)/\(name)") { throw failure("\(other)/\(name)", EISDIR) }
    }
    for name in new {
      guard rename("\(folder)/\(name)", "\(other)/\(name)") == 0 else { throw failure("\(other)/\(name)", errno) }
    }
    for name in names { try moveIntoPlace("\(folder)/\(name)", "\(other)/\(name)") }
  }

  /// Names in their order, but for some that come last in the order given.
  package static func inOrder(_ names: [String], last: [String]) -> [String] {
    names.sorted().filter { !last.contains($0) } + last.filter(names.contains)
  }

  /// Writes and flushes a temporary file beside another, and gives its path.
  private static func writtenBeside(_ path: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let temporary = "\(path).\(getpid()).partial"
    try makeFolder(of: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw failure(path, errno) }
    var problem = ContiguousArray(bytes).withUnsafeBytes { writeAll($0, to: descriptor) }
    if problem == 0, fsync(descriptor) != 0 { problem = errno }
    close(descriptor)
    guard problem == 0 else {
      unlink(temporary)
      throw failure(path, problem)
    }
    return temporary
  }

  /// Writes all bytes to an open file; 0, or the system's reason if that does not work.
  package static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var offset = 0
    while offset < bytes.count {
      let written = Foundation.write(descriptor, bytes.baseAddress! + offset, min(bytes.count - offset, 1 << 30))
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      offset += written
    }
    return 0
  }

  private static func moveIntoPlace(_ temporary: String, _ path: String) throws {
    guard rename(temporary, path) != 0 else { return }
    let problem = errno
    unlink(temporary)
    throw failure(path, problem)
  }

  /// What the system calls an error.
  package static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

  /// Removes what processes that were killed while they wrote left in a folder, where no other process may be writing.
  ///
  /// - Parameter name: the beginning of the files' names.
  public static func removeLeftovers(in folder: String, of name: String = "") {
    guard Ranks.mayWrite else { return }
    for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where file.hasPrefix(name) && file.hasSuffix(".partial") { unlink("\(folder)/\(file)") }
  }

  /// Makes the folder that a file is to lie in.
  static func makeFolder(of path: String) throws {
    let code = make(folder: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    if code != 0 { throw failure(path, "its folder could not be made (\(reason(code)))", code) }
  }

  /// Makes a folder and those around it; 0 once it is there, or the system's reason if that does not work, which
  /// Foundation keeps to itself.
  package static func make(folder: String) -> Int32 {
    if isFolder(folder) { return 0 }
    if mkdir(folder, 0o777) == 0 { return 0 }
    let problem = errno
    // Another process may have been faster.
    if problem == EEXIST { return isFolder(folder) ? 0 : problem }
    let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    guard problem == ENOENT, parent != folder else { return problem }
    let outer = make(folder: parent)
    if outer != 0 { return outer }
    return mkdir(folder, 0o777) == 0 || isFolder(folder) ? 0 : errno
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// That a file could not be written, for the system's reason.
  static func failure(_ path: String, _ code: Int32) -> FileError { failure(path, reason(code), code) }

  private static func failure(_ path: String, _ found: String, _ code: Int32) -> FileError {
    FileError(
      path, expected: "to write it", found: found,
      remedy: "\(remedy(path, code)), or choose another folder (with --output for reports, with --data for data)")
  }

  /// What the user can do about a file that could not be written.
  package static func remedy(_ path: String, _ code: Int32) -> String {
    switch code {
    case EFBIG: "raise the limit (ulimit -f)"
    case EACCES, EPERM, EROFS: access(path, F_OK) == 0 ? "make it writable" : "make its folder writable"
    case ENAMETOOLONG: "choose a shorter name"
    case ENOTDIR, EEXIST, EISDIR, ELOOP: "move away what is there"
    case ENOENT: "make sure that its folder exists"
    case ENOSPC, EDQUOT: "free some space"
    case EMFILE, ENFILE: "raise the limit (ulimit -n)"
    default: "check the disk"
    }
  }
}
