import Foundation
import Testing

@testable import Datasets

/// Times on an idle machine, with L2L_SPEED and L2L_DATA set; others' work on the same cores would fail them.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["L2L_SPEED"] != nil), .serialized)
struct SpeedTests {
  /// The shortest of a few runs, in seconds.
  private func shortest(_ what: String, runs: Int = 5, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let times = try (0..<runs).map { _ in try clock.measure(body) / .seconds(1) }
    print(what, times.map { String(format: "%.3f s", $0) }.joined(separator: ", "))
    return times.min() ?? .infinity
  }

  @Test func mnistIsReadInFourTenthsOfASecond() throws {
    let folders = try DataFolders()
    #expect(try shortest("MNIST") { _ = try MNIST.load(in: folders) } < 0.4)
  }

  @Test func cifarIsReadFromItsArchiveInFourSeconds() throws {
    let folders = try DataFolders()
    #expect(try shortest("CIFAR-10") { _ = try CIFAR10.load(in: folders) } < 4)
  }

  @Test func fourHundredPhotographsAreReadAndResizedInTwoSeconds() throws {
    let photos = try Photographs.load(.real, in: DataFolders())
    let pictures = Pictures(
      entries: (0..<400).map { photos.entries[$0 % photos.count] }, provenance: photos.provenance)
    #expect(try shortest("400 photographs") { _ = try pictures.squares(side: 64) } < 2)
  }
}
