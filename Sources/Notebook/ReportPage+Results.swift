import Foundation

extension ReportPage {
  /// Final losses of every panel, ours and the paper's.
  var numbers: String {
    if report.summaries.isEmpty {
      let problem = report.problem("curves.csv") ?? report.problem("summary.csv")
      return problem.map(HTML.missing) ?? ""
    }
    let finals = FinalLoss.all(curves: report.curves, summaries: report.summaries, paper: paper)
    var html = ""
    if let problem = report.problem("curves.csv") { html += HTML.missing(problem) }
    if finals.isEmpty {
      html += ownComparison ?? ""
    } else {
      html += NumbersTable.html(finals, caption: "Loss at the end of each panel")
      html += "<p class=\"note\">Mean over the steps named, then over trials, with the standard error over trials."
      if hasPaperNumbers { html += " The paper’s numbers are read off its figures, precise to about 1 %." }
      html += "</p>\n"
    }
    let diverged = report.summaries.filter { $0.diverged > 0 }
    if !diverged.isEmpty {
      html += "<p class=\"warning\" role=\"note\">Diverged trials, left out of the means: "
      html +=
        diverged.map {
          "\(escaped($0.optimizer)) on \(escaped($0.panel)) \($0.diverged) of \($0.trials + $0.diverged)"
        }.joined(separator: ", ") + ".</p>\n"
    }
    return html
  }

  /// Whether the paper has numbers for any panel of this report.
  var hasPaperNumbers: Bool {
    report.summaries.contains { paper?[$0.panel].isEmpty == false || PaperCurves.isArchitecture($0.panel) }
  }

  /// A table of the run's own that has the paper's numbers in it, where no panel is compared here (Fig 6).
  private var ownComparison: String? {
    report.outputs.lazy.compactMap { output -> String? in
      guard case .table(let table, let caption) = output.content, table.header.contains("paper") else { return nil }
      return HTML.table(table, caption: caption)
    }.first
  }

  /// The prose and code of main.swift with what each cell put out.
  var notebook: String {
    guard let source = report.source else {
      let shown = report.outputs.indices.filter { $0 != leadFigure }.map { output($0) }.joined()
      return (report.problem("main.swift").map(HTML.missing) ?? "") + shown
    }
    var html = report.outputs.isEmpty ? "" : output(before: source)
    for (index, cell) in source.cells.enumerated() {
      switch cell.kind {
      case .prose:
        let prose = index == 0 ? source.proseAfterAbstract : cell.text
        html += prose.isEmpty ? "" : "<div class=\"prose\">\n\(lowered(Markdown.html(prose)))</div>\n"
      case .code:
        html +=
          "<details class=\"code\">\n<summary>Code, lines \(cell.lines.lowerBound)–\(cell.lines.upperBound)</summary>\n"
        html += "<pre tabindex=\"0\"><code>\(SwiftHighlighting.html(cell.text))</code></pre>\n</details>\n"
        for position in report.outputs.indices where source.codeCell(at: report.outputs[position].line) == index {
          html += output(position)
        }
      }
    }
    return html
  }

  /// Outputs of lines that no cell has: main.swift was another one then.
  private func output(before source: NotebookSource) -> String {
    report.outputs.indices.filter { source.codeCell(at: report.outputs[$0].line) == nil }.map { output($0) }.joined()
  }

  /// Headings of the notebook stand below the page's own.
  private func lowered(_ html: String) -> String {
    (2...5).reversed().reduce(html) { html, level in
      html.replacing("<h\(level)>", with: "<h\(level + 1)>").replacing("</h\(level)>", with: "</h\(level + 1)>")
    }
  }

  private func output(_ index: Int) -> String {
    switch report.outputs[index].content {
    case .text(let text): return "<pre class=\"output\" tabindex=\"0\"><samp>\(escaped(text))</samp></pre>\n"
    case .table(let table, let caption): return HTML.table(table, caption: caption)
    case .figure:
      return index == leadFigure
        ? "<p class=\"note\"><a href=\"#figure\">The figure above.</a></p>\n" : figure(report.outputs[index].content)
    case .gallery: return "<p class=\"note\"><a href=\"#pictures\">The pictures above.</a></p>\n"
    case .claim(let number):
      guard report.claims.indices.contains(number) else { return "" }
      let claim = report.claims[number]
      return
        "<p class=\"checked\">\(HTML.verdict(claim)) <a href=\"#claim-\(number + 1)\">\(inline(claim.statement))</a></p>\n"
    }
  }

  func figure(_ content: CellOutput.Content) -> String {
    guard case .figure(let name, let alt, let caption, _) = content else { return "" }
    let drawn = report.lossFigures.first { $0.name == name }?.figure
    var html = "<figure class=\"wide\">\n"
    if let figure = report.figures[name] {
      html += drawings(figure)
    } else if isPlain(name), report.has("\(name).png") {
      html +=
        "<a href=\"\(escaped(linked(name))).png\"><img src=\"\(escaped(linked(name))).png\" alt=\"\(escaped(alt))\" loading=\"lazy\"></a>\n"
    } else if let svg = FileManager.default.contents(atPath: "\(report.folder)/\(name).svg"), isPlain(name) {
      html += "<div class=\"drawing\">\(String(decoding: svg, as: UTF8.self))</div>\n"
    } else {
      html += HTML.missing(report.problem("\(name).png") ?? "\(name).png: expected a figure, found no file")
    }
    if let caption = caption ?? drawn?.caption { html += "<figcaption>\(inline(caption))</figcaption>\n" }
    return html + "</figure>\n"
  }

