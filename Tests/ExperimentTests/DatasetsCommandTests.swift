import Foundation
import Imaging
import TestSupport
import Testing

/// What `datasets` says, also where it cannot, and that it leaves nothing of what it did not get.
struct DatasetsCommandTests {
  /// A socket that listens on a free port of the loopback interface and never answers.
  private final class SilentServer {
    let socket: Int32
    private(set) var port: UInt16 = 0

    /// The variables by which all that is fetched comes through it.
    var environment: [String: String] {
      let url = "http://127.0.0.1:\(port)"
      return ["https_proxy": url, "http_proxy": url]
    }

    init() throws {
      #if canImport(Darwin)
        socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
      #else
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      #endif
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let number = socket
      let isReady = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, size) == 0 && listen(number, 16) == 0 && getsockname(number, $0, &size) == 0
        }
      }
      try #require(isReady)
      port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }

    /// Waits for a connection, but not for ever.
    func hasConnection() -> Bool {
      var wanted = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      var ready: Int32
      repeat { ready = poll(&wanted, 1, 30_000) } while ready < 0 && errno == EINTR
      return ready == 1
    }
  }

  /// The variables of a machine without a network: of a server that is gone.
  private static func noNetwork() throws -> [String: String] { try SilentServer().environment }

  /// Runs the command by a shell, with what follows its name.
  private static func shell(
    _ arguments: String, environment: [String: String] = [:], in folder: String? = nil
  ) throws -> SmokeRun {
    let command = "exec '\(SmokeRun.path(of: "datasets"))' \(arguments)"
    return try StartedRun(path: "/bin/sh", ["-c", command], environment: environment, in: folder).wait()
  }

  @Test(arguments: ["mnist", "photos"]) func aSignalEndsATransferThatWaitsAndNothingIsLeft(set: String) throws {
    let server = try SilentServer()
    // Were it gone, the transfer would end by itself.
    defer { withExtendedLifetime(server) {} }
    let folder = try TemporaryFolder()
    let run = try StartedRun(
      "datasets", ["fetch", set, "--data", folder.path("new")], environment: server.environment)
    #expect(server.hasConnection())
    let start = ContinuousClock.now
    run.send(SIGTERM)
    let end = run.wait()
    #expect(end.exitCode == 128 + SIGTERM && end.complaints.contains("stopped by SIGTERM"), "\(end.complaints)")
    // The first server alone is waited for longer than that.
    #expect(start.duration(to: .now) < .seconds(5))
    #expect(try folder.names("").isEmpty)
  }

  @Test func whatIsSaidComesInItsOrder() throws {
    let folder = try TemporaryFolder()
    let run = try Self.shell("fetch mnist --data '\(folder.path)' 2>&1", environment: Self.noNetwork())
    let lines = run.output.split(separator: "\n")
    #expect(run.exitCode == 3 && lines.count == 2, "\(run.output)")
    #expect(lines.first?.hasPrefix("MNIST: fetching (11.6 MB) into \(folder.path)") == true)
    #expect(lines.last?.hasPrefix("error: \(folder.path)/mnist/train-images-idx3-ubyte.gz: ") == true)
    #expect(try folder.names("").isEmpty)
  }

  @Test(
    arguments: [
      (nil, "python3 or pip is missing: install it"), ("exit 1", "python3 or pip is missing: install it"),
      ("[ \"$3\" = --version ]", "pip could not get it"),
    ] as [(String?, String)])
  func aMissingPipIsToldFromOneThatGetsNothing(python: String?, reason: String) throws {
    let (programs, folder) = (try TemporaryFolder(), try TemporaryFolder())
    if let python {
      let path = try programs.write("python3", Array("#!/bin/sh\n\(python)\n".utf8))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    let run = try SmokeRun.run(
      "datasets", ["fetch", "vgg19", "--data", folder.path("new")],
      environment: try Self.noNetwork().merging(["PATH": programs.path]) { $1 })
    #expect(run.exitCode == 3 && run.complaints.contains("pip: \(reason)"), "\(run.complaints)")
    #expect(run.complaints.contains("no network") == (reason == "pip could not get it"))
    #expect(try folder.names("").isEmpty)
  }

  @Test func aPipeThatNobodyReadsEndsNothingEarly() throws {
    var ends: [Int32] = [0, 0]
    let code = pipe(&ends)
    try #require(code == 0)
    close(ends[0])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: SmokeRun.path(of: "datasets"))
    process.arguments = ["fetch", "nosuch"]
    process.standardError = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 2)
  }

  #if os(Linux)  // macOS has no /dev/full
    @Test func wordsThatCannotBeWrittenAreSaidElsewhere() throws {
      #expect(try Self.shell("fetch nosuch 2>/dev/full").exitCode == 2)
      let project = try ScratchProject()
      let table = try Self.shell(">/dev/full", environment: ["L2L_DATA": ""], in: project.path)
      let complaint = "standard output: expected to print to it, found no space left on device; "
      #expect(table.exitCode == 3 && table.complaints.hasPrefix("error: \(complaint)"), "\(table.complaints)")
      let (source, target) = (try TemporaryFolder(), try TemporaryFolder())
      try source.write("photos/a.png", PNG.encode(Image(width: 4, height: 4, channels: 3)))
      let copy = try Self.shell("fetch photos --from '\(source.path)' --data '\(target.path)' >/dev/full")
      #expect(copy.exitCode == 0 && copy.complaints.hasPrefix("warning: \(complaint)"), "\(copy.complaints)")
      #expect(copy.complaints.split(separator: "\n").count == 1)
      #expect(try target.names("photos") == ["a.png"])
    }
  #endif

  private static let data = ProcessInfo.processInfo.environment["L2L_DATA"]

  @Test(.enabled(if: data != nil)) func whatAFolderHasIsNotFetchedAgain() throws {
    let data = Self.data ?? ""
    let run = try SmokeRun.run("datasets", ["fetch", "mnist", "--data", data], environment: Self.noNetwork())
    #expect(run.exitCode == 0 && run.output == "MNIST: present and verified, in \(data)\n", "\(run.complaints)")
  }
}
