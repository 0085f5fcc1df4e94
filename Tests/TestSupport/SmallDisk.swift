import Foundation

/// A small disk of its own, which goes away with its last reference.
public final class SmallDisk {
  /// Whether this process may mount one.
  public static let isPossible = (try? SmallDisk(kilobytes: 100)) != nil

  public let path: String
  private let folder: TemporaryFolder

  /// - Parameters:
  ///   - folder: where it is mounted, over what is there; a new one where nil.
  ///   - name: of its folder in that one.
  /// - Returns: nil where this process may not mount a disk.
  public init?(kilobytes: Int, in folder: TemporaryFolder? = nil, named name: String = "disk") throws {
    self.folder = try folder ?? TemporaryFolder()
    path = self.folder.path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard getuid() == 0, try Self.shell("mount -t tmpfs -o size=\(kilobytes)k tmpfs '\(path)'") == 0 else { return nil }
  }

  /// Fills it but for some kilobytes.
  public func fill(leaving kilobytes: Int) throws -> Int32 {
    try Self.shell(
      "free=$(df -k --output=avail '\(path)' | tail -n 1); "
        + "dd if=/dev/zero of='\(path)/filler' bs=1k count=$((free - \(kilobytes)))")
  }

  public func makeReadOnly() throws -> Int32 { try Self.shell("mount -o remount,ro '\(path)'") }

  deinit { _ = try? Self.shell("umount -l '\(path)'") }

  private static func shell(_ command: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
