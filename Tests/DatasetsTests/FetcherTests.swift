import DataFormats
import Foundation
import Foundations
import Imaging
import Synchronization
import TestSupport
import Testing

@testable import Datasets

struct FetcherTests {
  final class Listener: Sendable {
    let lines = Mutex<[String]>([])
    var fetcher: Fetcher { Fetcher { line in self.lines.withLock { $0.append(line) } } }
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
  }

  /// A folder with tiny files in MNIST's format, in `mnist/` or at its top.
  private func source(at place: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in MNIST.files {
      let isImages = file.name.contains("images")
      let array = IDX(
        type: .uint8, shape: isImages ? [2, 28, 28] : [2], bytes: [UInt8](repeating: 1, count: isImages ? 1568 : 2))
      try folder.write("\(place)\(file.name)", array.encoded)
    }
    return folder
  }

  @Test(arguments: ["mnist/", "data/mnist/"]) func aFolderIsCopiedWholeOrFromInside(place: String) throws {
    let source = try source(at: place)
    let target = try TemporaryFolder()
    let listener = Listener()
    try listener.fetcher.copy(
      .mnist, from: source.path + (place == "mnist/" ? "" : "/data/mnist"), into: target.path + "/new")
    let folders = try DataFolders(data: target.path + "/new", environment: [:], workingDirectory: target.path)
    #expect(try MNIST.load(in: folders)?.training.count == 2)
    #expect(listener.text.contains("copying 4 files") && listener.text.contains("not known by its sums"))
  }

