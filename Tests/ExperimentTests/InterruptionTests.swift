import Foundation
import TestSupport
import Testing

/// A run that is stopped, however, and started again with the same command ends with the bytes of one that was not.
@Suite(.serialized)
struct InterruptionTests {
  /// Progress is saved after every meta-batch.
  private static let eager = ["L2L_CHECKPOINT_SECONDS": "0", "L2L_LOG_SECONDS": "0"]
  private static let smoke = ["--preset", "smoke", "--dataset", "generated", "--threads", "2"]
  private static let results =
    ["curves.csv", "summary.csv", "tuning.csv", "training.csv", "losses.png", "losses.svg", "claims.json"]
    .map { "Reports/fig3-mnist/\($0)" } + ["Data/optimizers/fig3-mnist-smoke-seed1-generated.safetensors"]

  private static func expectSame(_ a: ScratchProject, _ b: ScratchProject) throws {
    for file in results { #expect(try a.bytes(file) == b.bytes(file), "\(file)") }
    #expect(try a.names("Reports/fig3-mnist") == b.names("Reports/fig3-mnist"))
    #expect(try b.names("Data/optimizers").filter { $0.contains("checkpoint") }.isEmpty)
  }

  /// Of every five writes one is tried; every one where L2L_EVERY_WRITE is set.
  @Test func killedBeforeOneWriteAfterTheOther() throws {
    let library = try TemporaryFolder()
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "cc", "-shared", "-fPIC", "-O1", "-o", library.path("dying.so"),
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("DyingAtWrites.c").path,
      "-ldl",
    ]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    let (whole, stopped) = (try ScratchProject(), try ScratchProject())
    #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: Self.eager, in: whole.path).exitCode == 0)
    let stride = ProcessInfo.processInfo.environment["L2L_EVERY_WRITE"] == nil ? 5 : 1
    var (write, kills) = (1, 0)
    while write < 1000 {
      let dying = ["LD_PRELOAD": library.path("dying.so"), "DIE_AT": "\(write)"]
      let run = try SmokeRun.run(
        "fig3-mnist", Self.smoke, environment: Self.eager.merging(dying) { $1 }, in: stopped.path)
      if run.exitCode == 0 { break }
      try #require(run.exitCode == SIGKILL, "\(run.complaints)")
      kills += 1
      write += stride
    }
    #expect(kills > 5)
    try Self.expectSame(whole, stopped)
  }

  @Test(arguments: [SIGINT, SIGTERM]) func aSignalSavesAndSaysHowToGoOn(signal: Int32) throws {
    let (whole, stopped) = (try ScratchProject(), try ScratchProject())
    let patient = ["L2L_CHECKPOINT_SECONDS": "3600", "L2L_LOG_SECONDS": "0"]
    let run = try StartedRun("fig3-mnist", Self.smoke, environment: patient, in: stopped.path)
    run.wait(for: "Meta-training  ")
    kill(run.process.processIdentifier, signal)
    let end = run.wait()
    #expect(end.exitCode == 128 + signal)
    #expect(end.complaints.contains("the same command goes on from there"))
    #expect(try stopped.names("Data/optimizers").contains { $0.hasSuffix(".checkpoint") })
    #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: patient, in: whole.path).exitCode == 0)
    #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: patient, in: stopped.path).exitCode == 0)
    try Self.expectSame(whole, stopped)
  }

  @Test func twoRunsInOneFolderDoNotMeet() throws {
    let project = try ScratchProject()
    let first = try StartedRun("fig3-mnist", Self.smoke, environment: Self.eager, in: project.path)
    first.wait(for: "Meta-training  ")
    let second = try SmokeRun.run("fig3-mnist", Self.smoke, environment: Self.eager, in: project.path)
    #expect(second.exitCode == 1)
    #expect(second.complaints.contains("in use by process \(first.process.processIdentifier)"))
    #expect(first.wait().exitCode == 0)
  }
}