  /// The figure for wide and for narrow screens. What its script does, it adds itself.
  func drawings(_ figure: PageFigure) -> String {
    func drawing(_ drawing: PageFigure.Drawing, _ size: String) -> String {
      """
      <div class="drawing \(size)">\(drawing.svg)\
      <script type="application/json">\(drawing.data)</script></div>

      """
    }
    guard let narrow = figure.narrow else { return drawing(figure.wide, "any") }
    return drawing(figure.wide, "large") + drawing(narrow, "small")
  }
}

extension HTML {
  static func verdict(_ claim: Claim) -> String {
    claim.reproduced
      ? "<span class=\"verdict holds\">\(claim.origin == .paper ? "Reproduced" : "Reached")</span>"
      : "<span class=\"verdict fails\">Not \(claim.origin == .paper ? "reproduced" : "reached")</span>"
  }
}

/// Final losses of ours, beside the paper's where it has any: one row for each panel and optimizer.
enum NumbersTable {
  static func html(_ finals: [FinalLoss], caption: String, link: (String) -> String? = { _ in nil }) -> String {
    let isCompared = finals.contains { $0.paper != nil }
    var html =
      "<table class=\"numbers\">\n<caption>\(escaped(caption))</caption>\n<thead><tr><th scope=\"col\">Panel</th>"
    html += "<th scope=\"col\">Optimizer</th><th scope=\"col\" class=\"number\">Ours</th>"
    if isCompared {
      html += "<th scope=\"col\" class=\"number\">Paper</th><th scope=\"col\" class=\"number\">Ours over paper’s</th>"
    }
    html += "<th scope=\"col\">Steps</th></tr></thead>\n"
    for panel in distinct(finals.map(\.panel)) {
      let rows = finals.filter { $0.panel == panel }
      let ratiosOnly = PaperCurves.hasRatiosOnly(panel)
      let ours = unit(rows, ratiosOnly) { $0.ours }
      let paper = unit(rows, ratiosOnly) { $0.paper }
      func shown(_ row: FinalLoss) -> Double? { row.ours.map { $0 / (row.unit ?? ours) } }
      let best = rows.compactMap(shown).filter(\.isFinite).min()
      html += "<tbody>\n"
      for (index, row) in rows.enumerated() {
        html += "<tr\(shown(row) == best ? " class=\"best\"" : "")>"
        if index == 0 {
          let name = link(panel).map { "<a href=\"\(escaped($0))\">\(escaped(panel))</a>" } ?? escaped(panel)
          let note = ratiosOnly ? "<br><small>over the LSTM’s</small>" : ""
          html += "<th scope=\"rowgroup\" rowspan=\"\(rows.count)\">\(name)\(note)</th>"
        }
        html += "<th scope=\"row\">\(escaped(row.optimizer))</th>"
        let ours = row.unit ?? ours
        html += "<td class=\"number\">\(value(row.ours, over: ours))\(error(row, over: ours))</td>"
        if isCompared {
          html += "<td class=\"number\">\(value(row.paper, over: paper))</td>"
          html += "<td class=\"number\">\(ratio(row, ours, paper))</td>"
        }
        html +=
          "<td>\(row.steps.map(span) ?? "")\(row.isComparable || row.paper == nil ? "" : " <small>(shorter than the paper’s)</small>")</td></tr>\n"
      }
      html += "</tbody>\n"
    }
    return HTML.scrolling(html + "</table>\n", label: caption)
  }

  /// What losses are divided by: the LSTM's where only ratios mean anything.
  private static func unit(_ rows: [FinalLoss], _ ratiosOnly: Bool, _ loss: (FinalLoss) -> Double?) -> Double {
    guard ratiosOnly, let reference = rows.first(where: { $0.optimizer == "LSTM" }).flatMap(loss) else { return 1 }
    return reference
  }

  private static func span(_ steps: ClosedRange<Int>) -> String {
    steps.count == 1 ? "\(steps.lowerBound)" : "\(steps.lowerBound)–\(steps.upperBound)"
  }

  private static func value(_ loss: Double?, over unit: Double) -> String { loss.map { shortNumber($0 / unit) } ?? "" }

  private static func error(_ row: FinalLoss, over unit: Double) -> String {
    guard let error = row.standardError, error.isFinite else { return "" }
    return " <small>± \(shortNumber(error / unit, digits: 2))</small>"
  }

  private static func ratio(_ row: FinalLoss, _ ours: Double, _ paper: Double) -> String {
    guard row.isComparable, let mine = row.ours, let theirs = row.paper else { return "" }
    return shortNumber(mine / ours / (theirs / paper), digits: 3)
  }
}
