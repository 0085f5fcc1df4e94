import Foundation
import Foundations
import MetaTraining
import Synchronization
import TestSupport
import Testing

@testable import Notebook

@Suite("Parts of a run that are kept") struct KeepingTests {
  private let curves = LossCurves(panel: "MNIST", optimizer: "SGD", learningRate: 0.1, losses: [[0.1, .nan]])

  private func notebook(in folder: TemporaryFolder, seed: Int = 1) throws -> Notebook {
    let options = try CommonOptions.parse(["--output", folder.path, "--quiet", "--seed", "\(seed)"])
    return try Notebook("fig0-test", options: options, command: "swift run fig0-test --seed \(seed)")
  }

  @Test func aRunThatGoesOnDoesNotRepeatThem() throws {
    let folder = try TemporaryFolder()
    let first = try notebook(in: folder).kept("evaluation MNIST") { curves }
    let second = try notebook(in: folder).kept("evaluation MNIST") { () -> LossCurves in
      Issue.record("made again")
      return curves
    }
    #expect(first.losses[0][0].bitPattern == second.losses[0][0].bitPattern && second.losses[0][1].isNaN)
  }

  @Test func otherSettingsAndDamageMakeThemAgain() throws {
    let folder = try TemporaryFolder()
    #expect(try notebook(in: folder).kept("a", settings: "x") { 1 } == 1)
    #expect(try notebook(in: folder).kept("a", settings: "y") { 2 } == 2)
    #expect(try notebook(in: folder, seed: 2).kept("a", settings: "y") { 3 } == 3)
    for name in try names(in: folder) {
      try AtomicFile.write(Array("{\"key".utf8), to: "\(folder.path)/fig0-test/work/\(name)")
    }
    #expect(try notebook(in: folder, seed: 2).kept("a", settings: "y") { 4 } == 4)
  }

  /// One digit is another: the file still reads well.
  @Test func aNumberThatWasChangedMakesThemAgain() throws {
    let folder = try TemporaryFolder()
    _ = try notebook(in: folder).kept("a") { [83.3, 1] }
    let name = try #require(try names(in: folder).first)
    let text = try folder.text("fig0-test/work/\(name)")
    try #require(text.contains("83.3"))
    try folder.write("fig0-test/work/\(name)", Array(text.replacing("83.3", with: "93.3").utf8))
    #expect(try notebook(in: folder).kept("a") { [2.0, 1] } == [2, 1])
  }

  @Test func anotherRunLeavesThemAsTheyAre() throws {
    let folder = try TemporaryFolder()
    #expect(try notebook(in: folder).kept("a") { 1 } == 1)
    let other = try notebook(in: folder, seed: 2)
    #expect(try other.kept("a") { 2 } == 2)
    try other.finish()
    #expect(try names(in: folder).count == 1)
    #expect(try notebook(in: folder).kept("a") { 3 } == 1)
  }

  private func names(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/fig0-test/work")
  }

  @Test func partsSideBySideAreEachKeptAndThoseMissingAreMade() throws {
    let folder = try TemporaryFolder()
    let names = (0..<6).map { "trial \($0)" }
    func run(counts: Int, made: @escaping @Sendable (Int) throws -> Void) throws -> [Int] {
      let notebook = try notebook(in: folder)
      let progress = notebook.progress("Evaluating", of: names.count)
      defer { #expect(progress.done == counts) }
      return try notebook.kept(names, settings: "s", workers: Workers(3), progress: progress) { index in
        try made(index)
        return 10 * index
      }
    }
    struct Stop: Error {}
    #expect(throws: Stop.self) { try run(counts: 5) { if $0 == 4 { throw Stop() } } }
    let made = Mutex<[Int]>([])
    let all = try run(counts: 6) { index in made.withLock { $0.append(index) } }
    #expect(all == [0, 10, 20, 30, 40, 50])
    #expect(made.withLock { $0 } == [4], "the others were kept by the run that was stopped")
    #expect(try notebook(in: folder).kept("trial 2", settings: "s") { -1 } == 20)
  }

  @Test func theyAreGoneOnceTheReportIsThere() throws {
    let folder = try TemporaryFolder()
    let notebook = try notebook(in: folder)
    _ = try notebook.kept("a") { 1 }
    #expect(try names(in: folder).count == 1)
    try notebook.finish()
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/fig0-test/work"))
  }
}
