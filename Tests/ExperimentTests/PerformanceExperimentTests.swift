import Foundation
import Testing

/// The performance experiment at its smallest: what it says has sane sizes; how fast the machine is, is no test.
struct PerformanceExperimentTests {
  @Test func leavesItsPage() throws {
    let project = try ScratchProject()
    let run = try SmokeRun.run(
      "performance", ["--preset", "smoke", "--dataset", "generated", "--peers", "nowhere"], in: project.path)
    try #require(run.exitCode == 0, "\(run.complaints)")
    #expect(run.output.contains("bench_jax.py"))
    let names = try project.names("Reports/performance")
    for name in ["claims.json", "run.json", "index.html", "roofline.png", "growth.png"] {
      #expect(names.contains(name), "\(name)")
    }
    struct Claim: Decodable {
      var quantity: String
      var ours: Double
    }
    let claims = try JSONDecoder().decode([Claim].self, from: project.bytes("Reports/performance/claims.json"))
    let shares = claims.filter { $0.quantity == "share of the measured peak" }
    #expect(shares.count == 3)
    for share in shares { #expect(share.ours > 0 && share.ours < 1.2) }
  }
}
