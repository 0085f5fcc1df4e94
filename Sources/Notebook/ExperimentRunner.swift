import Foundation
import Foundations
import Synchronization

/// Runs experiments one after the other as processes of their own, so that one that fails stops no other.
public struct ExperimentRunner {
  /// How a run ended.
  public struct Outcome: Sendable, Equatable {
    public var name: String
    /// The process' exit code, 128 and the signal's number where a signal ended it; nil if it could not be built or
    /// started.
    public var exitCode: Int32?
    /// How long it took, building included.
    public var seconds: Double
    /// How long its process ran.
    public var running = 0.0
    /// How it ended and the last thing it said, when it failed.
    public var complaint: String?

    public var failed: Bool { exitCode != 0 }
  }

  /// Why an experiment could not be built.
  struct Complaint: Error {
    var text: String
  }

  private let terminal: Terminal
  private let arguments: [String]
  /// Gives the path of an experiment's executable.
  private let build: (String) -> Result<String, Complaint>

  /// - Parameter options: what every experiment is given.
  public init(options: CommonOptions, terminal: Terminal) {
    self.init(options: options, terminal: terminal, build: Self.built)
  }

  init(options: CommonOptions, terminal: Terminal, build: @escaping (String) -> Result<String, Complaint>) {
    self.terminal = terminal
    self.build = build
    arguments = options.arguments
  }

  /// Builds and runs the experiments in order, showing which one is at work and the last thing it said.
  ///
  /// - Throws: `Interrupted` after SIGINT or SIGTERM, which are handed on to the one at work, once that has ended.
  public func run(_ experiments: [ExperimentListing]) throws -> [Outcome] {
    ChildSignals.handOn()
    return try experiments.enumerated().map { index, experiment in
      let place = "[\(index + 1)/\(experiments.count)] \(experiment.name)"
      let start = ContinuousClock.now
      terminal.show(status: "\(place)  building")
      var outcome = Outcome(name: experiment.name, exitCode: nil, seconds: 0)
      switch build(experiment.name) {
      case .failure(let complaint): outcome.complaint = complaint.text
      case .success(let path):
        let running = ContinuousClock().measure { (outcome.exitCode, outcome.complaint) = run(path, place) }
        outcome.running = running / .seconds(1)
      }
      outcome.seconds = start.duration(to: .now) / .seconds(1)
      terminal.show(status: "")
      let verdict = outcome.failed ? "failed: \(outcome.complaint ?? "no word")" : "done"
      terminal.print("\(place): \(verdict) (\(spokenDuration(.seconds(outcome.seconds))))")
      try ChildSignals.check()
      return outcome
    }
  }

  /// Builds an experiment from nothing, in a folder of its own.
  ///
  /// - Returns: the seconds that it took; nil where it does not build.
  /// - Throws: `Interrupted` after SIGINT or SIGTERM.
  public func secondsOfBuild(_ name: String, in scratch: String) throws -> Double? {
    ChildSignals.handOn()
    terminal.show(status: "Building \(name) from nothing")
    defer { terminal.show(status: "") }
    let start = ContinuousClock.now
    let command = [
      "swift", "build", "--package-path", ProjectFolder.path, "--product", name, "--scratch-path", scratch,
    ]
    let ending = Self.start(command, environment: [:]) { _ in }
    try ChildSignals.check()
    return ending?.code == 0 ? start.duration(to: .now) / .seconds(1) : nil
  }

