import Foundation
import Foundations
import LSTMKernels
import Optimizers
import TensorFiles
import TestSupport
import Testing

@testable import MetaTraining

struct CheckpointTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("run/optimizer.checkpoint") }

  init() throws { folder = try TemporaryFolder() }

  /// Collects what a checkpoint file complains about.
  private final class Notices {
    var all: [FileError] = []
  }

  private func file(_ settings: String = "settings", _ notices: Notices = Notices()) -> CheckpointFile {
    CheckpointFile(path, settings: settings, interval: .zero) { notices.all.append($0) }
  }

  @Test(arguments: [1, 3], [1, 2, 3]) func threadsDoNotChangeABit(metaBatch: Int, threads: Int) throws {
    let one = try Rehearsal(metaBatch: metaBatch).train()
    #expect(try Rehearsal(metaBatch: metaBatch, threads: threads).train() == one)
    #expect(one.rows.count > 3 && one.diverged == 0)
  }

  /// Stopped again and again, every time after two more meta-batches, of which the last one's progress is lost.
  @Test(arguments: [1, 3]) func aTrainingStoppedAgainAndAgainEndsWithTheSameBits(metaBatch: Int) throws {
    let whole = try Rehearsal(metaBatch: metaBatch).train()
    var stops = 0
    var outcome: Rehearsal.Outcome?
    while outcome == nil, stops < 50 {
      let checkpoints = file()
      // A machine with another number of cores may go on.
      let rehearsal = try Rehearsal(metaBatch: metaBatch, threads: 1 + stops % 3)
      do {
        outcome = try rehearsal.train(checkpoints: checkpoints, stoppingAfter: 2)
      } catch is Stopped {
        stops += 1
      }
      #expect(checkpoints.resumed == (stops > 1 || outcome != nil))
    }
    #expect(outcome == whole)
    #expect(stops >= (metaBatch == 1 ? 10 : 4))
  }

  /// Nothing would be saved for an hour but for the interruption.
  @Test func aTrainingStoppedWhileItValidatesGoesOn() throws {
    let whole = try Rehearsal().train()
    let interrupted = try Rehearsal(validation: Faulty(Valleys(), .interruption, at: 4))
    let checkpoints = { CheckpointFile(path, settings: "settings", interval: .seconds(3600)) }
    #expect(throws: Interrupted.self) { try interrupted.train(checkpoints: checkpoints()) }
    let second = checkpoints()
    #expect(try Rehearsal().train(checkpoints: second) == whole)
    #expect(second.resumed)
  }

  @Test func aFinishedTrainingIsNotRepeated() throws {
    let whole = try Rehearsal().train(checkpoints: file())
    let again = file()
    var batches = 0
    let rehearsal = try Rehearsal()
    let result = try rehearsal.trainer.train(
      rehearsal.lessons, validation: rehearsal.validation, stream: rehearsal.stream, checkpoints: again
    ) { _ in batches += 1 }
    #expect(again.resumed && batches == 0)
    #expect(result.optimizer.weights == whole.weights && result.rows == whole.rows)
    again.remove()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("run")).isEmpty)
  }

  @Test func withoutAFileTrainingStartsQuietly() throws {
    let notices = Notices()
    let checkpoints = file("settings", notices)
    #expect(throws: Stopped.self) { try Rehearsal().train(checkpoints: checkpoints, stoppingAfter: 1) }
    #expect(!checkpoints.resumed && notices.all.isEmpty)
  }

  @Test func progressIsNotWrittenBeforeItsTime() throws {
    let checkpoints = CheckpointFile(path, settings: "settings", interval: .seconds(3600))
    _ = try Rehearsal().train(checkpoints: checkpoints)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// Ways in which a file goes bad.
  enum Damage: String, CaseIterable, Sendable {
    case empty, cut, flippedBit, garbage, otherSizes

    func apply(to path: String) throws {
      let url = URL(fileURLWithPath: path)
      var bytes = [UInt8](try Data(contentsOf: url))
      switch self {
      case .empty: bytes = []
      case .cut: bytes.removeLast(bytes.count / 3)
      case .flippedBit: bytes[bytes.count - 100] ^= 1
      case .garbage: bytes = bytes.indices.map { UInt8(truncatingIfNeeded: $0 &* 31 ^ 7) }
      case .otherSizes:
        let whole = try SafeTensors(contentsOf: path)
        let state = MetaTrainerState([[1, 2, 3]], of: whole.metadata["training"] ?? "")
        bytes = try state.safeTensors(settings: "settings").encoded
      }
      try Data(bytes).write(to: url)
    }
  }

  @Test(arguments: Damage.allCases) func aDamagedCheckpointIsNamedAndTheOneBeforeUsed(damage: Damage) throws {
    let whole = try Rehearsal().train()
    #expect(throws: Stopped.self) { try Rehearsal().train(checkpoints: file(), stoppingAfter: 6) }
    try damage.apply(to: path)
    let notices = Notices()
    let checkpoints = file("settings", notices)
    var episode: Int?
    let rehearsal = try Rehearsal()
    let result = try rehearsal.trainer.train(
      rehearsal.lessons, validation: rehearsal.validation, stream: rehearsal.stream, checkpoints: checkpoints
    ) { if episode == nil { episode = $0.episode } }
    #expect(checkpoints.resumed)
    #expect(episode == 5, "after the previous checkpoint's four episodes")
    #expect(notices.all.map(\.file) == [path])
    #expect(notices.all.allSatisfy { $0.remedy.contains("before") && !$0.expected.isEmpty && !$0.found.isEmpty })
    #expect(result.optimizer.weights == whole.weights && result.rows == whole.rows)
  }

  @Test func aTextFileThatStandsThereStays() throws {
    let text = Data("notes of mine\n".utf8)
    try folder.write("run/optimizer.checkpoint", [UInt8](text))
    let error = try #require(throws: FileError.self) { try Rehearsal().train(checkpoints: file()) }
    #expect(error.file == path && error.expected == "a checkpoint, or nothing", "\(error)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
  }

  @Test(arguments: Damage.allCases) func whereBothAreDamagedTrainingStartsAnew(damage: Damage) throws {
    let whole = try Rehearsal().train()
    #expect(throws: Stopped.self) { try Rehearsal().train(checkpoints: file(), stoppingAfter: 6) }
    try damage.apply(to: path)
    try damage.apply(to: path + ".previous")
    let notices = Notices()
    let checkpoints = file("settings", notices)
    #expect(try Rehearsal().train(checkpoints: checkpoints) == whole)
    #expect(!checkpoints.resumed)
    #expect(notices.all.map(\.file) == [path, path + ".previous"])
    #expect(notices.all.last?.remedy.contains("anew") == true)
  }

  /// A folder, or a trained optimizer, where the checkpoint was to be: they stay as they are.
  @Test func whatIsNoCheckpointIsNotReplaced() throws {
    let thesis = try folder.write("run/optimizer.checkpoint/chapter-1", [1, 2, 3])
    let error = #expect(throws: FileError.self) { try Rehearsal().train(checkpoints: file()) }
    #expect(error?.file == path && error?.found == "is a directory")
    file().remove()
    #expect(try Data(contentsOf: URL(fileURLWithPath: thesis)).count == 3)
    try FileManager.default.removeItem(atPath: path)
    try Self.optimizer(of: CoordinatewiseLSTM(hidden: 4)).save(to: path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let other = #expect(throws: FileError.self) { try Rehearsal().train(checkpoints: file()) }
    #expect(other?.file == path && other?.expected == "a checkpoint, or nothing")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func aCheckpointOfOtherSettingsIsNamedAndNotUsed() throws {
    #expect(throws: Stopped.self) { try Rehearsal().train(checkpoints: file("these"), stoppingAfter: 6) }
    let notices = Notices()
    let checkpoints = file("others", notices)
    #expect(throws: Stopped.self) { try Rehearsal().train(checkpoints: checkpoints, stoppingAfter: 1) }
    #expect(!checkpoints.resumed)
    #expect(notices.all.first?.file == path)
    #expect(notices.all.allSatisfy { $0.expected.contains("settings") })
  }

  /// The text is the caller's; what the trainer itself was told is compared as well.
  @Test func aCheckpointOfAnotherTrainingIsNotUsed() throws {
    let whole = try Rehearsal()
    func trainer(p: Float? = 10, outputScale: Float = 0.1) throws -> MetaTrainer {
      var trainer = MetaTrainer(try CoordinatewiseLSTM(hidden: 5, p: p, outputScale: outputScale), workers: .one)
      trainer.averaging = whole.trainer.averaging
      trainer.validationProblems = whole.trainer.validationProblems
      trainer.validationSteps = whole.trainer.validationSteps
      return trainer
    }
    let changes: [(String, (inout Rehearsal) throws -> Void)] = [
      ("rate", { $0.lessons[1].stage.learningRate = 0.005 }),
      ("objective", { $0.lessons[0].stage.objective = .logarithm }),
      ("episodes", { $0.lessons[1].stage.episodes = 9 }), ("stages", { $0.lessons.removeLast() }),
      ("seed", { $0.stream = RandomStream(seed: 22) }), ("p", { $0.trainer = try trainer(p: 7) }),
      ("output scale", { $0.trainer = try trainer(outputScale: 0.2) }),
      ("averaging", { $0.trainer.averaging = 0.7 }), ("problems", { $0.trainer.validationProblems = 4 }),
      ("validation", { $0.trainer.validationSteps = 11 }),
      ("start", { $0.trainer.initialWeights = .uniform }),
      ("starting point", { $0.trainer.startingPoint = try Self.optimizer(of: $0.trainer.lstm) }),
    ]
    for (name, change) in changes {
      file().remove()
      #expect(throws: Stopped.self) { try whole.train(checkpoints: file(), stoppingAfter: 6) }
      var other = whole
      try change(&other)
      let notices = Notices()
      let checkpoints = file("settings", notices)
      #expect(throws: Stopped.self) { try other.train(checkpoints: checkpoints, stoppingAfter: 1) }
      #expect(!checkpoints.resumed && notices.all.map(\.file) == [path, path + ".previous"], "\(name)")
    }
    // What was drawn from the stream before does not change its parts.
    file().remove()
    #expect(throws: Stopped.self) { try whole.train(checkpoints: file(), stoppingAfter: 6) }
    var same = whole
    _ = same.stream.next()
    same.trainer = try trainer()
    let checkpoints = file()
    #expect(try same.train(checkpoints: checkpoints) == whole.train() && checkpoints.resumed)
  }

  private static func optimizer(of lstm: CoordinatewiseLSTM) throws -> LSTMOptimizer {
    let weights = lstm.initialWeights(.wired, stream: RandomStream(seed: 5))
    return try LSTMOptimizer(lstm, weights: [.init(group: "conv", weights: weights)])
  }

  @Test func everyNumberSurvivesTheFile() throws {
    var state = MetaTrainerState([[1, -2.5, 1e-30], [0.1, 3e38, -0.0]], of: "a training")
    _ = state.step([[1, 2, 3], [4, 5, 6]], rate: 0.1, clip: 1, averaging: 0.9)
    state.best[1] = [7, 8, 9]
    state.progress = .init(
      stage: 1, episodeInStage: 2, episode: 3, diverged: 4, lossSum: 0.1 + 0.2, lossCount: 5)
    state.bestValidation = 1.0 / 3
    state.rows = [
      TrainingRow(stage: 1, episode: 2, metaLoss: 1.0 / 7, validationLoss: .infinity, best: false, diverged: 0),
      TrainingRow(stage: 1, episode: 3, metaLoss: 2, validationLoss: nil, best: true, diverged: 1),
    ]
    let settings = "with \"quotes\" and\nlines"
    func copied(_ state: MetaTrainerState) throws -> MetaTrainerState {
      let file = try SafeTensors(from: MemorySource(state.safeTensors(settings: settings).encoded, name: "memory"))
      return try MetaTrainerState(file, file: "memory", settings: settings, fitting: state)
    }
    #expect(try copied(state) == state)
    state.bestValidation = .infinity
    #expect(try copied(state).bestValidation == .infinity)
  }
}
