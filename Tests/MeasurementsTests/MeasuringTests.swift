import Foundation
import Foundations
import TestSupport
import Testing

@testable import Measurements

struct MeasuringTests {
  @Test func aSlopeIsThatOfAPower() {
    let points = [1.0, 3, 10, 70].map { (x: $0, y: 5 * $0 * $0) }
    #expect(abs(GrowthStudy.slope(points) - 2) < 1e-12)
  }

  @Test func quartilesOfWholeNumbers() {
    #expect(Roofline.quartiles([4, 1, 3, 2, 5]) == [2, 3, 4])
    #expect(Roofline.quartiles([7]) == [7, 7, 7])
  }

  @Test func workIsTimedWithThePeak() throws {
    var done = 0
    let roofline = try Roofline(
      [MeasuredWork("counting", operations: 1, bytes: 2, times: 3) { done += 1 }], repetitions: 2)
    #expect(done == 9)
    #expect(roofline.rows.map(\.name) == ["counting"])
    #expect(roofline.rows[0].intensity == 0.5)
    #expect((roofline.peaks[1] ?? 0) > 1e8)
    #expect((roofline.bandwidths[1] ?? 0) > 1e8)
    let fraction = try #require(roofline.rows[0].fraction)
    #expect(fraction > 0 && fraction < 1)
  }

  @Test func aPlanGrowsWithParameters() {
    let plan = ScalingPlan(secondsPerCoordinateStep: 1e-7, bytesPerCoordinate: 600)
    #expect(abs(plan.hours(parameters: 1e6) - 1e-7 * 4e5 * 1e6 / 3600) < 1e-9)
    #expect(plan.bytes(parameters: 1e6, metaBatch: 1000) == 6e11)
  }

  /// The stages of one job of each kind: a cell's own stage is not counted beside its progress lines.
  @Test func aJobIsItsPartsAndTheRest() {
    let stages = [
      ("loading data", 1.5), ("Meta-training of 3, side by side", 50.0), ("meta-training", 50), ("Searching rates", 4),
      ("Tuning baselines", 4), ("Scaling the updates of LSTM", 2), ("tuning", 10), ("Evaluating", 7),
      ("Painting Art 64", 11), ("Comparing starts", 2),
    ]
    #expect(WholeJobs.seconds(stages, of: 86.5) == [1.5, 50, 10, 20, 5])
    #expect(WholeJobs.seconds([("Ablation", 3)], of: 3) == [0, 3, 0, 0, 0])
    // Preset paper trains in three phases.
    let phases = [
      ("Meta-training of 4, side by side", 40.0), ("Finishing meta-training of 4, side by side", 20),
      ("Going on with the best", 10), ("meta-training", 71),
    ]
    #expect(WholeJobs.seconds(phases, of: 75) == [0, 70, 0, 0, 5])
  }

  private static let line =
    #"{"bench": "jax", "ms_per_step_train": 20.5, "ms_per_step_eval": 4.4, "threads": 1}"#

  @Test func aPeersLineIsRead() throws {
    let answer = try #require(PeerPrograms.Answer.parse(Self.line))
    #expect((answer.training, answer.use) == (20.5, 4.4))
    #expect(answer.compilation == nil)
    #expect(PeerPrograms.Answer.parse("WARNING: no GPU") == nil)
    #expect(PeerPrograms.Answer.parse(#"{"bench": "jax"}"#) == nil)
  }

  /// Ours says what a peer says, once for each line that it is given.
  @Test func ourStepsAnswerAsAPeerDoes() throws {
    var lines: [String] = []
    var questions = ["go", "go"]
    try OwnSteps(OwnSteps.images()).serve(steps: 20, input: { questions.popLast() }, output: { lines.append($0) })
    try #require(lines.count == 3)
    #expect(lines[0].contains("\"ready\""))
    for line in lines.dropFirst() {
      let answer = try #require(PeerPrograms.Answer.parse(line))
      #expect(answer.use > 0 && answer.training > 0)
    }
  }

  @Test func aProcessIsToldWhatToMeasure() {
    for process in [OwnProcess.peer(steps: 20), .metaIteration(coordinates: 100, steps: 5, threads: 2)] {
      #expect(OwnProcess(arguments: process.command.dropFirst()) == process)
    }
    #expect(OwnProcess(arguments: []) == nil)
    #expect(OwnProcess(arguments: ["--preset", "smoke"]) == nil)
  }

  #if os(Linux)
    @Test func aPeakCoversWhatWasThere() throws {
      let bytes = 256_000_000
      let there = [UInt8](repeating: 1, count: bytes)
      #expect(there.last == 1)
      #expect(try #require(peakMemory(of: "self")) > Double(bytes))
      #expect(peakMemory(of: "no process") == nil)
    }
  #endif

  /// Peers that are shell scripts: one answers, one ends at once, one is not there.
  @Test func peersThatAreAbsentSaySo() throws {
    let folder = try TemporaryFolder()
    try folder.write("good.sh", Array("echo '{\"ready\": 1}'\nwhile read x; do echo '\(Self.line)'; done\n".utf8))
    try folder.write("bad.sh", Array("exit 1\n".utf8))
    let peers = PeerPrograms(
      ["good", "bad", "none"].map { .init(name: $0, script: "\($0).sh", arguments: []) }, in: folder.path, python: "sh",
      steps: 20)
    peers.measure()
    peers.measure()
    #expect(peers.rows.map(\.answers.count) == [2, 0, 0])
    #expect(peers.rows[1].absence?.contains("ended by itself") == true)
    #expect(peers.rows[2].absence?.contains("no none.sh") == true)
    let ours = PeerPrograms.Answer(training: 2.05, use: 1.1)
    #expect(peers.rows[0].startUp ?? 0 > 0)
    #expect(peers.rows[1].startUp == nil)
    let table = PeerPrograms.table(ours: [ours, ours], peers.rows)
    #expect(table.rows[0].prefix(3) == ["good", "20.500", "10.000"])
    #expect(table.rows[2][1] == "no none.sh in the folder")
  }

  /// Peers that never answer, before they are ready or after: their rows say so, and nobody waits for them.
  @Test func peersThatHangAreGivenUp() throws {
    let folder = try TemporaryFolder()
    try folder.write("early.sh", Array("echo starting; sleep 3600\n".utf8))
    try folder.write("late.sh", Array("echo '{\"ready\": 1}'; read x; echo '\(Self.line)'; sleep 3600\n".utf8))
    let peers = PeerPrograms(
      ["early", "late"].map { .init(name: $0, script: "\($0).sh", arguments: []) }, in: folder.path, python: "sh",
      steps: 20, patience: .seconds(2))
    peers.measure()
    peers.measure()
    #expect(peers.rows.map(\.absence) == ["no answer within 2.0 seconds", "no answer within 2.0 seconds"])
    #expect(peers.rows.map(\.answers.count) == [0, 1])
  }

  @Test func aMissingInterpreterIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("peer.py", [])
    let peers = PeerPrograms(
      [.init(name: "x", script: "peer.py", arguments: [])], in: folder.path, python: "no-such-python", steps: 1)
    #expect(peers.rows[0].absence == "no no-such-python here")
  }
}
