import ConvolutionalRecipes
import Foundation
import Foundations
import Notebook
import TestSupport
import Testing

/// What an LSTM, ADAM and SGD did with one coordinate.
struct Coordinate: Sendable {
  /// A series' size, and its correlation with itself one step later.
  typealias Wave = (size: Float, correlation: Double)

  var lstm: Wave = (2, 0.7)
  var adam: Wave = (0.5, 0.95)
  var sgd: Wave = (0.5, 0.2)
  /// Of the LSTM's proposals.
  var stepLikeness = 0.9

  static func series(_ wave: Wave) -> [Float] {
    (0..<100).map { wave.size * Float(cos(Double($0) * acos(wave.correlation) + 0.3)) }
  }
}

struct UpdateClaimsTests {
  /// Verdicts: bigger than ADAM, bigger than SGD, some momentum, noisier than ADAM, steps, against ADAM at times.
  private func verdicts(_ coordinates: [Coordinate]) throws -> [Bool] {
    let folder = try TemporaryFolder()
    let notebook = try Notebook("fig0-test", options: CommonOptions.parse(["--output", folder.path, "--quiet"]))
    func updates(_ wave: (Coordinate) -> Coordinate.Wave) -> [[Float]] {
      let series = coordinates.map { Coordinate.series(wave($0)) }
      return (0..<100).map { step in series.map { $0[step] } }
    }
    let parts: [String: Any] = [
      "coordinates": Array(coordinates.indices), "losses": [Float](), "gradients": [[Float]](),
      "updates": ["LSTM": updates(\.lstm), "ADAM": updates(\.adam), "SGD": updates(\.sgd)],
    ]
    let history = try JSONDecoder().decode(
      UpdateHistory.self, from: JSONSerialization.data(withJSONObject: parts))
    notebook.checkUpdateClaims(history, stepLikenesses: (coordinates.map(\.stepLikeness), [0.2]))
    return notebook.claims.map(\.reproduced)
  }

  @Test func thePapersWordsHoldForUpdatesThatAreSo() throws {
    #expect(try verdicts([Coordinate](repeating: .init(), count: 4)) == [true, true, true, true, true, true])
  }

  /// All coordinates are otherwise, or just the last of four: the mean is right then, but not for certain.
  @Test(arguments: [
    (Coordinate(adam: (20, 0.95)), [0]), (Coordinate(sgd: (20, 0.2)), [1]), (Coordinate(lstm: (2, -0.7)), [2]),
    // Momentum that the gradients have too is not the LSTM's.
    (Coordinate(sgd: (0.5, 0.9)), [2]),
    (Coordinate(lstm: (2, 0.95), adam: (0.5, 0.7)), [3]), (Coordinate(stepLikeness: 0.1), [4]),
    (Coordinate(adam: (0.5, 0.7)), [3, 5]),
  ])
  func eachWordFailsWhereItsNumbersDo(_ other: Coordinate, _ failing: [Int]) throws {
    let all = try verdicts([Coordinate](repeating: other, count: 4))
    #expect(all.indices.filter { !all[$0] } == failing)
    let last = try verdicts([Coordinate](repeating: .init(), count: 3) + [other])
    #expect(failing.allSatisfy { !last[$0] })
  }
}
