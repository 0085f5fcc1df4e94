import Foundation
import MetaTraining

extension ReportPage {
  /// Settings, the command to repeat the run, data with checksums, machine and times.
  var run: String {
    if let problem = report.problem("run.json") { return HTML.missing(problem) }
    guard let record = report.record else { return "" }
    var html =
      "<p>To repeat this run:</p>\n<pre class=\"command\" tabindex=\"0\"><code>\(escaped(record.command))</code></pre>\n"
    if let revision = record.revision {
      html += "<p>Source: revision <code>\(escaped(revision.commit))</code>, "
      html += revision.clean ? "without changes.</p>\n" : "<strong>with changes that are not committed</strong>.</p>\n"
    }
    let settings = record.settings.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    html += folded("Settings", HTML.table(TextTable(["setting", "value"], rows: settings), label: "Settings"))
    for dataset in record.datasets {
      var body = dataset.note.isEmpty ? "" : "<p>\(escaped(dataset.note))</p>\n"
      if dataset.isVerified, !dataset.files.isEmpty {
        body += "<p>Every file that was read has the SHA-256 sum that is known of it.</p>\n"
      }
      let rows = dataset.files.map { [$0.name, grouped($0.bytes), $0.sha256] }
      if !rows.isEmpty { body += HTML.table(TextTable(["file", "bytes", "SHA-256"], rows: rows), label: "Files") }
      let title = "Data: \(dataset.name)\(dataset.isGenerated ? " (generated, not the paper’s data)" : "")"
      html += body.isEmpty ? "<p>\(escaped(title))</p>\n" : folded(title, body)
    }
    let machine = record.machine
    html +=
      "<p>\(escaped(machine.processor)), \(machine.cores) cores, \(record.threads) \(record.threads == 1 ? "thread" : "threads") at work; "
    html += "\(escaped(machine.system)); \(escaped(machine.toolchain)), \(escaped(machine.build)) build. "
    html += "The run took \(spoken(record.seconds))"
    html += record.stages.isEmpty ? ".</p>\n" : ":</p>\n" + stages(record)
    return html
  }

  private func stages(_ record: RunRecord) -> String {
    let rest = record.seconds - record.stages.map(\.seconds).reduce(0, +)
    var rows = record.stages.map { [$0.name, spoken($0.seconds)] }
    if rest >= 0.05 { rows.append(["everything else", spoken(rest)]) }
    return HTML.table(TextTable(["stage", "time"], rows: rows), label: "Times")
  }

  /// Any number of seconds that a file may say, among them some that no `Duration` can hold.
  private func spoken(_ seconds: Double) -> String {
    abs(seconds) < 1e12 ? spokenDuration(.seconds(seconds)) : "\(shortNumber(seconds)) s"
  }

