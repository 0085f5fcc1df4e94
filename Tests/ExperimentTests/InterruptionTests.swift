import Foundation
import Foundations
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

  #if os(Linux)  // LD_PRELOAD
    /// Swift's own images have no compiler of C but the one that comes with Swift.
    private static let compiler = ["clang", "cc"].first { Command.output(of: [$0, "--version"]) != nil }

    /// Of every seven writes one is tried; every one where L2L_EVERY_WRITE is set.
    @Test(.enabled(if: compiler != nil, "neither clang nor cc is installed"))
    func killedBeforeOneWriteAfterTheOther() throws {
      let library = try TemporaryFolder()
      let compiler = Process()
      compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      compiler.arguments = [
        try #require(Self.compiler), "-shared", "-fPIC", "-O1", "-o", library.path("dying.so"),
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("DyingAtWrites.c").path,
        "-ldl",
      ]
      try compiler.run()
      compiler.waitUntilExit()
      try #require(compiler.terminationStatus == 0)
      let (whole, stopped) = (try ScratchProject(), try ScratchProject())
      #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: Self.eager, in: whole.path).exitCode == 0)
      let stride = ProcessInfo.processInfo.environment["L2L_EVERY_WRITE"] == nil ? 7 : 1
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
  #endif

  @Test func aSignalSavesAndSaysHowToGoOn() throws {
    let patient = ["L2L_CHECKPOINT_SECONDS": "3600", "L2L_LOG_SECONDS": "0"]
    let whole = try ScratchProject()
    #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: patient, in: whole.path).exitCode == 0)
    for signal in [SIGINT, SIGTERM] {
      var (stopped, tries) = (try ScratchProject(), 1)
      func hasCheckpoint() throws -> Bool {
        try stopped.names("Data/optimizers").contains { $0.hasSuffix(".checkpoint") }
      }
      var end = try Self.end(of: stopped, by: signal, environment: patient)
      // On a busy machine meta-training may be over before the signal comes, which shows nothing.
      while try !hasCheckpoint(), tries < 5 {
        (stopped, tries) = (try ScratchProject(), tries + 1)
        end = try Self.end(of: stopped, by: signal, environment: patient)
      }
      #expect(end.exitCode == 128 + signal)
      #expect(end.complaints.contains("the same command goes on from there"))
      #expect(try hasCheckpoint())
      #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: patient, in: stopped.path).exitCode == 0)
      try Self.expectSame(whole, stopped)
    }
  }

  /// How a run ends that gets a signal as soon as meta-training goes on.
  private static func end(
    of project: ScratchProject, by signal: Int32, environment: [String: String]
  ) throws -> SmokeRun {
    let run = try StartedRun("fig3-mnist", smoke, environment: environment, in: project.path)
    run.wait(for: "Meta-training  ")
    run.send(signal)
    return run.wait()
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

  @Test func theLockOfARunThatWasKilledGoes() throws {
    let project = try ScratchProject()
    #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: Self.eager, in: project.path).exitCode == 0)
    let optimizer = try #require(try project.names("Data/optimizers").first { $0.hasSuffix(".safetensors") })
    let lock = "\(project.path)/Data/optimizers/\(optimizer).lock"
    try Data("process 1 (fig3-mnist)".utf8).write(to: URL(fileURLWithPath: lock))
    #expect(try SmokeRun.run("fig3-mnist", Self.smoke, environment: Self.eager, in: project.path).exitCode == 0)
    #expect(!FileManager.default.fileExists(atPath: lock))
  }

  private static let kills = ProcessInfo.processInfo.environment["L2L_KILLS"].flatMap(Int.init)

  /// Experiments are killed at moments drawn at random and started again until they end, over and over: two of them
  /// once each, or all of them as often as L2L_KILLS says.
  @Test(
    arguments: kills == nil
      ? ["fig4-quadratics", "fig10-updates"]
      : [
        "fig3-mnist", "fig4-quadratics", "fig5-transfer", "fig6-architectures", "fig7-cifar", "fig8-neural-art",
        "fig10-updates",
      ])
  func killedAtAnyMoment(experiment: String) throws {
    let wanted = Self.kills ?? 1
    var random = RandomStream(seed: 1).stream(experiment)
    let whole = try ScratchProject()
    let start = ContinuousClock.now
    try #require(try SmokeRun.run(experiment, Self.smoke, environment: Self.eager, in: whole.path).exitCode == 0)
    let length = start.duration(to: .now) / .seconds(1)
    let expected = try whole.results(of: experiment)
    try #require(expected.count > 4)
    var kills = 0
    while kills < wanted {
      let stopped = try ScratchProject()
      var exitCode: Int32
      repeat {
        let run = try StartedRun(experiment, Self.smoke, environment: Self.eager, in: stopped.path)
        // Once all kills are done, the run is left alone.
        if kills < wanted {
          Thread.sleep(forTimeInterval: length * Double(random.uniform(0, 1)))
          run.send(SIGKILL)
        }
        exitCode = run.wait().exitCode
        if exitCode == SIGKILL { kills += 1 }
      } while exitCode == SIGKILL
      #expect(exitCode == 0)
      let found = try stopped.results(of: experiment)
      #expect(found.keys.sorted() == expected.keys.sorted())
      for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
    }
  }
}
