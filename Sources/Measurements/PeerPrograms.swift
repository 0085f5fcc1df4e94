import Foundation
import Foundations
import Notebook

/// The same work in other programs, measured in turn with ours.
///
/// A peer is a script that sets itself up, prints a line with "ready" when it is, measures once for each line that it
/// is given, and answers with a line of JSON: milliseconds of a step in meta-training and in use, memory, how much
/// longer its first call took.
public final class PeerPrograms {
  /// A script with its arguments, or this package as one more program.
  public struct Peer: Sendable, Equatable {
    public var name: String
    /// Nil for this executable.
    public var script: String?
    public var arguments: [String]
    /// Whether its learned optimizer is the same LSTM: goals are held against those only.
    public var isSameWork = true

    /// This package, measured as the others are.
    public static let ours = Peer(name: "this package", script: nil, arguments: [])

    /// The peers that are known, for one thread and the network of fig3-mnist.
    public static let all = [
      Peer(
        name: "JAX, compiled, recomputing", script: "bench_jax.py", arguments: ["--layout", "hn", "--remat", "1"]),
      Peer(name: "PyTorch, written for speed", script: "bench_torch.py", arguments: ["--impl", "hn"]),
      Peer(name: "PyTorch, nn.LSTMCell", script: "bench_torch.py", arguments: ["--impl", "cell"]),
      Peer(
        name: "learned_optimization, its MLP (no LSTM)", script: "bench_lo.py", arguments: ["--lopt", "mlp"],
        isSameWork: false),
    ]

    /// - Parameter steps: optimization steps of a measurement.
    func command(python: String, steps: Int) -> [String] {
      guard let script else { return OwnProcess.peer(steps: steps).command }
      // An episode is an unroll, in use too: each sample, of which there are as many as ours, has a start of its own.
      let unroll = "\(OwnSteps.unroll)"
      let options = [
        "--threads", "1", "--modes", "eval,train", "--unroll", unroll, "--episode", unroll, "--steps", "\(steps)",
        "--serve",
      ]
      return [python, script] + arguments + options
    }
  }

  /// What a peer says of itself.
  public struct Answer: Sendable, Equatable, Decodable {
    /// Milliseconds of an optimization step.
    public var training: Double
    public var use: Double
    /// Megabytes at most, by the system's count.
    public var memory: Double?
    /// Seconds that the first unroll of meta-training took more than the second. That is compiling where anything is
    /// compiled, and the making of memory and threads everywhere.
    public var firstCall: Double?

    enum CodingKeys: String, CodingKey {
      case training = "ms_per_step_train"
      case use = "ms_per_step_eval"
      case memory
      case firstCall = "compile_train_s"
    }

    /// Reads a line; nil where it is no answer.
    public static func parse(_ line: some StringProtocol) -> Answer? {
      line.contains("\"bench\"") ? try? JSONDecoder().decode(Answer.self, from: Data(line.utf8)) : nil
    }
  }

  public struct Row: Sendable {
    public var name: String
    /// As `Peer.isSameWork`.
    public var isSameWork = true
    /// One for each round; empty where the peer did not run.
    public var answers: [Answer] = []
    /// Seconds from its start until it is ready, compiled and warm.
    public var startUp: Double?
    /// Why it did not run.
    public var absence: String?
  }

  private final class Running {
    let process = Process()
    let input = Pipe()
    let output = Pipe()
    private var rest: [UInt8] = []

    /// Whether it was given up, having said nothing for too long.
    private(set) var isSilent = false

    /// The next line for which `accept` gives something; nil when the process has ended, or is ended for its silence.
    func next<Value>(within limit: Duration, _ accept: (String) -> Value?) -> Value? {
      let deadline = ContinuousClock.now + limit
      while true {
        while let end = rest.firstIndex(of: 0x0A) {
          let line = String(decoding: rest[..<end], as: UTF8.self)
          rest.removeSubrange(...end)
          if let value = accept(line) { return value }
        }
        let slice = min(deadline, .now + .milliseconds(200))
        guard let more = output.fileHandleForReading.read(until: slice) else {
          if slice < deadline, !Interruption.isAsked { continue }
          isSilent = true
          process.kill()
          return nil
        }
        if more.isEmpty { return nil }
        rest += more
      }
    }
  }

