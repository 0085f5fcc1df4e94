import MetaTraining
import Notebook
import Optimizees

extension Notebook {
  /// Tests what the paper says of Fig. 6, and what its figure shows.
  public func checkArchitectureClaims(_ report: ArchitectureReport) {
    let (steps, count) = (report.steps, report.lstm.architectures.count)
    for baseline in [report.adam, report.nag] {
      let all = report.lstm.architectures.indices.compactMap { index in
        leads(of: report.lstm.curves[index], over: [baseline.curves[index]], steps: max(1, steps - 9)...steps)
          .first.map { (index, $0) }
      }
      guard let (index, closest) = all.max(by: { $0.1.difference.high < $1.1.difference.high }) else { continue }
      let below = all.count { $0.1.difference.high < 0 }
      let diverged = report.lstm.diverged
      check(
        Claim(
          "The LSTM ends below \(baseline.optimizer) in all \(count) networks",
          paper: "\"we see even better generalization than the baseline optimizers\" (§3.2, Fig. 6)",
          quantity: "least certain lead: mean loss of the last ten steps, LSTM less \(baseline.optimizer), on "
            + "\(report.lstm.architectures[index].panel) (nats)",
          ours: closest.difference.mean, interval: Interval(closest.difference.low, closest.difference.high),
          reproduced: below == count && diverged == 0,
          note: "In \(below) of \(count) networks its 95 % interval lies below zero. Diverged trials, left out: LSTM "
            + "\(diverged), \(baseline.optimizer) \(baseline.diverged). \(baseline.optimizer)'s rate is tuned for each "
            + "network."))
    }
    for layers in [1, 2] {
      let ratio = ratioToPaper(report.lstm, report.paper, steps: steps...steps, layers: layers)
      let lastTen = ratioToPaper(report.lstm, report.paper, steps: max(1, steps - 9)...steps, layers: layers)
      let adam = ratioToPaper(report.adam, report.paper, steps: steps...steps, layers: layers)
      let diverged = report.lstm.diverged
      check(
        Claim(
          "With \(layers == 1 ? "one layer" : "two layers") the LSTM reaches the paper's losses",
          paper: "its own are 1, read off the figure",
          quantity: "our loss at step \(steps) over the paper's, mean over networks", ours: ratio.mean,
          interval: Interval(ratio.low, ratio.high), reproduced: ratio.mean <= 1 && diverged == 0,
          note: "The paper's points are those of its curves at the last step. Our mean of the last ten steps over them "
            + "is \(short(lastTen.mean)) (95 % interval \(short(lastTen.low)) to \(short(lastTen.high))). "
            + "Our ADAM's loss at step \(steps) is \(short(adam.mean)) times the paper's."
            + (diverged > 0 ? " \(diverged) trials of the LSTM diverged, in all networks: left out." : "")))
    }
    let early = ratioToPaper(report.nag, report.paper, steps: steps...steps, layers: 1)
    let late = ratioToPaper(report.nag, report.paper, steps: report.longer...report.longer, layers: 1)
    let deep = ratioToPaper(report.nag, report.paper, steps: report.longer...report.longer, layers: 2)
    check(
      Claim(
        "With one layer the paper's losses of NAG are those of \(report.longer) steps, not of \(steps)",
        paper: "no such statement; they agree with its Fig. 4 at step 200",
        quantity: "our loss after \(report.longer) steps over the paper's, mean over networks of one layer",
        ours: late.mean, interval: Interval(late.low, late.high),
        reproduced: abs(late.mean - 1) < abs(early.mean - 1), origin: .ours,
        note:
          "After \(steps) steps it is \(short(early.mean)) (95 % interval \(short(early.low)) to \(short(early.high))). "
          + "With two layers it is \(short(deep.mean)) after \(report.longer)."
      ))
  }

  /// Tests whether wider starts give the losses of the paper's LSTM on two layers.
  ///
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func checkWiderStarts(_ results: ArchitectureResults, start: StartDeviation, steps: Int) throws {
    let ratio = ratioToPaper(results, try PaperCurves(), steps: steps...steps, layers: 2)
    check(
      Claim(
        "With two layers the LSTM reaches the paper's losses from starts of deviation \(start.median)",
        paper: "no such statement", quantity: "our loss at step \(steps) over the paper's, mean over networks",
        ours: ratio.mean, interval: Interval(ratio.low, ratio.high),
        reproduced: ratio.mean <= 1 && results.diverged == 0, origin: .ours,
        note: "From such starts the hand-made optimizers end lower too: fig5-transfer has them."))
  }

  /// An optimizer's losses at some steps over the paper's, the mean over networks of one depth.
  private func ratioToPaper(
    _ results: ArchitectureResults, _ paper: PaperCurves, steps: ClosedRange<Int>, layers: Int
  ) -> Difference {
    let theirs = results.paper(paper)
    let own = results.architectures.indices.filter { results.architectures[$0].layers == layers && theirs[$0].isFinite }
    // Problems are drawn anew for each network; trial k of all of them together is one draw.
    let losses = own.map { index in results.losses(index, steps: steps).map { $0 / theirs[index] } }
    let trials = losses.map(\.count).min() ?? 0
    let means = (0..<trials).map { trial in losses.reduce(0) { $0 + $1[trial] } / Double(losses.count) }
    return bootstrap(means, stream: random.stream("bootstrap"))
  }
}
