import Foundations
import MetaTraining
import Notebook
import Plotting

/// One optimizer's curves on every architecture.
public struct ArchitectureResults: Sendable {
  public var optimizer: String
  public var architectures: [ArchitectureStudy.Architecture]
  public var curves: [LossCurves]

  /// Each trial's mean loss over some steps, for the problems on which none of them overflowed.
  func losses(_ index: Int, steps: ClosedRange<Int>) -> [Double] { curves[index].means(of: steps).filter(\.isFinite) }

  /// The mean loss of the last ten of so many steps on an architecture, and how far its 95 % interval reaches to
  /// either side.
  public func final(_ index: Int, steps: Int) -> (loss: Double, reach: Double) {
    let finals = losses(index, steps: max(1, steps - 9)...steps)
    return (mean(finals), standardErrors95(problems: finals.count) * standardError(finals))
  }

  /// Trials that diverged, over all architectures.
  public var diverged: Int { curves.reduce(0) { $0 + $1.losses.count { !$0.allSatisfy(\.isFinite) } } }

  /// The paper's losses, an architecture each.
  func paper(_ paper: PaperCurves) -> [Double] {
    architectures.map { paper.architecture(optimizer, units: $0.units, layers: $0.layers) ?? .nan }
  }

  /// Final losses over units, a line for each depth, the paper's beside.
  func panel(_ title: String, steps: Int, paper: PaperCurves, markers: [Marker] = []) -> Panel {
    var series: [Series] = []
    let theirs = self.paper(paper)
    for layers in Set(architectures.map(\.layers)).sorted() {
      let own = architectures.indices.filter { architectures[$0].layers == layers }
      let units = own.map { architectures[$0].units }
      let name = layers == 1 ? "1 layer" : "\(layers) layers"
      let finals = own.map { final($0, steps: steps) }
      series.append(Series(name, x: units, y: own.map { theirs[$0] }, style: .paper))
      series.append(
        Series(
          name, x: units, y: finals.map(\.loss),
          band: (finals.map { $0.loss - $0.reach }, finals.map { $0.loss + $0.reach }), mark: .linePoints))
    }
    return Panel(
      title: title, x: Axis("Hidden units per layer"), y: Axis("Final loss (nats)", scale: .log), series: series,
      markers: markers)
  }
}

/// The results of the architecture study as figures and a table.
public struct ArchitectureReport {
  public var lstm: ArchitectureResults
  public var adam: ArchitectureResults
  public var nag: ArchitectureResults
  /// The steps of the comparison, and those to which NAG ran on.
  public var steps: Int
  public var longer: Int
  let paper: PaperCurves

  /// - Throws: where the paper's numbers cannot be read.
  public init?(_ results: [ArchitectureResults], steps: Int, longer: Int) throws {
    func find(_ name: String) -> ArchitectureResults? { results.first { $0.optimizer == name } }
    guard let lstm = find("LSTM"), let adam = find("ADAM"), let nag = find("NAG") else { return nil }
    (self.lstm, self.adam, self.nag, self.steps, self.longer) = (lstm, adam, nag, steps, longer)
    paper = try PaperCurves()
  }

  /// The paper's three panels, and NAG once more after twice the steps.
  public func figure(trained: ArchitectureStudy.Architecture) -> Figure {
    var markers: [Marker] = [.vertical(Double(trained.units), "trained here")]
    if let index = lstm.architectures.firstIndex(of: trained) {
      markers.append(.horizontal(lstm.final(index, steps: steps).loss, ""))
    }
    return Figure(
      panels: [
        lstm.panel("LSTM", steps: steps, paper: paper, markers: markers),
        adam.panel("ADAM", steps: steps, paper: paper), nag.panel("NAG", steps: steps, paper: paper),
        nag.panel("NAG after \(longer) steps", steps: longer, paper: paper),
      ], columns: 2,
      caption: "Mean loss of the last ten of \(steps) steps (of \(longer) in the last panel) over "
        + "\(lstm.curves.first?.losses.count ?? 0) test problems for each network; band: 95 % interval of the mean. Dotted: "
        + "the LSTM’s loss on the network it was trained on. Thin and grey: the paper’s at the last step, the same in both "
        + "panels of NAG.", sharesX: true, sharesY: true)
  }

  /// How much lower the LSTM's final loss is than the better baseline's, in percent of the latter: ours and the
  /// paper's.
  public var heatMap: Figure {
    let depths = Set(lstm.architectures.map(\.layers)).sorted()
    let units = Set(lstm.architectures.map(\.units)).sorted()
    func lead(_ loss: (ArchitectureResults, Int) -> Double) -> [[Double]] {
      depths.map { layers in
        units.map { units in
          guard let index = lstm.architectures.firstIndex(of: .init(units: units, layers: layers)) else { return .nan }
          return 100 * (1 - loss(lstm, index) / min(loss(adam, index), loss(nag, index)))
        }
      }
    }
    let names = depths.map { $0 == 1 ? "1 layer" : "\($0) layers" }
    let ours = lead { $0.final($1, steps: steps).loss }
    let theirs = lead { $0.paper(paper)[$1] }
    // One scale of colours for both.
    let reach = (ours + theirs).joined().filter(\.isFinite).map(abs).max() ?? 1
    func panel(_ title: String, _ values: [[Double]]) -> Panel {
      Panel(
        title: title, x: "Hidden units per layer",
        heatMap: HeatMap(
          rows: names, columns: units.map { "\($0)" }, values: values, colours: .diverging(around: 0, reach: reach),
          title: "%", digits: 2))
    }
    return Figure(
      panels: [
        panel("Ours, all after \(steps) steps", ours),
        panel("The paper’s Fig. 6, whose NAG agrees with 200 steps", theirs),
      ], columns: 1,
      caption: "How much lower the LSTM’s final loss is than that of the better of ADAM and NAG, in percent.")
  }

  /// Ours, means of the last ten steps, and the paper's, a row for each network.
  public var table: TextTable {
    var table = TextTable([
      "network", "LSTM", "paper", "ADAM", "paper", "NAG, \(steps) steps", "NAG, \(longer) steps", "paper",
    ])
    for (index, architecture) in lstm.architectures.enumerated() {
      func ours(_ results: ArchitectureResults, _ steps: Int) -> String {
        short(results.final(index, steps: steps).loss)
      }
      func theirs(_ results: ArchitectureResults) -> String { short(results.paper(paper)[index]) }
      table.append([
        architecture.panel, ours(lstm, steps), theirs(lstm), ours(adam, steps), theirs(adam), ours(nag, steps),
        ours(nag, longer), theirs(nag),
      ])
    }
    return table
  }
}

extension ArchitectureResults {
  /// Losses at a step beside those from other starts and the paper's, a row for each network of these results.
  ///
  /// - Throws: `FileError` where the paper's curves are missing or damaged.
  public func table(beside others: ArchitectureResults, step: Int, names: (own: String, others: String)) throws
    -> TextTable
  {
    var table = TextTable(["network", names.others, names.own, "paper"])
    let theirs = paper(try PaperCurves())
    func mean(_ results: ArchitectureResults, _ index: Int?) -> String {
      guard let losses = index.map({ results.losses($0, steps: step...step) }), !losses.isEmpty else { return "" }
      return short(Foundations.mean(losses))
    }
    for (index, architecture) in architectures.enumerated() {
      table.append([
        architecture.panel, mean(others, others.architectures.firstIndex(of: architecture)), mean(self, index),
        short(theirs[index]),
      ])
    }
    return table
  }
}