  public private(set) var rows: [Row]
  private var running: [Int: Running] = [:]
  private let patience: Duration

  /// A folder with scripts, before anything else is measured.
  ///
  /// - Throws: `SettingError` where there is none of the known ones, and for an interpreter without a name.
  public static func folder(_ folder: String, pythons: [String]) throws -> String {
    for python in pythons { try SettingError.refuseEmpty("--python", python, expected: "an interpreter") }
    let path = expandingTilde(folder)
    let scripts = Peer.all.compactMap(\.script)
    guard scripts.contains(where: { FileManager.default.fileExists(atPath: "\(path)/\($0)") }) else {
      throw SettingError(
        "--peers", value: folder, expected: "a folder with \(Set(scripts).sorted().joined(separator: " or "))")
    }
    return path
  }

  /// Starts the peers, one after the other, and waits until each is ready.
  ///
  /// - Parameters:
  ///   - folder: where the scripts lie.
  ///   - pythons: interpreters, paths or names: each script runs in the first that has its packages.
  ///   - steps: optimization steps of a measurement.
  ///   - patience: how long a peer may take to be ready, and for a measurement. JAX compiles first.
  public init(
    _ peers: [Peer] = Peer.all, in folder: String, pythons: [String], steps: Int, patience: Duration = .seconds(600)
  ) {
    ResourceLimits.watch()
    self.patience = patience
    rows = peers.map { Row(name: $0.name, isSameWork: $0.isSameWork) }
    for (index, peer) in peers.enumerated() {
      if let script = peer.script, !FileManager.default.fileExists(atPath: "\(folder)/\(script)") {
        rows[index].absence = "no \(script) in the folder"
        continue
      }
      for python in peer.script == nil ? [""] : pythons {
        rows[index].absence = start(peer, as: index, in: folder, python: python, steps: steps)
        if rows[index].absence == nil { break }
      }
    }
  }

  /// Starts one peer; why it does not run, nil if it does.
  private func start(_ peer: Peer, as index: Int, in folder: String, python: String, steps: Int) -> String? {
    let program = Running()
    program.process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The scripts run in their own folder; a path from here has to hold there too.
    program.process.arguments = peer.command(
      python: python.contains("/") ? URL(fileURLWithPath: expandingTilde(python)).path : python, steps: steps)
    if peer.script != nil { program.process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    program.process.standardInput = program.input
    program.process.standardOutput = program.output
    program.process.standardError = FileHandle.nullDevice
    let start = ContinuousClock.now
    guard (try? program.process.run()) != nil else { return "\(python) could not be started" }
    if program.next(within: patience, { $0.contains("\"ready\"") ? true : nil }) == nil {
      if program.isSilent { return silence }
      program.process.waitUntilExit()
      return program.process.terminationStatus == 127
        ? "no \(python) here" : "it ended by itself: its packages are missing, perhaps"
    }
    rows[index].startUp = start.duration(to: .now) / .seconds(1)
    running[index] = program
    return nil
  }

  private var silence: String { "no answer within \(patience)" }

  deinit {
    for program in running.values {
      try? program.input.fileHandleForWriting.close()
      program.process.terminate()
    }
  }

  /// Has every peer that runs measure once.
  public func measure() {
    for (index, program) in running.sorted(by: { $0.key < $1.key }) {
      // One that has ended reads nothing any more, and says nothing.
      try? program.input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
      if var answer = program.next(within: patience, Answer.parse) {
        answer.memory = peakMemory(of: "\(program.process.processIdentifier)").map { $0 / 1e6 }
        rows[index].answers.append(answer)
      } else {
        rows[index].absence = program.isSilent ? silence : "it ended while it measured"
        running[index] = nil
      }
    }
  }
}
