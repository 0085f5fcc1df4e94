import DataFormats
import Foundation
import Foundations
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite(.serialized) struct DownloadTests {
  private static let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
  private static let sum = SHA256Sum.of(body)

  private func download(_ folder: TemporaryFolder, _ mirrors: [String], sized: Bool = true) -> Download {
    Download(
      path: folder.path + "/set/file.gz", mirrors: mirrors, size: sized ? Self.body.count : nil, limit: 400_000,
      isRight: { try SHA256Sum.of(file: $0) == Self.sum }, patience: 2, stall: 1)
  }

  private func contents(_ folder: TemporaryFolder) throws -> [String: Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/set")) ?? []
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try FileSource("\(folder.path)/set/\($0)").mostLeft ?? -1) })
  }

  private func expectFetched(_ folder: TemporaryFolder) throws {
    #expect(try contents(folder) == ["file.gz": Self.body.count])
    #expect(try SHA256Sum.of(file: folder.path + "/set/file.gz") == Self.sum)
  }

  /// Expects an error that gives this reason and a remedy, and that nothing is left behind under the file's name.
  private func expectRefused(
    _ reason: String, _ folder: TemporaryFolder, _ download: Download, remedy: String = ""
  ) throws {
    let error = try #require(throws: FileError.self) { try download.run() }
    #expect(error.found.contains(reason) && error.remedy.hasPrefix(remedy), "\(error)")
    #expect(!FileManager.default.fileExists(atPath: download.path))
  }

  private let server: LoopbackServer

  init() throws {
    let cuts = Mutex(0)
    server = try LoopbackServer { request, connection in
      let body = Self.body
      switch request.path {
      case "/ok": connection.answer(body, request)
      case "/whole": connection.answer(body, request, resumes: false)
      case "/cut": connection.answer(body, request, cut: 110_000)
      case "/cut-once":
        let isFirst = cuts.withLock { count in
          count += 1
          return count == 1
        }
        connection.answer(body, request, cut: isFirst ? 1000 : nil)
      case "/cut-always": connection.answer(body, request, cut: 100)
      case "/slow":
        connection.answer(body, request, cut: 500)
        Thread.sleep(forTimeInterval: 4)
      case "/wrong": connection.answer(body.reversed(), request)
      case "/long": connection.answer(body + body, request)
      case "/short": connection.answer(Array(body[..<1000]), request)
      case "/redirect": connection.send("HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n")
      case "/loop": connection.send("HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n")
      case "/to-file":
        connection.send("HTTP/1.1 302 Found\r\nLocation: file:///etc/hosts\r\nContent-Length: 0\r\n\r\n")
      case "/garbage": connection.send("what?\r\n\r\n")
      default: connection.send("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\nnope\n")
      }
    }
  }

  @Test(arguments: [true, false]) func aFileIsFetchedAndNamed(sized: Bool) throws {
    let folder = try TemporaryFolder()
    var seen: [Int] = []
    try download(folder, [server.url("/ok")], sized: sized).run { seen.append($0) }
    try expectFetched(folder)
    #expect(seen.last == Self.body.count && seen == seen.sorted())
    try download(folder, [server.url("/ok")]).run()
    #expect(server.requests.count == 1, "what is there is not fetched again")
  }

  @Test(arguments: ["/cut", "/cut-once"]) func aTransferThatIsCutOffGoesOn(path: String) throws {
    let folder = try TemporaryFolder()
    try download(folder, [server.url(path)]).run()
    try expectFetched(folder)
    #expect(server.requests.dropFirst().allSatisfy { ($0.start ?? 0) > 0 })
    #expect(server.requests.count == (path == "/cut" ? 3 : 2))
  }

  @Test func aTransferIsTakenUpAgainInAnotherRun() throws {
    let folder = try TemporaryFolder()
    try expectRefused("partial", folder, download(folder, [server.url("/cut-always")]))
    #expect(try contents(folder) == ["file.gz.partial": 400])
    try download(folder, [server.url("/ok")]).run()
    try expectFetched(folder)
    #expect(server.requests.last?.start == 400)
  }

  @Test func anotherFilesBeginningIsThrownAway() throws {
    for (count, path) in [(1000, "/ok"), (Self.body.count, "/ok"), (350_000, "/ok"), (1000, "/whole")] {
      let folder = try TemporaryFolder()
      try folder.write("set/file.gz.partial", [UInt8](repeating: 1, count: count))
      try download(folder, [server.url(path)], sized: count < 300_000).run()
      try expectFetched(folder)
    }
  }

  @Test func aDamagedFileIsReplaced() throws {
    let folder = try TemporaryFolder()
    try folder.write("set/file.gz", [1, 2, 3])
    try download(folder, [server.url("/ok")]).run()
    try expectFetched(folder)
  }

  @Test(arguments: [
    ("/absent", "404"), ("/wrong", "other contents"), ("/long", "more than 300000"), ("/short", "other contents"),
    ("/loop", "redirects"), ("/to-file", "protocol"), ("/slow", "stalled"),
  ])
  func theNextMirrorIsTried(path: String, reason: String) throws {
    let folder = try TemporaryFolder()
    var download = download(folder, [server.url(path)])
    download.attempts = 1
    let error = #expect(throws: (any Error).self) { try download.run() } as? any SuiteError
    #expect(error?.description.lowercased().contains(reason) == true, "\(error?.description ?? "none")")
    #expect(error?.exitCode == 3)
    #expect(!FileManager.default.fileExists(atPath: download.path))
    download.mirrors.append(server.url("/ok"))
    try download.run()
    try expectFetched(folder)
  }

  @Test func redirectsAreFollowed() throws {
    let folder = try TemporaryFolder()
    try download(folder, [server.url("/redirect")]).run()
    try expectFetched(folder)
  }

  @Test func noServerIsNoNetwork() throws {
    let folder = try TemporaryFolder()
    let (closed, port) = try LoopbackServer.listen(backlog: 1)
    close(closed)
    var download = download(
      folder, ["http://127.0.0.1:\(port)/a", "http://no-such-host.invalid/a", "gopher://127.0.0.1/a"])
    download.path = folder.path("new/set/file.gz")
    let error = try #require(throws: NoNetwork.self) { try download.run() }
    #expect(error.description.contains("--from"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func anErrorTellsTheTerminalNothing() {
    let error = NoNetwork(file: "a\u{1B}[2J", reasons: "host: \u{7}\nno answer")
    #expect(!error.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
    #expect(error.description.contains("\\u{1b}[2J") && error.description.contains("\\nno answer"))
  }

  @Test func aNetworkThatSwallowsEverythingIsGivenUpBeforeLong() throws {
    // Connections beyond the backlog get no answer.
    let (silent, port) = try LoopbackServer.listen(backlog: 1)
    var waiting: [Int32] = []
    defer { for socket in waiting + [silent] { close(socket) } }
    for _ in 0..<16 { waiting.append(try connecting(to: port)) }
    let folder = try TemporaryFolder()
    // So many that to wait as long for each takes far longer, while a busy machine has time to spare.
    var download = download(folder, (0..<20).map { "http://127.0.0.1:\(port)/\($0)" })
    download.patience = 0.5
    let time = ContinuousClock().measure {
      #expect(throws: NoNetwork.self) { try download.run() }
    }
    #expect(time < .seconds(6))
  }

  /// A socket that has begun to connect and does not wait.
  private func connecting(to port: UInt16) throws -> Int32 {
    let (client, _) = try LoopbackServer.listen(backlog: 0)
    close(client)
    #if canImport(Darwin)
      let socket = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    _ = fcntl(socket, F_SETFL, O_NONBLOCK)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return socket
  }

  @Test func severalAtOnceFetchOnce() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let mirror = server.url("/ok")
    let told = Mutex(0)
    Workers(4).forEach(4) { _ in
      let download = Download(
        path: path + "/set/file.gz", mirrors: [mirror], size: Self.body.count, limit: 400_000,
        isRight: { try SHA256Sum.of(file: $0) == Self.sum }, announce: { _ in told.withLock { $0 += 1 } })
      do { try download.run() } catch { Issue.record(error) }
    }
    try expectFetched(folder)
    #expect(server.requests.count == 1)
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("set", [1])
    let error = try #require(throws: FileError.self) { try download(folder, [server.url("/ok")]).run() }
    #expect(error.file == folder.path + "/set")
    #expect(server.requests.isEmpty)
  }

  @Test func whatLiesInTheUnfinishedFilesPlaceIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("set/file.gz.partial/a", [1])
    let error = try #require(throws: FileError.self) { try download(folder, [server.url("/ok")]).run() }
    #expect(error.file == folder.path("set/file.gz.partial") && error.found == "is a directory")
    #expect(error.remedy.hasPrefix("move away what is there, or fetch into another folder"))
    #expect(try folder.names("set") == ["file.gz.partial"] && server.requests.isEmpty)
  }

  @Test(.enabled(if: SmallDisk.isPossible, "this process may not mount a small disk"))
  func aFullDiskAndAReadOnlyOneAreNamed() throws {
    let folder = try TemporaryFolder()
    let disk = try #require(try SmallDisk(kilobytes: 128, in: folder, named: "set"))
    try expectRefused("131072", folder, download(folder, [server.url("/ok")]))
    try expectRefused(
      "no space", folder, download(folder, [server.url("/ok")], sized: false), remedy: "free some space, or")
    #expect(try contents(folder).values.allSatisfy { $0 == 0 }, "a full disk is not left full")
    #expect(try disk.makeReadOnly() == 0)
    try expectRefused(
      "read-only", folder, download(folder, [server.url("/ok")], sized: false), remedy: "make its folder writable, or")
  }
}
