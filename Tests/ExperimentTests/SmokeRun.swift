import Foundation

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

  /// - Parameter folder: the working directory; this process' own where nil.
  static func run(
    _ experiment: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> SmokeRun {
    let process = Process()
    let candidates = CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() } + [products]
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path + "/" + experiment) }
    process.executableURL = (found ?? products).appendingPathComponent(experiment)
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (output, complaints) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = complaints
    try process.run()
    // Small enough for a pipe's buffer; read first, so that a longer text does not block the process either.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let errors = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return SmokeRun(
      exitCode: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      complaints: String(decoding: errors, as: UTF8.self))
  }
}
