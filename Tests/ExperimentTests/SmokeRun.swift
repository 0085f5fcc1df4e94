import Foundation
import TestSupport
import Testing

/// An experiment's executable, run as its users run it: a process of its own, at its smallest.
struct SmokeRun {
  var exitCode: Int32
  var output: String
  var complaints: String

  /// The folder of this test's own executable, where the experiments lie too.
  static var products: URL {
    URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
  }

  /// An experiment's executable.
  static func path(of experiment: String) -> String {
    // On a Mac tests run in a bundle, four folders deeper, which only the arguments name.
    let candidates =
      CommandLine.arguments.flatMap { argument in
        sequence(first: URL(fileURLWithPath: argument).deletingLastPathComponent()) { $0.deletingLastPathComponent() }
          .prefix(4)
      } + [products]
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path + "/" + experiment) }
    return (found ?? products).appendingPathComponent(experiment).path
  }

  /// Runs an experiment to its end.
  ///
  /// - Parameter folder: the working directory; this process' own where nil.
  static func run(
    _ experiment: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> SmokeRun {
    try StartedRun(experiment, arguments, environment: environment, in: folder).wait()
  }

  /// No data folder, and a proxy where nobody listens.
  static let withoutNetwork = [
    "L2L_DATA": "", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9",
  ]

  /// Runs an experiment's smallest form on generated data, with nothing loaded.
  static func smoke(
    _ experiment: String, _ folder: TemporaryFolder, threads: Int = 3, seed: Int = 1, _ more: [String] = []
  ) throws -> SmokeRun {
    try run(
      experiment,
      [
        "--preset", "smoke", "--dataset", "generated", "--retrain", "--seed", "\(seed)", "--threads", "\(threads)",
        "--output", folder.path,
      ] + more)
  }

  /// Expects that what such a run of seed 1 left is left on a single thread too, and that with seed 2 the first of the
  /// files is another.
  static func expectRepeats(
    _ experiment: String, _ folder: TemporaryFolder, _ more: [String] = [], files: [String]
  ) throws {
    func bytes(_ folder: TemporaryFolder, _ file: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: folder.path("\(experiment)/\(file)")))
    }
    let (single, other) = (try TemporaryFolder(), try TemporaryFolder())
    #expect(try smoke(experiment, single, threads: 1, more).exitCode == 0)
    for file in files { #expect(try bytes(folder, file) == bytes(single, file), "\(file)") }
    #expect(try smoke(experiment, other, seed: 2, more).exitCode == 0)
    #expect(try bytes(folder, files[0]) != bytes(other, files[0]))
  }

  /// The claims that a run left in its folder: what each states, and our number.
  static func claims(in report: String) throws -> [(statement: String, ours: Double)] {
    let data = try Data(contentsOf: URL(fileURLWithPath: report + "/claims.json"))
    let claims = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    return try claims.map { (try #require($0["statement"] as? String), $0["ours"] as? Double ?? .nan) }
  }

  /// Runs another program to its end.
  static func run(path: String, _ arguments: [String], in folder: String? = nil) throws -> SmokeRun {
    try StartedRun(path: path, arguments, environment: [:], in: folder).wait()
  }
}

/// An experiment that is running.
final class StartedRun {
  let process = Process()
  private let output = Pipe()
  private let complaints = Pipe()
  private var errors = Data()

  convenience init(
    _ experiment: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws {
    try self.init(path: SmokeRun.path(of: experiment), arguments, environment: environment, in: folder)
  }

  init(path: String, _ arguments: [String], environment: [String: String], in folder: String?) throws {
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardOutput = output
    process.standardError = complaints
    try process.run()
  }

  /// Waits until the experiment has logged some words, or has ended.
  func wait(for words: String) {
    while !String(decoding: errors, as: UTF8.self).contains(words) {
      let more = complaints.fileHandleForReading.availableData
      if more.isEmpty { return }
      errors += more
    }
  }

  /// Sends it a signal, unless it has ended and another process may have its number.
  func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  func wait() -> SmokeRun {
    // Small enough for a pipe's buffer; read first, so that a longer text does not block the process either.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    errors += complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // Where a signal ended it, this is the signal's number.
    return SmokeRun(
      exitCode: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      complaints: String(decoding: errors, as: UTF8.self))
  }
}

/// A folder that experiments take for the project's, so that what they keep in Data/optimizers goes away with it.
final class ScratchProject: Sendable {
  private let folder: TemporaryFolder
  var path: String { folder.path }

  init() throws {
    folder = try TemporaryFolder()
    let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    for part in ["paper", "networks"] {
      try FileManager.default.createDirectory(atPath: folder.path("Data/\(part)"), withIntermediateDirectories: true)
    }
    for file in ["Package.swift", "Data/paper/curves.json", "Data/networks/own-cifar10.safetensors"] {
      try FileManager.default.copyItem(atPath: "\(own)/\(file)", toPath: folder.path(file))
    }
  }

  /// A file's contents.
  func bytes(_ file: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path(file))) }

  func names(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted()
  }

  /// What an experiment leaves that has the same bytes for the same settings: by name, with its trained optimizers.
  func results(of experiment: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for (folder, endings) in [
      ("Reports/\(experiment)", [".csv", ".png", ".svg", "claims.json"]), ("Data/optimizers", [""]),
    ] where FileManager.default.fileExists(atPath: self.folder.path(folder)) {
      for name in try names(folder) where endings.contains(where: name.hasSuffix) {
        var isFolder: ObjCBool = false
        let path = self.folder.path("\(folder)/\(name)")
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
          found[name] = try bytes("\(folder)/\(name)")
        }
      }
    }
    return found
  }
}
