import Foundation

/// Another program that is asked something, for a limited time: one that hangs, perhaps for want of memory, must not
/// hold up the one that asks.
package enum Command {
  /// What a command prints, without the last line break; nil where it is missing, fails or does not end in time.
  package static func output(of command: [String], within limit: Duration = .seconds(10)) -> String? {
    let deadline = ContinuousClock.now + limit
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    var data = Data()
    var hasEnded = false
    while let more = pipe.fileHandleForReading.read(until: deadline) {
      // Its output has ended, and it will in a moment. `waitUntilExit` knows no limit.
      if more.isEmpty {
        while process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.002) }
        hasEnded = true
        break
      }
      data += more
    }
    // Where one that it started holds its output open, it may have ended all the same.
    guard hasEnded, !process.isRunning else {
      if process.isRunning { process.kill() }
      return nil
    }
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}

extension FileHandle {
  /// The next bytes that come, as many as are there; empty at the end, nil where none came until the deadline.
  package func read(until deadline: ContinuousClock.Instant) -> Data? {
    var wanted = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return nil }
      let ready = poll(&wanted, 1, Int32(clamping: Int64(left / .milliseconds(1)) + 1))
      if ready > 0 { return availableData }
      if ready < 0, errno == EINTR { continue }
      return nil
    }
  }
}

extension Process {
  /// Ends it at once, with what it started where it leads a group of its own.
  package func kill() {
    let isLeader = getpgid(processIdentifier) == processIdentifier
    _ = Foundation.kill(isLeader ? -processIdentifier : processIdentifier, SIGKILL)
  }
}