  private func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.indices.map { index in
      let isBreak = index > 0 && (digits.count - index) % 3 == 0
      return (isBreak ? "\u{202F}" : "") + String(digits[index])
    }.joined()
  }

  func folded(_ title: String, _ body: String) -> String {
    "<details>\n<summary>\(escaped(title))</summary>\n\(body)</details>\n"
  }

  /// Every learning rate that was tried, one table for each panel and optimizer.
  var tuning: String {
    if let problem = report.problem("tuning.csv") { return HTML.missing(problem) }
    guard !report.tuning.isEmpty else { return "" }
    var html =
      "<p>Each baseline runs at the rate with the fewest trials that diverge and, among those, the lowest mean final "
    html += "loss, over problems that are not used for the comparison. Marked: the rate that was taken."
    // "tried before, at 1fd2072"
    if let before = report.record?.settings["rates"] { html += " Rates were \(escaped(before))." }
    html += "</p>\n"
    let panels = distinct(report.tuning.map(\.panel))
    var tables = ""
    for panel in panels {
      let rows = report.tuning.filter { $0.panel == panel }
      let optimizers = distinct(rows.map(\.optimizer))
      let rates = Set(rows.map(\.learningRate)).sorted()
      let atEdge = optimizers.filter { name in rows.filter { $0.optimizer == name }.isChosenAtEdge }
      var body = "<thead><tr><th scope=\"col\" class=\"number\">rate</th>"
      body +=
        optimizers.map { "<th scope=\"col\" class=\"number\">\(escaped($0))</th>" }.joined()
        + "</tr></thead>\n<tbody>\n"
      for rate in rates {
        body += "<tr><th scope=\"row\" class=\"number\">\(shortNumber(rate, digits: 3))</th>"
        for optimizer in optimizers {
          guard let row = rows.first(where: { $0.optimizer == optimizer && $0.learningRate == rate }) else {
            body += "<td></td>"
            continue
          }
          let text = tuned(row, isAtEdge: atEdge.contains(optimizer))
          body += "<td class=\"number\(row.chosen ? " chosen" : "")\">\(text)</td>"
        }
        body += "</tr>\n"
      }
      let shown = LossFigure.title(of: panel, standIn: report.standIn)
      let caption = "\(shown): mean final loss, with its standard error"
      tables += HTML.scrolling(
        "<table class=\"tuning\">\n<caption>\(escaped(caption))</caption>\n\(body)</tbody>\n</table>\n", label: caption)
    }
    return html + (panels.count > 4 ? folded("\(panels.count) tables, one for each network", tables) : tables)
  }

  /// - Parameter isAtEdge: whether the rate that was taken has others on one side only.
  private func tuned(_ row: TuningRow, isAtEdge: Bool) -> String {
    let loss = row.finalLoss.isNaN ? "–" : shortNumber(row.finalLoss)
    var text = row.chosen ? "<strong>\(loss)</strong>" : loss
    if row.standardError.isFinite { text += " <small>± \(shortNumber(row.standardError, digits: 2))</small>" }
    if row.diverged > 0 { text += "<br><small>\(row.diverged) of \(row.trials) diverged</small>" }
    if row.chosen, isAtEdge { text += "<br><small>at the edge of what was tried</small>" }
    return text + (row.chosen ? "<span class=\"hidden\"> (taken)</span>" : "")
  }

  /// What the run left, to download.
  var files: String {
    let isPart = report.curves.contains { curves in
      report.summaries.contains {
        $0.panel == curves.panel && $0.optimizer == curves.optimizer && $0.firstStep < curves.firstStep
      }
    }
    let descriptions: KeyValuePairs = [
      "curves.csv": "losses of single trials" + (isPart ? ", of each panel’s last steps" : ""),
      "summary.csv": "means and standard errors", "tuning.csv": "every learning rate tried",
      "training.csv": "the optimizer’s own training curve",
      "claims.json": "claims and verdicts", "run.json": "settings, revision, machine, data",
      "notebook.ipynb": "this notebook for Jupyter", "main.swift": "its source",
    ]
    let known = Set(
      descriptions.map(\.key) + ["index.html", "outputs.json"] + report.figures.keys.map { "\($0).json" })
    let others = (report.record?.files ?? []).filter { !known.contains($0) && isPlain($0) && report.has($0) }
    func list(_ files: [(name: String, description: String)]) -> String {
      let items = files.map { name, description in
        let description = description.isEmpty ? "" : ": \(description)"
        return "<li><a href=\"\(escaped(linked(name)))\">\(escaped(name))</a>\(description)</li>\n"
      }
      return "<ul class=\"files\">\n\(items.joined())</ul>\n"
    }
    let pictures = others.map { ($0, "") }
    let data = descriptions.filter { report.has($0.key) || $0.key == "notebook.ipynb" }.map { ($0.key, $0.value) }
    var html =
      others.count > 16
      ? list(data) + folded("\(others.count) pictures and other files", list(pictures)) : list(data + pictures)
    for problem in report.problems where problem.file == "main.swift" { html += HTML.missing(problem.message) }
    return html
  }

  /// A file's name as a link, with what URLs reserve escaped.
  func linked(_ name: String) -> String {
    name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? name
  }
}

/// The values in order of their first appearance.
public func distinct<Value: Hashable>(_ values: some Sequence<Value>) -> [Value] {
  var seen: Set<Value> = []
  return values.filter { seen.insert($0).inserted }
}
