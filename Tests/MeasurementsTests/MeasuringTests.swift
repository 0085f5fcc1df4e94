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
    #expect(roofline.peak.perSecond(threads: 1) > 1e8)
    let peaks = roofline.rows[0].peaks
    #expect(peaks.count == roofline.rows[0].times.count)
    #expect(peaks.allSatisfy { $0 > 1e8 && $0 <= roofline.peak.perSecond(threads: 1) })
    #expect(roofline.machineTable.rows.map { $0[0] } == ["1"])
    #expect((roofline.bandwidths[1] ?? 0) > 1e8)
    let fraction = try #require(roofline.rows[0].fraction)
    #expect(fraction > 0 && fraction < 1)
  }

  /// Two threads at 2.35 times one's rate say that the one was disturbed.
  @Test func aPeakIsTheMostThatWasMeasured() {
    var peak = MachinePeak()
    #expect(peak.perSecond(threads: 1).isNaN)
    for rate in [70e9, 75e9, 60e9] { peak.add(rate, threads: 1) }
    #expect(peak.perSecond(threads: 1) == 75e9)
    for rate in [176.25e9, 150e9] { peak.add(rate, threads: 2) }
    #expect(peak.perSecond(threads: 2) == 176.25e9)
    #expect(peak.perSecond(threads: 1) == 88.125e9)
    #expect(peak.contradictions.count == 1)
    #expect(peak.contradictions.first?.hasPrefix("On 2 threads 2.350 times as much") == true)
    #expect(peak.perSecond(threads: 3).isNaN)
  }

  /// Threads that share a core do less than as many times one's work; neither rate says anything of the other.
  @Test func aPeakOfSeveralThreadsIsTheirOwn() {
    var peak = MachinePeak()
    peak.add(90e9, threads: 1)
    peak.add(150e9, threads: 2)
    #expect(peak.perSecond(threads: 1) == 90e9)
    #expect(peak.perSecond(threads: 2) == 150e9)
    #expect(peak.contradictions.isEmpty)
  }

  /// 4,980 multiply-adds a step in use. Backpropagation recomputes both layers (4,960), brings adjoints back (20 and
  /// 4,800) and sums up products for each weight (4,980); before the first step there is nothing to bring 3,200 to.
  @Test func operationsOfTheLoopsAreThoseThatAreDone() throws {
    let works = try KernelMeasurements(coordinates: 64, steps: 20).works(workers: .one)
    let (steps, coordinates) = (20.0, 64.0)
    let use = 2 * 4_980 * steps * coordinates
    let back = 2 * 14_600 * steps * coordinates
    let again = 2 * 4_960 * steps * coordinates
    #expect(works.map(\.operations) == [use, back, use + back])
    #expect(works.map(\.recomputed) == [0, again, again])
    let single = try KernelMeasurements(coordinates: 64, steps: 1).backpropagation(workers: .one)
    let alone = 2 * 11_560 * coordinates
    #expect(single.operations == alone)
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
    #expect(answer.firstCall == nil)
    let compiled = Self.line.replacingOccurrences(of: "}", with: #", "compile_train_s": 6.4}"#)
    #expect(PeerPrograms.Answer.parse(compiled)?.firstCall == 6.4)
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

  /// As many samples of as many steps as ours, each from its own start.
  @Test func peersTakeTheSamplesThatWeTake() throws {
    for peer in PeerPrograms.Peer.all {
      let command = peer.command(python: "python3", steps: 100)
      for option in ["--unroll", "--episode"] {
        let place = try #require(command.firstIndex(of: option))
        #expect(command[place + 1] == "\(OwnSteps.unroll)")
      }
      #expect(command.contains("--serve"))
    }
  }

  @Test func theFirstCoreIsTheLowestBit() {
    #expect(CoreAffinity.first(of: [0, 0b1100, 7]) == [0, 0b100, 0])
    #expect(CoreAffinity.first(of: [1 << 63, 1]) == [1 << 63, 0])
    #expect(CoreAffinity.first(of: [0, 0]) == [0, 0])
  }

  @Test func aProcessIsToldWhatToMeasure() {
    for process in [OwnProcess.peer(steps: 20), .metaIteration(coordinates: 100, steps: 5, threads: 2)] {
      #expect(OwnProcess(arguments: process.command.dropFirst()) == process)
    }
    #expect(OwnProcess(arguments: []) == nil)
    #expect(OwnProcess(arguments: ["--preset", "smoke"]) == nil)
  }

  #if os(Linux)
    /// For a moment, and without a wait in between, in which another thread could take over.
    @Test func aThreadStaysOnOneCoreUntilItMayLeave() throws {
      let before = try #require(CoreAffinity.current)
      CoreAffinity.stayOnFirst()
      let alone = CoreAffinity.current
      #expect(CoreAffinity.set(before))
      #expect(alone == CoreAffinity.first(of: before))
      #expect(CoreAffinity.current == before)
    }

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
      ["good", "bad", "none"].map { .init(name: $0, script: "\($0).sh", arguments: []) }, in: folder.path,
      pythons: ["sh"],
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
      ["early", "late"].map { .init(name: $0, script: "\($0).sh", arguments: []) }, in: folder.path, pythons: ["sh"],
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
      [.init(name: "x", script: "peer.py", arguments: [])], in: folder.path, pythons: ["no-such-python"], steps: 1)
    #expect(peers.rows[0].absence == "no no-such-python here")
  }

  /// An interpreter that is not there, one in which the script ends by itself, one in which it runs.
  @Test func aScriptRunsInTheFirstInterpreterThatHasItsPackages() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "peer.sh", Array("[ \"$BASH\" ] || exit 1\necho '{\"ready\": 1}'; read x; echo '\(Self.line)'\n".utf8))
    let peers = PeerPrograms(
      [.init(name: "x", script: "peer.sh", arguments: [])], in: folder.path,
      pythons: ["no-such-python", "false", "bash"], steps: 1)
    peers.measure()
    #expect(peers.rows[0].absence == nil && peers.rows[0].answers.count == 1)
  }
}
