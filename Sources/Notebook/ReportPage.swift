import Foundation

/// The page of one experiment: verdicts first, then the figure, the paper's numbers beside ours, and everything needed
/// to judge and repeat them; the notebook with its source folded away at the end.
struct ReportPage {
  let report: Report
  let paper: PaperCurves?
  /// The first figure stands at the top, the others in the notebook where they were shown.
  let leadFigure: Int?

  init(_ report: Report, paper: PaperCurves?) {
    self.report = report
    self.paper = paper
    leadFigure = report.outputs.firstIndex { $0.content.isFigure }
  }

  var html: String {
    let sections: [(id: String, title: String, body: String)] = [
      ("claims", "Claims and verdicts", verdicts), ("figure", "Result", leadFigureHTML),
      ("pictures", "Pictures", pictures),
      ("numbers", hasPaperNumbers ? "The paper’s numbers beside ours" : "Final losses", numbers),
      ("deviations", "Where this differs from the paper", deviations),
      ("run", "How it was run", run), ("training", "Training of the optimizer", training),
      ("tuning", "Tuning of the baselines", tuning), ("notebook", "The notebook", notebook),
      ("files", "Files", files),
    ]
    let shown = sections.filter { !$0.body.isEmpty }
    var body = header
    body += "<nav class=\"contents\" aria-label=\"On this page\"><ul>\n"
    for section in shown { body += "<li><a href=\"#\(section.id)\">\(section.title)</a></li>\n" }
    body += "</ul></nav>\n<main>\n"
    for section in shown {
      body += "<section id=\"\(section.id)\" aria-labelledby=\"\(section.id)-title\">\n"
      body += "<h2 id=\"\(section.id)-title\">\(section.title)</h2>\n\(section.body)</section>\n"
    }
    body += "</main>\n"
    return HTML.page(title: report.title, description: report.source?.abstract ?? report.name, body: body)
  }

  private var header: String {
    let parts = report.title.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
    var html = "<header class=\"top\">\n<p class=\"back\"><a href=\"../index.html\">All experiments</a></p>\n"
    if parts.count == 2 {
      html +=
        "<h1><span class=\"eyebrow\">\(inline(parts[0]))<span class=\"hidden\">:</span></span> \(inline(capitalised(parts[1])))</h1>\n"
    } else {
      html += "<h1>\(inline(report.title))</h1>\n"
    }
    if let abstract = report.source?.abstract { html += Markdown.html(abstract) }
    if let record = report.record {
      var facts = ["preset \(record.preset)", "seed \(record.seed)", String(record.date.prefix(10))]
      if let revision = record.revision {
        facts.append("revision \(revision.commit.prefix(8))\(revision.clean ? "" : " with changes")")
      }
      html +=
        "<p class=\"facts\">\(facts.map(escaped).joined(separator: "<span aria-hidden=\"true\"> · </span>"))</p>\n"
      for dataset in record.datasets where dataset.isGenerated {
        html +=
          "<p class=\"warning\" role=\"note\"><strong>Generated data.</strong> This run used \(escaped(dataset.name)), "
        html += "a stand-in made by this project, not the paper’s data. \(escaped(dataset.note))</p>\n"
      }
      for dataset in record.datasets where dataset.isForeign {
        html +=
          "<p class=\"warning\" role=\"note\"><strong>Other data.</strong> This run used \(escaped(dataset.note)).</p>\n"
      }
    }
    if !report.changes.isEmpty {
      let names = report.changes.map { escaped($0.file) }.joined(separator: ", ")
      html +=
        "<p class=\"warning\" role=\"note\"><strong>Not as the run left it.</strong> Changed, cut off or gone since: "
      html += "\(names). This page shows what is there now.</p>\n"
    }
    return html + "</header>\n"
  }

  private var verdicts: String {
    if let problem = report.problem("claims.json") { return HTML.missing(problem) }
    guard !report.claims.isEmpty else { return "" }
    let counted = report.claims.filter { $0.origin == .paper }
    var html = ""
    if !counted.isEmpty {
      html +=
        "<p class=\"score\"><strong>\(counted.count { $0.reproduced }) of \(counted.count)</strong> claims of the paper reproduced.</p>\n"
    }
    html += "<ol class=\"claims\">\n"
    for (index, claim) in report.claims.enumerated() {
      html += "<li id=\"claim-\(index + 1)\" class=\"\(claim.reproduced ? "holds" : "fails")\">\n"
      html += "<p class=\"statement\">\(HTML.verdict(claim)) \(inline(claim.statement))</p>\n<dl>\n"
      let interval = claim.interval.map {
        " <span class=\"interval\">95 % interval \($0.text)</span>"
      }
      html += "<div><dt>Ours</dt><dd><strong class=\"value\">\(shortNumber(claim.ours))</strong>\(interval ?? "")"
      html += "<br>\(inline(claim.quantity))</dd></div>\n"
      html +=
        "<div><dt>\(claim.origin == .paper ? "Paper" : "Our own goal")</dt><dd>\(inline(claim.paper))</dd></div>\n</dl>\n"
      if let note = claim.note { html += "<p class=\"note\">\(inline(note))</p>\n" }
      html += "</li>\n"
    }
    return html + "</ol>\n"
  }

  private var leadFigureHTML: String {
    if let problem = report.problem("outputs.json") { return HTML.missing(problem) }
    guard let leadFigure else { return "" }
    return figure(report.outputs[leadFigure].content)
  }

  private var deviations: String {
    let deviations = report.record?.deviations ?? []
    guard !deviations.isEmpty else { return "" }
    let items = deviations.map { "<dt>\(inline($0.what))</dt><dd>\(inline($0.reason))</dd>\n" }
    return "<dl class=\"deviations\">\n\(items.joined())</dl>\n"
  }

  /// Text with emphasis, code, links and formulas, without a paragraph around it.
  func inline(_ markdown: String) -> String {
    let html = Markdown.html(markdown)
    guard html.hasPrefix("<p>"), html.hasSuffix("</p>\n"), !html.dropFirst().contains("<p>") else {
      return escaped(markdown)
    }
    return String(html.dropFirst(3).dropLast(5))
  }

  private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
