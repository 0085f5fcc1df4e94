import Foundation
import TestSupport
import Testing

/// Disks that are full or read-only, limits on files and memory: a clear sentence, the right exit code, and the results
/// of earlier runs as they were.
@Suite(.serialized)
struct FaultTests {
  private static let smoke = ["--preset", "smoke", "--dataset", "generated", "--threads", "2", "--quiet"]

  /// The results in a folder of reports, by name.
  private static func results(_ folder: String) throws -> [String: Data] {
    let report = "\(folder)/fig3-mnist"
    let names = try FileManager.default.contentsOfDirectory(atPath: report).filter {
      [".csv", ".json", ".png", ".svg", ".html", ".ipynb"].contains(where: $0.hasSuffix)
    }
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(report)/\($0)"))) })
  }

  @Test(.enabled(if: SmallDisk.isPossible, "this process may not mount a small disk"))
  func aFullDiskLeavesEarlierResults() throws {
    let (project, earlier) = (try ScratchProject(), try TemporaryFolder())
    #expect(try SmokeRun.run("fig3-mnist", Self.smoke + ["--output", earlier.path], in: project.path).exitCode == 0)
    for kilobytes in [4, 40, 120, 200, 240, 280, 320] {
      try Self.expectResults(of: earlier, afterFillingADiskBut: kilobytes, in: project)
    }
  }

  private static func expectResults(
    of earlier: TemporaryFolder, afterFillingADiskBut kilobytes: Int, in project: ScratchProject
  ) throws {
    let disk = try #require(try SmallDisk(kilobytes: 8_000))
    try FileManager.default.copyItem(atPath: earlier.path("fig3-mnist"), toPath: "\(disk.path)/fig3-mnist")
    let before = try results(disk.path)
    #expect(before.count > 7)
    #expect(try disk.fill(leaving: kilobytes) == 0)
    let run = try SmokeRun.run(
      "fig3-mnist", smoke + ["--output", disk.path, "--seed", "2"], in: project.path)
    #expect(run.exitCode == 3, "\(kilobytes) KB left")
    #expect(run.complaints.contains("no space left on device; free some space"))
    #expect(run.complaints.split(separator: "\n").count == 1, "\(run.complaints)")
    #expect(try results(disk.path) == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/fig3-mnist").filter {
        $0.hasSuffix(".partial") || $0 == ".new"
      } == [])
  }

  @Test(.enabled(if: SmallDisk.isPossible, "this process may not mount a small disk"))
  func aReadOnlyFolderIsNamedBeforeAnyWork() throws {
    let disk = try #require(try SmallDisk(kilobytes: 100))
    #expect(try disk.makeReadOnly() == 0)
    let run = try SmokeRun.run("fig3-mnist", Self.smoke + ["--output", disk.path])
    #expect(run.exitCode == 3)
    #expect(run.complaints.contains("\(disk.path)/fig3-mnist"))
    #expect(run.complaints.contains("choose another folder (with --output"))
    #expect(run.output.isEmpty)
  }

  /// Runs fig3-mnist's smoke preset under a limit of the shell.
  private static func limited(_ limit: String, in project: ScratchProject) throws -> SmokeRun {
    let executable = SmokeRun.path(of: "fig3-mnist")
    // One arena: glibc's arenas of 64 MiB a thread make what a limit on memory leaves a matter of luck.
    let command =
      "export MALLOC_ARENA_MAX=1; ulimit \(limit) && exec '\(executable)' \(smoke.joined(separator: " "))"
    return try SmokeRun.run(path: "/bin/sh", ["-c", command], in: project.path)
  }

  @Test func aLimitOnTheSizeOfFilesIsAnError() throws {
    let run = try Self.limited("-f 16", in: ScratchProject())
    #expect(run.exitCode == 3)
    #expect(run.complaints.contains("file too large"))
  }

  #if os(Linux)  // macOS has no /dev/full
    @Test func outputThatCannotBeWrittenIsSaid() throws {
      let project = try ScratchProject()
      let executable = SmokeRun.path(of: "fig3-mnist")
      let run = try SmokeRun.run(
        path: "/bin/sh", ["-c", "exec '\(executable)' \(Self.smoke.joined(separator: " ")) >/dev/full"],
        in: project.path)
      #expect(run.exitCode == 0)
      #expect(run.complaints.contains("warning: standard output: No space left on device; "))
      #expect(run.complaints.ranges(of: "No space left").count == 1)
    }
  #endif

  @Test(
    arguments: [("L2L_VECTOR_LEVEL", "v7"), ("L2L_CHECKPOINT_SECONDS", "often"), ("L2L_LOG_SECONDS", "nan")])
  func environmentVariablesThatSayNothingAreNamed(_ name: String, _ value: String) throws {
    let run = try SmokeRun.run("fig3-mnist", Self.smoke, environment: [name: value])
    #expect(run.exitCode == 2)
    #expect(run.complaints.hasPrefix("error: $\(name) is \(value); expected "))
    #expect(run.complaints.split(separator: "\n").count == 1)
  }

  #if os(Linux)  // macOS has no limit on memory
    @Test func memoryThatRunsOutIsNamed() throws {
      let run = try Self.limited("-v 150000", in: ScratchProject())
      #expect(run.exitCode == 1)
      #expect(run.complaints.contains("error: memory: expected more to be had, found none left"))
    }
  #endif
}
