import Foundations
import Notebook

extension PeerPrograms {
  /// Programs with how many times as long as ours they take: the median of the rounds' ratios.
  ///
  /// - Parameter ours: one for each round.
  public static func table(ours: [Answer], _ rows: [Row]) -> TextTable {
    var table = TextTable([
      "program", "meta-training, ms a step", "times ours", "use, ms a step", "times ours", "memory MB",
      "ready after s", "first call more than the second, s",
    ])
    func middle(_ values: [Double]) -> Double { Roofline.median(values) }
    for row in rows {
      let answers = row.answers
      guard let last = answers.last else {
        table.append([row.name, row.absence ?? "did not answer", "", "", "", "", "", ""])
        continue
      }
      table.append([
        row.name, short(middle(answers.map(\.training))),
        short(middle(zip(answers, ours).map { $0.training / $1.training })), short(middle(answers.map(\.use))),
        short(middle(zip(answers, ours).map { $0.use / $1.use })), last.memory.map(short) ?? "",
        row.startUp.map(short) ?? "", last.firstCall.map(short) ?? "",
      ])
    }
    return table
  }
}

extension Notebook {
  /// Measures this package's steps and those of other programs in turn, each in a process of its own.
  ///
  /// - Parameters:
  ///   - folder: where the scripts lie.
  ///   - pythons: as those of `PeerPrograms`.
  ///   - steps: optimization steps of a measurement.
  /// - Returns: ours first, then the peers.
  /// - Throws: `OwnProcessError` where this executable does not answer.
  public func measuredPeers(
    in folder: String, pythons: [String], steps: Int, rounds: Int
  ) throws -> (ours: PeerPrograms.Row, peers: [PeerPrograms.Row]) {
    let progress = progress("Measuring peers", of: rounds, unit: "rounds")
    defer { progress.finish() }
    let programs = PeerPrograms([.ours] + PeerPrograms.Peer.all, in: folder, pythons: pythons, steps: steps)
    for _ in 0..<rounds {
      try Interruption.check()
      programs.measure()
      progress.advance()
    }
    let ours = programs.rows[0]
    guard ours.answers.count == rounds else { throw OwnProcessError(found: ours.absence ?? "no answer") }
    return (ours, Array(programs.rows.dropFirst()))
  }
}
