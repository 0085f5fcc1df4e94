import Foundation
import Foundations
import LSTMKernels
import MetaTraining
import Optimizers
import TestSupport
import Testing

@testable import Recipes

struct KeptTrainingTests {
  private let folder: TemporaryFolder
  private let training: KeptTraining
  private var path: String { folder.path("a.safetensors") }

  init() throws {
    folder = try TemporaryFolder()
    training = KeptTraining(path: folder.path("a.safetensors"), settings: "some", revision: nil)
    let lstm = try CoordinatewiseLSTM()
    let optimizer = try LSTMOptimizer(
      lstm, weights: [.init(group: "all", weights: lstm.initialWeights(.wired, stream: RandomStream(seed: 1)))])
    try TrainedOptimizer(
      optimizer: optimizer, rows: [], validationLoss: 1, settings: "some", revision: ""
    ).save(to: path)
  }

  /// Leaves a checkpoint that is so many seconds younger than the optimizer.
  private func leaveCheckpoint(age: TimeInterval) throws {
    let date = try #require(FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    try Data([1]).write(to: URL(fileURLWithPath: path + ".checkpoint"))
    try FileManager.default.setAttributes(
      [.modificationDate: date.addingTimeInterval(age)], ofItemAtPath: path + ".checkpoint")
  }

  private var hasCheckpoint: Bool { FileManager.default.fileExists(atPath: path + ".checkpoint") }

  @Test func theCheckpointOfAFinishedTrainingGoes() throws {
    try leaveCheckpoint(age: -5)
    #expect(try training.kept() != nil)
    #expect(!hasCheckpoint)
  }

  @Test func oneOfOtherSettingsIsNotTaken() throws {
    let other = KeptTraining(path: path, settings: "some other", revision: nil)
    #expect(other.isThere)
    #expect(try other.kept() == nil)
  }

  @Test func theCheckpointOfATrainingAnewStays() throws {
    try leaveCheckpoint(age: 5)
    #expect(try training.kept() != nil)
    #expect(hasCheckpoint)
  }

  @Test func aDamagedOneIsNamedWhereItIsReplaced() throws {
    var notices: [FileError] = []
    let whole = try training.kept(on: .alone, replacesDamaged: true) { notices.append($0) }
    #expect(whole != nil && notices.isEmpty)
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    #expect(throws: FileError.self) { try training.kept(on: .alone) }
    let kept = try training.kept(on: .alone, replacesDamaged: true) { notices.append($0) }
    #expect(kept == nil)
    #expect(notices.map(\.file) == [path])
    #expect(notices.allSatisfy { $0.remedy.contains("anew") && !$0.found.isEmpty })
  }

  @Test func whatAnotherProcessWorksOnStays() throws {
    try leaveCheckpoint(age: -5)
    let lock = try FileLock(path + ".lock", protecting: path)
    #expect(try training.kept() != nil)
    #expect(hasCheckpoint)
    withExtendedLifetime(lock) {}
  }
}
