import MetaTraining
import Plotting

extension ReportPage {
  /// The curve of the optimizer's own training.
  var training: String {
    if let problem = report.problem("training.csv") { return HTML.missing(problem) }
    let optimizers = distinct(report.training.map(\.optimizer))
    guard !optimizers.isEmpty else { return "" }
    let panels = optimizers.map { name in
      panel(name, report.training.filter { $0.optimizer == name }.map(\.row), alone: optimizers.count == 1)
    }
    var figure = Figure(panels: panels, columns: 2)
    figure.alternativeText = "Loss while the optimizer is trained, over episodes."
    var html = "<figure class=\"wide\">\n\(drawings(PageFigure(figure, alt: figure.alternativeText ?? "")))"
    html +=
      "<figcaption>Each episode trains a fresh optimizee, or a batch of them. Meta-training loss: mean over the steps of an episode; "
    html += "validation loss: mean final loss on problems that the training never sees. The weights at the lowest "
    html += "validation loss are kept.</figcaption>\n</figure>\n"
    let diverged = optimizers.compactMap { name in report.training.last { $0.optimizer == name }?.row.diverged }
    if let most = diverged.max(), most > 0 {
      html +=
        "<p class=\"note\">\(diverged.reduce(0, +)) episodes came to a number that is not finite, and were left out from there on.</p>\n"
    }
    return html
  }

  private func panel(_ name: String, _ rows: [TrainingRow], alone: Bool) -> Plotting.Panel {
    let validated = rows.filter { $0.validationLoss != nil }
    var series = [Series("meta-training", x: rows.map(\.episode), y: rows.map(\.metaLoss), style: .plain)]
    if !validated.isEmpty {
      series.append(
        Series(
          "validation", x: validated.map(\.episode), y: validated.compactMap(\.validationLoss), style: .plain,
          mark: validated.count < 60 ? .linePoints : .line))
    }
    var markers: [Marker] = []
    for (before, after) in zip(rows, rows.dropFirst()) where after.stage != before.stage {
      markers.append(.vertical(Double(before.episode), "stage \(after.stage)"))
    }
    if let best = rows.last(where: \.best), best.episode != rows.last?.episode {
      markers.append(.vertical(Double(best.episode), "kept"))
    }
    return Plotting.Panel(
      title: alone ? "" : name, x: Axis("Episode"), y: Axis("Loss", scale: .log), series: series, markers: markers)
  }
}
