import Foundation
import Synchronization

/// Another process works on the same files.
public struct LockedError: SuiteError, Equatable {
  /// What is being worked on.
  public var file: String
  /// What is known of the other process: its number and command.
  public var holder: String

  public var exitCode: Int32 { 1 }

  public var description: String {
    "\(file.shown()): expected to be alone, found it in use by \(holder.shown()); wait for it to end, or, if this is a report, "
      + "choose another folder with --output"
  }
}

/// A lock on files that one process at a time may write.
///
/// The system holds it for the process and lets go of it however that ends: a lock is never stale. Where a file system
/// has no locks, a warning is all that there is.
public final class FileLock: Sendable {
  private let path: String
  private let descriptor: Int32

  /// - Parameters:
  ///   - path: the lock's own file, beside what it protects; it goes away with the lock.
  ///   - file: what is protected, for the error.
  ///   - waits: whether to wait for another process that has it.
  ///   - announce: is told once that it is waited for.
  /// - Throws: `LockedError` where another process has it, `FileError` where it cannot be written, `Interrupted` where
  ///   work was asked to stop while this waited.
  public init(_ path: String, protecting file: String, waits: Bool = false, announce: () -> Void = {}) throws {
    try AtomicFile.makeFolder(of: path)
    var descriptor: Int32
    repeat {
      descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw AtomicFile.failure(path, errno) }
      let problem = Self.take(descriptor, path, waits: waits, announce: announce)
      guard problem == 0 else {
        let holder = Self.holder(descriptor)
        close(descriptor)
        if waits { try Interruption.check() }
        throw problem == EWOULDBLOCK ? LockedError(file: file, holder: holder) : AtomicFile.failure(path, problem)
      }
    } while !Self.isNamed(path, descriptor)
    self.path = path
    self.descriptor = descriptor
    let text = "process \(getpid()) (\(CommandLine.arguments.joined(separator: " ")))"
    // Who holds it is for people to read: a disk that is full must not keep the lock from working.
    _ = ftruncate(descriptor, 0)
    _ = Array(text.utf8.prefix(500)).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  /// Takes the lock of an open file.
  ///
  /// - Parameters:
  ///   - path: the file's name, for the warning where its file system has no locks: then this goes on without.
  ///   - waits: whether to wait for another process that has it, until work is asked to stop.
  ///   - announce: is told once that it is waited for.
  /// - Returns: 0, or the system's reason where it was not to be had.
  package static func take(
    _ descriptor: Int32, _ path: String, waits: Bool, announce: () -> Void = {},
    lock: (Int32, Int32) -> Int32 = { flock($0, $1) }
  ) -> Int32 {
    var hasAnnounced = false
    // Asked for again and again: signals to stop do not end a call that waits.
    while lock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let problem = errno
      if [ENOSYS, EOPNOTSUPP, ENOTSUP, ENOLCK].contains(problem) {
        warnOnce(path, problem)
        return 0
      }
      guard problem == EINTR || problem == EWOULDBLOCK && waits, !Interruption.isAsked else { return problem }
      if problem == EWOULDBLOCK, !hasAnnounced {
        hasAnnounced = true
        announce()
      }
      usleep(50_000)
    }
    return 0
  }

  private static let hasWarned = Atomic(false)

  private static func warnOnce(_ path: String, _ problem: Int32) {
    guard !hasWarned.exchange(true, ordering: .relaxed) else { return }
    let text = "warning: \(path.shown()): no locks on this file system (\(AtomicFile.reason(problem))); "
    try? FileHandle.standardError.write(
      contentsOf: Data("\(text)see to it that no two processes write there at once\n".utf8))
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Whether an open file still has its name: whoever had the lock before may have removed it. If not, it is closed.
  private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var (mine, named) = (stat(), stat())
    if fstat(descriptor, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino { return true }
    close(descriptor)
    return false
  }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 500)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : "another process"
  }
}
