import Foundation

/// A Python that runs to its end.
public enum PythonRun {
  /// Runs a Python with some arguments, and modules of the environment's additions; it leaves no files beside what it
  /// imports.
  ///
  /// - Returns: its exit code, and all that it wrote.
  public static func run(
    _ python: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
      .merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
