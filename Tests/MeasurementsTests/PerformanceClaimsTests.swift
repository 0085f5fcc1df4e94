import Foundation
import Notebook
import TestSupport
import Testing

@testable import Measurements

/// Each claim on speeds with which it holds and on some with which it does not.
struct PerformanceClaimsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func notebook() throws -> Notebook {
    let own = folder.path(UUID().uuidString)
    return try Notebook("fig0-test", options: CommonOptions.parse(["--output", own, "--quiet"]))
  }

  /// Rows of the speeds that the claims ask for, times a factor.
  private func roofline(times factor: Double) throws -> Roofline {
    func row(_ name: String, _ workers: Int = 1, seconds: Double, operations: Double? = nil) -> Roofline.Row {
      Roofline.Row(
        name: name, workers: workers, times: [0.1 * seconds, seconds, 9 * seconds], peaks: [1e9, 2e9, 7e9],
        operations: operations)
    }
    // With so many operations a meta-iteration on four threads takes 60 ms at the median.
    func row(_ name: String, _ workers: Int, share: Double) -> Roofline.Row {
      let operations = 0.06 * 0.7 * 1.5 * 2e9
      return row(name, workers, seconds: operations / share / 2e9, operations: operations)
    }
    var roofline = try Roofline([], repetitions: 0)
    roofline.rows = [
      row("meta-iteration", 1, share: 0.7 * factor), row("meta-iteration", 4, share: 0.7 * 1.5 * factor * factor),
      row("ConvNet, forward", 1, share: 0.6 * factor), row("style at 64 pixels", 1, share: 0.6 * factor),
      row("anything else", 1, share: 0.1), row(KernelMeasurements.networkName, seconds: 199e-6 / factor),
      row(KernelMeasurements.manyFunctionsName, seconds: 1.05 / factor),
      row(KernelMeasurements.largeNetworkName, seconds: 1),
    ]
    roofline.rows[1].times[0] = roofline.rows[0].times[0] / (1.8 * factor)
    return roofline
  }

  private func growth(byCoordinates: Double, bySteps: Double) throws -> GrowthStudy {
    var growth = try GrowthStudy(coordinates: [], steps: [], workers: .one)
    for count in [100, 1_000, 10_000, 100_000] {
      // Below 1,000 overhead counts, not growth.
      let seconds = count == 100 ? 1e6 : pow(Double(count), byCoordinates)
      growth.byCoordinates.append(.init(coordinates: count, steps: 20, seconds: seconds))
      growth.bySteps.append(.init(coordinates: 1, steps: count, seconds: pow(Double(count), bySteps)))
    }
    return growth
  }

  @Test(arguments: [
    (1.01, 1.09, 1.0, true, true), (0.99, 1.0, 0.91, false, true), (1.01, 1.11, 0.99, true, false),
    (1.01, 1.01, 0.89, true, false),
  ])
  func claimsOnSpeed(_ speed: Double, _ byCoordinates: Double, _ bySteps: Double, _ isFast: Bool, _ isLinear: Bool)
    throws
  {
    let notebook = try notebook()
    notebook.checkRoofline(
      try roofline(times: speed), try growth(byCoordinates: byCoordinates, bySteps: bySteps))
    #expect(
      notebook.claims.map(\.reproduced) == [isFast, isFast, isFast, isFast, isFast, isFast, isFast, isLinear])
    #expect(abs(notebook.claims[2].ours - 1.8 * speed) < 1e-9, "by the quicker repetitions")
    // The quickest and the slowest repetition, each by the peak of its moment.
    let shares = try #require(notebook.claims[0].interval)
    let (least, most) = (0.7 * speed / 9 * 2 / 7, 0.7 * speed / 0.1 * 2)
    #expect(abs(shares.low - least) < 1e-9)
    #expect(abs(shares.high - most) < 1e-9)
    for claim in notebook.claims.prefix(7) {
      let interval = try #require(claim.interval)
      #expect(interval.low - 1e-9 <= claim.ours && claim.ours <= interval.high + 1e-9, "\(claim.statement)")
      // Times of the last two pieces of work differ in the same way.
      #expect(claim.statement.hasPrefix("10,000") || interval.low < interval.high, "\(claim.statement)")
    }
  }

  /// Of three rounds the middle one counts, of the peers the fastest.
  @Test(arguments: [(3.1, 2.9), (2.9, 3.1)]) func claimsOnPeers(_ training: Double, _ use: Double) throws {
    let ours = PeerPrograms.Row(name: "ours", answers: [1.0, 2, 4].map { .init(training: $0, use: 10 * $0) })
    func row(_ name: String, _ training: Double, _ use: Double) -> PeerPrograms.Row {
      let luck = [0.1, 1, 9]
      return .init(
        name: name,
        answers: zip(ours.answers, luck).map { .init(training: $0.training * training * $1, use: $0.use * use * $1) })
    }
    let notebook = try notebook()
    notebook.checkPeers(
      ours: ours,
      [row("slow", 20, 30), row("A", training, 50), row("B", 40, use), .init(name: "absent", absence: "not there")])
    #expect(notebook.claims.map(\.reproduced) == [training >= 3, use >= 3])
    #expect(notebook.claims.map { $0.statement.contains(", A,") } == [true, false])
    #expect(abs(notebook.claims[1].ours - use) < 1e-9)
    // The middle one of three that are drawn from three is often enough any of them.
    let interval = try #require(notebook.claims[1].interval)
    #expect(abs(interval.low - 0.1 * use) < 1e-9 && abs(interval.high - 9 * use) < 1e-9)
    let alone = try self.notebook()
    alone.checkPeers(ours: ours, [.init(name: "absent", absence: "not there")])
    #expect(alone.claims.isEmpty)
    // Other work is no goal.
    alone.checkPeers(ours: ours, [.init(name: "smaller", isSameWork: false, answers: ours.answers)])
    #expect(alone.claims.isEmpty)
  }
}
