import MetaTraining
import Notebook

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
          quantity: "smallest lead: mean loss of the last ten steps, LSTM less \(baseline.optimizer), on "
            + "\(report.lstm.architectures[index].panel) (nats)",
          ours: closest.difference.mean, interval: Interval(closest.difference.low, closest.difference.high),
          reproduced: below == count && diverged == 0,
          note: "In \(below) of \(count) networks its 95 % interval lies below zero. Diverged trials, left out: LSTM "
            + "\(diverged), \(baseline.optimizer) \(baseline.diverged). \(baseline.optimizer)'s rate is tuned for each "
            + "network."))
    }
    for layers in [1, 2] {
      let ratio = ratioToPaper(report, report.lstm, steps: steps, layers: layers)
      check(
        Claim(
          "With \(layers == 1 ? "one layer" : "two layers") the LSTM reaches the paper's losses",
          paper: "its own are 1, read off the figure",
          quantity: "our final loss over the paper's, mean over networks", ours: ratio.mean,
          interval: Interval(ratio.low, ratio.high), reproduced: ratio.mean <= 1,
          note: "Ours is the mean of the last ten steps; the paper's points agree with its curves at the last step."))
    }
    let early = ratioToPaper(report, report.nag, steps: steps, layers: 1)
    let late = ratioToPaper(report, report.nag, steps: report.longer, layers: 1)
    check(
      Claim(
        "The paper's losses of NAG are those of \(report.longer) steps, not of \(steps)",
        paper: "no such statement; they agree with its Fig. 4 at step 200",
        quantity: "our loss after \(report.longer) steps over the paper's, mean over networks of one layer",
        ours: late.mean, interval: Interval(late.low, late.high),
        reproduced: abs(late.mean - 1) < abs(early.mean - 1), origin: .ours,
        note:
          "After \(steps) steps it is \(short(early.mean)) (95 % interval \(short(early.low)) to \(short(early.high)))."
      ))
  }

  /// An optimizer's final losses over the paper's, the mean over networks of one depth.
  func ratioToPaper(_ report: ArchitectureReport, _ results: ArchitectureResults, steps: Int, layers: Int) -> Difference
  {
    let paper = results.paper(report.paper)
    let own = results.architectures.indices.filter { results.architectures[$0].layers == layers && paper[$0].isFinite }
    // Problems are drawn anew for each network; trial k of all of them together is one draw.
    let finals = own.map { index in results.finals(index, steps: steps).map { $0 / paper[index] } }
    let trials = finals.map(\.count).min() ?? 0
    let means = (0..<trials).map { trial in finals.reduce(0) { $0 + $1[trial] } / Double(finals.count) }
    return bootstrap(means, stream: random.stream("bootstrap"))
  }
}