  @Test func aFolderWithoutTheSetIsNamed() throws {
    let source = try TemporaryFolder()
    let error = try #require(throws: FileError.self) {
      try Listener().fetcher.copy(.cifar10, from: source.path, into: source.path)
    }
    #expect(error.file == source.path && error.remedy.contains("cifar-10-batches-bin"))
  }

  @Test func aDamagedCopyIsAnError() throws {
    let source = try source(at: "mnist/")
    try source.write("mnist/t10k-labels-idx1-ubyte", [0, 0, 8])
    let target = try self.source(at: "mnist/")
    let before = try target.names("mnist")
    #expect(throws: FileError.self) { try Listener().fetcher.copy(.mnist, from: source.path, into: target.path) }
    #expect(try target.names("mnist") == before)
    #expect(try MNIST.load(in: DataFolders(only: target.path))?.test.count == 2, "what was there stays")
  }

  @Test func filesThatAreReadInPlaceOfThoseCopiedAreNamed() throws {
    let (source, target) = (try source(at: "mnist/"), try TemporaryFolder())
    try target.write("mnist/t10k-labels-idx1-ubyte.gz", [1, 2, 3])
    let error = try #require(throws: FileError.self) {
      try Listener().fetcher.copy(.mnist, from: source.path, into: target.path)
    }
    #expect(error.file == target.path("mnist/t10k-labels-idx1-ubyte.gz") && error.found.contains("read first"))
    try FileManager.default.removeItem(atPath: error.file)
    #expect(Holding(.mnist, in: DataFolders(only: target.path)).state == .unknown, "the copy is complete")
    try Listener().fetcher.copy(.mnist, from: source.path, into: target.path)
  }

  @Test func picturesThatAListLeavesOutAreNotCalledCopied() throws {
    let (source, target) = (try TemporaryFolder(), try TemporaryFolder())
    let png = PNG.encode(Image(width: 4, height: 4, channels: 3))
    try source.write("photos/a.png", png)
    try target.write("photos/b.png", png)
    try Listener().fetcher.copy(.photos, from: source.path, into: target.path)
    #expect(Catalogue.photos.files(in: target.path) == ["photos/a.png", "photos/b.png"])
    let list = try target.write("photos/photos.csv", Array("file\nb.png\n".utf8))
    let error = #expect(throws: FileError.self) {
      try Listener().fetcher.copy(.photos, from: source.path, into: target.path)
    }
    #expect(error?.file == list)
    let holding = Holding(.photos, in: DataFolders(only: target.path))
    #expect(holding.shadow(of: ["photos/a.png"], in: target.path)?.file == list)
    try FileManager.default.removeItem(atPath: list)
    let both = Holding(.photos, in: DataFolders(only: target.path))
    #expect(both.state == .unknown && both.shadow(of: ["photos/a.png"], in: target.path) == nil)
  }

  @Test func filesThatAreReadInPlaceOfThoseFetchedAreNamed() throws {
    let server = try LoopbackServer { request, connection in connection.answer([1, 2, 3], request) }
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    for file in CIFAR10.files {
      try folder.write("cifar-10-batches-bin/\(file.name)", [UInt8](repeating: 1, count: 3073))
    }
    let remote = Catalogue.Remote(CIFAR10.archive, size: 3, mirrors: [server.url("/a")]) { _ in true }
    let fetched = try Listener().fetcher.fetch(.cifar10, [[remote]], into: folder.path)
    #expect(fetched == [CIFAR10.archive])
    var holding = Holding(.cifar10, in: DataFolders(only: folder.path))
    let error = try #require(holding.shadow(of: fetched, in: folder.path))
    #expect(error.file == folder.path("cifar-10-batches-bin/data_batch_1.bin") && error.found.contains("read first"))
    #expect(error.remedy.hasSuffix("out of \(folder.path): what was fetched there is complete"))
    #expect(holding.precedence(over: folder.path) == nil)
    #expect(holding.precedence(over: other.path)?.file == folder.path)
    #expect(holding.shadow(of: fetched, in: other.path)?.remedy.hasPrefix("unset L2L_DATA") == true)
    holding.state = .verified
    #expect(holding.shadow(of: fetched, in: folder.path) == nil)
  }

  @Test func picturesGoIntoPlaceTogether() throws {
    let isBroken = Mutex(true)
    let server = try LoopbackServer { request, connection in
      if request.path == "/b", isBroken.withLock({ $0 }) {
        return connection.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
      }
      connection.answer([1, 2, 3], request)
    }
    let folder = try TemporaryFolder()
    let remotes = ["a", "b"].map { name in
      Catalogue.Remote("photos/\(name).png", size: 3, mirrors: [server.url("/\(name)")]) { _ in true }
    }
    #expect(throws: FileError.self) { try Listener().fetcher.fetch(.photos, [remotes], into: folder.path) }
    #expect(Catalogue.photos.files(in: folder.path) == nil, "one of two would pass for all")
    isBroken.withLock { $0 = false }
    try Listener().fetcher.fetch(.photos, [remotes], into: folder.path)
    #expect(Catalogue.photos.files(in: folder.path) == ["photos/a.png", "photos/b.png"])
    #expect(try folder.names("") == ["photos"])
  }

  @Test func twoAtOnceBringASetOnce() throws {
    let server = try LoopbackServer { request, connection in
      Thread.sleep(forTimeInterval: 0.3)
      connection.answer([1, 2, 3], request)
    }
    let folder = try TemporaryFolder()
    let path = folder.path
    let remotes = ["a", "b"].map { name in
      Catalogue.Remote("photos/\(name).png", size: 3, mirrors: [server.url("/\(name)")]) { _ in true }
    }
    let failures = Mutex<[String]>([])
    Workers(2).forEach(2) { _ in
      do {
        try Listener().fetcher.fetch(.photos, [remotes], into: path)
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(server.requests.count == 2)
    #expect(try folder.names("") == ["photos"] && folder.names("photos") == ["a.png", "b.png"])
  }

  /// So that a line of progress is taken away, also where mirrors do not say how large the file is.
  @Test(arguments: [3, nil]) func theLastProgressIsOfAWholeFile(size: Int?) throws {
    let server = try LoopbackServer { request, connection in connection.answer([1, 2, 3], request) }
    let folder = try TemporaryFolder()
    let seen = Mutex<[Fetcher.Progress]>([])
    let fetcher = Fetcher(announce: { _ in }, progress: { progress in seen.withLock { $0.append(progress) } })
    let remote = Catalogue.Remote("photos/a.png", size: size, mirrors: [server.url("/a")]) { _ in true }
    try fetcher.fetch(.photos, [[remote]], into: folder.path)
    let last = seen.withLock { $0.last }
    #expect(last?.file == "a.png" && last?.received == 3 && last?.total == 3)
  }

  @Test func whatKeepsASetFromBeingFoundIsNamed() throws {
    let folder = try source(at: "mnist/")
    #expect(
      Catalogue.mnist.obstacle(in: [folder.path("mnist")])?.hasSuffix("the folder around it, \(folder.path)") == true)
    try FileManager.default.removeItem(atPath: folder.path("mnist/t10k-labels-idx1-ubyte"))
    let missing = Catalogue.mnist.obstacle(in: ["/nowhere", folder.path])
    #expect(missing?.contains("mnist/t10k-labels-idx1-ubyte") == true && missing?.hasSuffix("is missing") == true)
    #expect(Catalogue.cifar10.obstacle(in: [folder.path]) == nil)
  }

  @Test func aSetOfWhichSomeFilesArePackedIsFound() throws {
    let folder = try source(at: "mnist/")
    let labels = "mnist/t10k-labels-idx1-ubyte"
    let packed = try folder.gzip(IDX(type: .uint8, shape: [2], bytes: [1, 2]).encoded, zeros: 0)
    try FileManager.default.moveItem(atPath: packed, toPath: folder.path(labels + ".gz"))
    try FileManager.default.removeItem(atPath: folder.path(labels))
    let folders = DataFolders(only: folder.path)
    #expect(try MNIST.load(in: folders)?.test.labels == [1, 2])
    #expect(Catalogue.mnist.obstacle(in: folders.paths) == nil)
    let holding = Holding(.mnist, in: folders)
    #expect(holding.state == .unknown && holding.files.count == 4 && holding.files.contains(labels + ".gz"))
    let target = try TemporaryFolder()
    try Listener().fetcher.copy(.mnist, from: folder.path, into: target.path)
    #expect(try target.names("mnist") == folder.names("mnist"))
  }

  @Test func theTableSaysWhatIsThere() throws {
    let folder = try source(at: "mnist/")
    try folder.write("photos/a.png", [1, 2, 3])
    try folder.write("weights/vgg19.pth", [1, 2, 3])
    let folders = DataFolders(only: folder.path)
    let holdings = Catalogue.allCases.map { Holding($0, in: folders) }
    #expect(holdings.map(\.state).prefix(2) == [.unknown, .missing])
    #expect(holdings[0].bytes == 2 * (16 + 1568) + 2 * (8 + 2))
    #expect(holdings[3].files == ["photos/a.png"])
    guard case .damaged(let error) = holdings[2].state else { throw error("the weights are damaged") }
    let table = Holding.table(holdings, in: folders)
    #expect(table.contains("170 MB to fetch") && table.contains(error.description))
    #expect(!table.contains(" \n"))
  }

  private func error(_ text: String) -> FileError { FileError("", expected: text, found: "", remedy: "") }

  @Test func everySetHasALicenceACitationAndSums() {
    for set in Catalogue.allCases {
      #expect(!set.licence.isEmpty && !set.citation.isEmpty && !set.forms.isEmpty)
      for remote in set.remotes.joined() {
        #expect(remote.mirrors.count >= 1 && remote.limit >= remote.size ?? 0)
        #expect(remote.mirrors.allSatisfy { $0.hasPrefix("http") || $0.hasPrefix("pip:") })
      }
    }
    #expect(Catalogue.mnist.downloadSize == 11_594_722)
  }

  @Test func progressReadsWell() {
    #expect(
      Fetcher.Progress(file: "a.gz", received: 4_500_000, total: 10_000_000, speed: 2_000_000).line
        == "a.gz  45 % of 10.0 MB, 2.0 MB/s, 3 s left")
    #expect(Fetcher.Progress(file: "a", received: 1500, total: nil, speed: 0).line == "a  1.5 KB, 0.0 KB/s")
    #expect([megabytes(170_052_171), megabytes(1_230_000_000)] == ["170 MB", "1.2 GB"])
  }
}
