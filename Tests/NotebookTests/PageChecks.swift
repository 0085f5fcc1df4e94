import Foundation
import Foundations
import TestSupport
import Testing

@testable import Notebook

/// Pages judged by others: a real browser, and the validators of HTML and of Jupyter, where they are installed.
@Suite("Pages, judged by others") struct PageChecks {
  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Pages").path
  /// $L2L_PYTHON names a Python that has the validators; which of them it lacks is printed.
  private static let python = ProcessInfo.processInfo.environment["L2L_PYTHON"] ?? "python3"

  private func run(_ script: String, _ arguments: [String]) throws -> (code: Int32, text: String) {
    let (code, text) = try PythonRun.run(Self.python, ["\(Self.scripts)/\(script)"] + arguments)
    for line in text.split(separator: "\n") where line.contains("not checked") || line.contains("skipped") {
      print(line)
    }
    return (code, text)
  }

  private static let hasPython = Command.output(of: [python, "--version"]) != nil

  @Test("Pages, notebooks and drawings are valid", .enabled(if: hasPython, "Python is not installed"))
  func files() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.copy(to: folder.path)
    _ = try ReportWriter.rebuild(folder.path)
    let (code, text) = try run("check_files.py", [folder.path])
    #expect(code == 0, "\(text)")
    #expect(text.contains("ok"))
  }

  @Test("Pages work in a browser", .enabled(if: hasPython, "Python is not installed"))
  func browser() throws {
    let folder = try TemporaryFolder()
    try ReportFixture.copy(to: folder.path)
    _ = try ReportWriter.rebuild(folder.path)
    // Set by .ci/run, where the check of accessibility must not be left out unseen.
    let isAxeRequired = ProcessInfo.processInfo.environment["L2L_REQUIRE_AXE"] != nil
    let (code, text) = try run(
      "check_browser.py", [folder.path, "--brief"] + (isAxeRequired ? ["--require-axe"] : []))
    #expect(code == 0, "\(text)")
  }
}
