import MetaTraining
import Notebook

extension Roofline.Row {
  /// Some of the repetitions; one that is named more often counts more often.
  fileprivate func only(_ repetitions: [Int]) -> Self {
    var row = self
    (row.times, row.peaks) = (repetitions.map { times[$0] }, repetitions.map { peaks[$0] })
    return row
  }
}

extension Notebook {
  /// The 95 % interval of a number that comes of repeated measurements, by resampling the repetitions.
  private func interval(repetitions: Int, _ number: ([Int]) -> Double) -> Interval? {
    guard repetitions > 1 else { return nil }
    let difference = bootstrap(problems: repetitions, stream: random.stream("bootstrap"), statistic: number)
    return Interval(difference.low, difference.high)
  }

  /// The same for a number that comes of one or two pieces of work, measured in turn.
  private func interval(
    of row: Roofline.Row, and other: Roofline.Row? = nil, _ number: (Roofline.Row, Roofline.Row) -> Double
  ) -> Interval? {
    let other = other ?? row
    return interval(repetitions: min(row.times.count, other.times.count)) { number(row.only($0), other.only($0)) }
  }

  /// Tests what this package promises of its loops on this machine.
  public func checkRoofline(_ roofline: Roofline, _ growth: GrowthStudy) {
    let iterations = roofline.rows.filter { $0.name == "meta-iteration" }
    let (single, all) = (iterations.first { $0.workers == 1 }, iterations.last)
    if let single, let fraction = single.fraction {
      check(
        Claim(
          "A meta-iteration on one core comes to 0.70 of the peak", paper: "no such statement",
          quantity: "share of the measured peak", ours: fraction,
          interval: interval(of: single) { row, _ in row.fraction ?? .nan }, reproduced: fraction >= 0.7, origin: .ours,
          note: single.usefulFraction.map { "Recomputed steps count; by useful work alone it is \(short($0))." }))
    }
    if let all {
      check(
        Claim(
          "A meta-iteration takes at most 60 ms", paper: "no such statement",
          quantity: "milliseconds on \(all.workers) threads", ours: all.seconds * 1e3,
          interval: interval(of: all) { row, _ in row.seconds * 1e3 }, reproduced: all.seconds <= 0.06, origin: .ours,
          note: "Useful work at 0.67 of the peak of two cores of 115 GF/s each; this machine's has "
            + "\(short(all.peak / 1e9)) GF/s on \(all.workers) threads."))
    }
    if let single, let all, all.workers > 1 {
      func quicker(_ single: Roofline.Row, _ all: Roofline.Row) -> Double { single.quartiles[0] / all.quartiles[0] }
      let speedUp = quicker(single, all)
      check(
        Claim(
          "\(all.workers) threads are 1.8 times as fast as one on idle cores", paper: "no such statement",
          quantity: "speed-up of the quicker repetitions", ours: speedUp,
          interval: interval(of: single, and: all, quicker), reproduced: speedUp >= 1.8, origin: .ours,
          note: "The lower quartiles' ratio: other work on the machine disturbs several threads more often than one. "
            + "The medians' is \(short(single.seconds / all.seconds)), that of multiply-adds in registers "
            + "\(short(all.peak / single.peak))."))
    }
    checkOptimizees(roofline)
    let slopes = [growth.slopeOverCoordinates, growth.slopeOverSteps]
    let farthest = slopes.max { abs($0 - 1) < abs($1 - 1) } ?? .nan
    check(
      Claim(
        "Time grows as coordinates and steps do", paper: "no such statement", quantity: "the slope farther from 1",
        ours: farthest, reproduced: abs(farthest - 1) < 0.1, origin: .ours))
    if let slope = growth.slopeOfMemoryOverCoordinates {
      check(
        Claim(
          "Memory grows as coordinates do", paper: "no such statement", quantity: "slope", ours: slope,
          reproduced: abs(slope - 1) < 0.1, origin: .ours))
    }
    if let (times, stepsTimes) = growth.memoryOverSteps {
      check(
        Claim(
          "Memory grows no more than steps do", paper: "no such statement",
          quantity: "times as much for \(Int(stepsTimes)) times the steps", ours: times,
          reproduced: times <= stepsTimes,
          origin: .ours,
          note:
            "Up to 50 steps gradients alone are kept; beyond, the LSTM's state before each 20 steps too: where that "
            + "begins, memory grows faster than steps for a while."))
    }
  }

  private func checkOptimizees(_ roofline: Roofline) {
    let single = roofline.rows.filter { $0.workers == 1 }
    func row(_ name: String) -> Roofline.Row? { single.first { $0.name == name } }
    if let network = row(KernelMeasurements.networkName) {
      check(
        Claim(
          "The MLP's loss and gradient take less than 200 µs on one core", paper: "no such statement",
          quantity: "microseconds", ours: network.seconds * 1e6,
          interval: interval(of: network) { row, _ in row.seconds * 1e6 }, reproduced: network.seconds < 200e-6,
          origin: .ours))
    }
    for row in single where row.name.hasPrefix("ConvNet") || row.name.contains("at 64 pixels") {
      guard let fraction = row.fraction else { continue }
      check(
        Claim(
          "\(row.name): 0.60 of the peak", paper: "no such statement", quantity: "share of the measured peak",
          ours: fraction, interval: interval(of: row) { row, _ in row.fraction ?? .nan },
          reproduced: fraction >= 0.6, origin: .ours))
    }
    if let many = row(KernelMeasurements.manyFunctionsName), let large = row(KernelMeasurements.largeNetworkName) {
      func relative(_ many: Roofline.Row, _ large: Roofline.Row) -> Double { many.seconds / large.seconds }
      let ratio = relative(many, large)
      check(
        Claim(
          "10,000 functions side by side run as fast as one problem of 100,000 coordinates",
          paper: "no such statement", quantity: "time of a step over that of the one problem", ours: ratio,
          interval: interval(of: many, and: large, relative), reproduced: ratio <= 1.05, origin: .ours,
          note: "As fast within 5 %: most of a step is the LSTM's, in both."))
    }
  }

  /// Tests that this package is three times as fast as the fastest peer that does the same work.
  ///
  /// - Parameter ours: one answer for each round.
  public func checkPeers(ours: PeerPrograms.Row, _ rows: [PeerPrograms.Row]) {
    let ours = ours.answers
    func check(_ mode: String, _ value: (PeerPrograms.Answer) -> Double) {
      let peers = rows.filter { $0.isSameWork && !$0.answers.isEmpty }.map { row in
        (name: row.name, ratios: zip(row.answers, ours).map { value($0) / value($1) })
      }
      guard let fastest = peers.min(by: { Roofline.median($0.ratios) < Roofline.median($1.ratios) }) else { return }
      let ratio = Roofline.median(fastest.ratios)
      self.check(
        Claim(
          "The fastest peer, \(fastest.name), takes 3 times as long in \(mode)", paper: "no such statement",
          quantity: "its time over ours, the median of \(ours.count) rounds", ours: ratio,
          interval: interval(repetitions: fastest.ratios.count) { rounds in
            Roofline.median(rounds.map { fastest.ratios[$0] })
          }, reproduced: ratio >= 3, origin: .ours))
    }
    check("meta-training") { $0.training }
    check("use") { $0.use }
  }
}