  /// The executable of an experiment, built where this one was.
  private static func built(_ name: String) -> Result<String, Complaint> {
    let own = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0]).resolvingSymlinksInPath()
    let products = own.deletingLastPathComponent()
    let path = products.appendingPathComponent(name).path
    #if DEBUG
      let configuration = "debug"
    #else
      let configuration = "release"
    #endif
    var command = ["swift", "build", "--package-path", ProjectFolder.path, "-c", configuration, "--product", name]
    if products.lastPathComponent == configuration {
      command += ["--scratch-path", products.deletingLastPathComponent().deletingLastPathComponent().path]
    }
    var last = ""
    guard let ending = start(command, environment: [:], { last = $0.contains("error:") ? $0 : last }) else {
      return .failure(Complaint(text: "swift could not be started"))
    }
    guard ending.code == 0 else { return .failure(Complaint(text: last.isEmpty ? "it does not build" : last)) }
    return .success(path)
  }

  private func run(_ path: String, _ place: String) -> (Int32?, String?) {
    var last = ""
    var logged = ContinuousClock.now
    let ending = Self.start([path] + arguments, environment: ["L2L_LOG_SECONDS": "1", "NO_COLOR": "1"]) { line in
      guard !line.isEmpty else { return }
      last = line
      guard terminal.redraws || logged.duration(to: .now) > .seconds(15) else { return }
      logged = .now
      terminal.progress("\(place)  \(line)")
    }
    guard let ending else { return (nil, "\(path) could not be started") }
    return (ending.code, ending.code == 0 ? nil : ending.complaint(last: last))
  }

  /// How a process ended.
  private struct Ending {
    var status: Int32
    var isSignal: Bool

    /// The exit code, or 128 and the signal's number.
    var code: Int32 { isSignal ? 128 + status : status }

    /// In a few words, with the last thing that it said.
    func complaint(last: String) -> String {
      let word = last.isEmpty ? "no word" : last
      guard isSignal else { return "\(word) (exit code \(status))" }
      return "ended by signal \(status)\(status == SIGKILL ? " (perhaps out of memory)" : ""); last said: \(word)"
    }
  }

  /// Runs a command, gives each line that it puts out to `line`, and returns how it ended; nil where it could not be
  /// started.
  private static func start(_ command: [String], environment: [String: String], _ line: (String) -> Void) -> Ending? {
    let process = Process()
    // env looks for a program by its name, and takes a path with "=" in it for a variable.
    let isPath = command[0].contains("/")
    process.executableURL = URL(fileURLWithPath: isPath ? command[0] : "/usr/bin/env")
    process.arguments = isPath ? Array(command.dropFirst()) : command
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    ChildSignals.child(ChildSignals.starting)
    defer { ChildSignals.child(0) }
    guard (try? process.run()) != nil else { return nil }
    ChildSignals.child(process.processIdentifier)
    var rest: [UInt8] = []
    while case let chunk = pipe.fileHandleForReading.availableData, !chunk.isEmpty {
      rest += chunk
      while let end = rest.firstIndex(of: 0x0A) {
        line(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
      }
    }
    if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
    process.waitUntilExit()
    return Ending(status: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal)
  }
}

/// SIGINT and SIGTERM for the process at work, which Foundation puts into a group of its own: a terminal's Ctrl-C does
/// not reach it by itself. (Were they ignored here, as `Interruption` has it, the process would ignore them too.)
private enum ChildSignals {
  private static let process = Atomic<Int32>(0)
  private static let received = Atomic<Int32>(0)

  static func handOn() {
    // Whatever is initialised lazily is so before a handler needs it.
    _ = (process.load(ordering: .relaxed), received.load(ordering: .relaxed))
    for number in [SIGINT, SIGTERM] {
      let before = signal(number) { number in
        ChildSignals.received.store(number, ordering: .sequentiallyConsistent)
        let process = ChildSignals.process.load(ordering: .sequentiallyConsistent)
        if process > 0 { kill(process, number) } else if process == 0 { _exit(128 + number) }
      }
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
    }
  }

  /// In place of the number of a process that is about to have one: a signal is handed on once it has.
  static let starting: Int32 = -1

  /// - Parameter id: of the process at work, 0 once it has ended.
  static func child(_ id: Int32) {
    process.store(id, ordering: .sequentiallyConsistent)
    let number = received.load(ordering: .sequentiallyConsistent)
    if id > 0, number != 0 { kill(id, number) }
  }

  static func check() throws {
    let number = received.load(ordering: .sequentiallyConsistent)
    if number != 0 {
      throw Interrupted(
        signal: number,
        remedy: "an experiment that was at work has saved what it did; the same command begins with the first")
    }
  }
}

extension CommonOptions {
  /// The options as they are spelled on a command line.
  var arguments: [String] {
    var arguments = [
      "--preset", preset.rawValue, "--seed", "\(seed)", "--output", output, "--dataset", dataset.rawValue,
    ]
    if let trials { arguments += ["--trials", "\(trials)"] }
    if let data { arguments += ["--data", data] }
    if let threads { arguments += ["--threads", "\(threads)"] }
    if retrain { arguments.append("--retrain") }
    return arguments
  }
}
