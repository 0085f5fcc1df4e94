import Foundations
import MetaTraining
import Plotting
import Tables

/// The figure that the paper has most of: mean loss over steps, a curve for each optimizer, the paper's own beside it.
///
/// It holds no numbers: it is drawn from curves.csv, or from summary.csv where that has more steps, now and whenever
/// the report is rebuilt.
public struct LossFigure: Codable, Sendable, Equatable {
  /// What the band around a curve means.
  public enum Band: String, Codable, Sendable {
    /// One standard error of the mean to either side.
    case standardError
    /// 1.96 standard errors to either side; Student's more for fewer than 30 problems.
    case interval95
    case none
  }

  public struct Panel: Codable, Sendable, Equatable {
    /// The panel in summary.csv.
    public var name: String
    public var title: String
    /// The steps after which the optimizer's meta-training ended, marked by a line.
    public var horizon: Int?
    /// Means are taken over windows of so many steps, as the paper does in Fig 7.
    public var window: Int

    public init(_ name: String, title: String? = nil, horizon: Int? = nil, window: Int = 1) {
      self.name = name
      self.title = title ?? name
      self.horizon = horizon
      self.window = max(1, window)
    }
  }

  public var panels: [Panel]
  public var columns: Int
  public var band: Band
  public var showsPaper: Bool
  public var loss: String
  /// What is said before the number of trials and the meaning of the band.
  public var caption: String?

  public init(
    _ panels: [Panel], columns: Int = 2, band: Band = .interval95, showsPaper: Bool = true, loss: String = "Loss",
    caption: String? = nil
  ) {
    self.panels = panels
    self.columns = columns
    self.band = band
    self.showsPaper = showsPaper
    self.loss = loss
    self.caption = caption
  }

  /// The figure of these curves; a panel that has none is left out.
  func figure(_ summaries: [LossSummary], paper: PaperCurves?, standIn: String?) -> Figure {
    // What has no counterpart in the paper is no stand-in for it.
    let standIn = showsPaper ? standIn : nil
    let paper = showsPaper && standIn == nil ? paper : nil
    let drawn = panels.compactMap { panel -> Plotting.Panel? in
      let shown = summaries.filter { $0.panel == panel.name }
      guard !shown.isEmpty else { return nil }
      return self.panel(panel, shown, paper?[panel.name] ?? [], standIn)
    }
    var figure = Figure(panels: drawn, columns: columns)
    figure.caption = fullCaption(summaries, hasPaper: paper != nil, standIn)
    return figure
  }

  private func panel(
    _ panel: Panel, _ summaries: [LossSummary], _ paper: [PaperCurves.Curve], _ standIn: String?
  ) -> Plotting.Panel {
    // The paper's Fig 8 has no unit: its curves are drawn so that the LSTM's ends where ours does.
    var unit = 1.0
    if PaperCurves.hasRatiosOnly(panel.name), let theirs = paper.first(where: { $0.optimizer == "LSTM" }),
      let ours = summaries.first(where: { $0.optimizer == "LSTM" })
    {
      unit = (ours.mean.last ?? .nan) / theirs.finalLoss
    }
    let last = Double(summaries.map { $0.firstStep + $0.mean.count - 1 }.max() ?? 0)
    let theirs = paper.map { curve in
      let count = curve.steps.prefix { $0 <= max(last, 2) }.count
      return Series(
        curve.optimizer, x: Array(curve.steps.prefix(count)), y: curve.losses.prefix(count).map { $0 * unit },
        style: .paper)
    }
    let ours = summaries.map { summary in
      let windows = summary.averaged(over: panel.window)
      let width = band == .interval95 ? standardErrors95(problems: summary.trials) : 1
      return Series(
        summary.optimizer, x: windows.map(\.step), y: windows.map(\.mean),
        band: band == .none || summary.trials < 2
          ? nil
          : (windows.map { $0.mean - width * $0.standardError }, windows.map { $0.mean + width * $0.standardError }))
    }
    return Plotting.Panel(
      title: Self.title(of: panel.title, standIn: standIn), x: Axis("Step"),
      y: Axis(loss, scale: .log), series: theirs + ours,
      markers: panel.horizon.map { [.vertical(Double($0), "trained to here")] } ?? [])
  }

  /// What a panel is called: generated data never by the name of the paper's.
  static func title(of panel: String, standIn: String?) -> String {
    standIn.map { "\($0) instead of \(panel)" } ?? panel
  }

  /// What the caption of every figure says first where data is generated.
  static func note(ofStandIn name: String) -> String { "Generated data (\(name)), not the paper’s." }

  private func fullCaption(_ summaries: [LossSummary], hasPaper: Bool, _ standIn: String?) -> String {
    let shown = summaries.filter { summary in panels.contains { $0.name == summary.panel } }
    let trials = distinct(shown.map { $0.trials + $0.diverged }).sorted()
    var sentences = caption.map { [$0] } ?? []
    if let standIn { sentences.insert(Self.note(ofStandIn: standIn), at: 0) }
    if let most = trials.last {
      sentences.append(
        "Mean of \(trials.count == 1 ? "" : "up to ")\(most) test problem\(most == 1 ? "" : "s")" + bandMeaning(most))
    }
    if hasPaper { sentences.append("Thin and grey: the paper’s curves, read off its figure.") }
    if hasPaper, panels.contains(where: { PaperCurves.hasRatiosOnly($0.name) }) {
      sentences.append("They have no unit and are drawn so that the LSTM’s ends where ours does.")
    }
    let diverged = shown.map(\.diverged).reduce(0, +)
    if diverged > 0 {
      sentences.append("Diverged and left out: \(diverged) trial\(diverged == 1 ? "" : "s"), named in the report.")
    }
    return sentences.joined(separator: " ")
  }

  private func bandMeaning(_ trials: Int) -> String {
    switch band {
    case _ where trials < 2: "."
    case .none: "."
    case .standardError: "; band: one standard error of the mean."
    case .interval95: "; band: 95 % interval of the mean."
    }
  }
}

extension LossSummary {
  /// The mean over some steps, dated by the last of them.
  struct Window {
    var step: Int
    var mean: Double
    var standardError: Double
  }

  /// Means over windows of so many steps; a last one that is not full is left out. The standard error is the mean of
  /// the steps', which is too large rather than too small.
  func averaged(over size: Int) -> [Window] {
    let (count, first) = (mean.count, firstStep)
    guard size > 1, count >= size else {
      return mean.indices.map { Window(step: first + $0, mean: mean[$0], standardError: standardError[$0]) }
    }
    return stride(from: 0, through: count - size, by: size).map { start in
      let range = start..<start + size
      return Window(
        step: first + range.upperBound - 1, mean: Foundations.mean(mean[range]),
        standardError: Foundations.mean(standardError[range]))
    }
  }
}
