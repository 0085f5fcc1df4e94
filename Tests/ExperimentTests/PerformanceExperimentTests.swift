import Foundation
import Testing

/// The performance experiment at its smallest: what it says has sane sizes; how fast the machine is, is no test.
struct PerformanceExperimentTests {
  @Test func leavesItsPage() throws {
    let project = try ScratchProject()
    // A peer that does not answer, and none of the other.
    try FileManager.default.createDirectory(atPath: "\(project.path)/peers", withIntermediateDirectories: true)
    try Data("raise SystemExit(1)\n".utf8).write(to: URL(fileURLWithPath: "\(project.path)/peers/bench_torch.py"))
    let run = try SmokeRun.run(
      "performance", ["--preset", "smoke", "--dataset", "generated", "--peers", "peers"], in: project.path)
    try #require(run.exitCode == 0, "\(run.complaints)")
    #expect(run.output.contains("bench_jax.py"))
    let names = try project.names("Reports/performance")
    for name in ["claims.json", "run.json", "index.html", "roofline.png", "growth.png", "roofline.csv", "growth.csv"] {
      #expect(names.contains(name), "\(name)")
    }
    struct Claim: Decodable {
      var quantity: String
      var ours: Double
    }
    let claims = try JSONDecoder().decode([Claim].self, from: project.bytes("Reports/performance/claims.json"))
    let shares = claims.filter { $0.quantity == "share of the measured peak" }
    #expect(shares.count == 3)
    // How large they are is the machine's affair, and its other work's.
    for share in shares { #expect(share.ours > 0 && share.ours.isFinite) }
  }

  @Test func aFolderWithoutPeersIsNamedAtOnce() throws {
    let project = try ScratchProject()
    let run = try SmokeRun.run("performance", ["--peers", "nowhere"], in: project.path)
    #expect(
      run.exitCode == 2 && run.complaints.hasPrefix("error: --peers is nowhere; expected a folder with bench_jax.py"))
  }
}
