import Foundation

/// The page of all experiments: how many of the paper's claims hold, a card for each experiment, and our final losses
/// beside the paper's.
struct OverviewPage {
  static let title = "Learning to learn by gradient descent by gradient descent, reproduced"

  let reports: [Report]
  let paper: PaperCurves?

  init(_ reports: [Report], paper: PaperCurves?) {
    self.reports = reports
    self.paper = paper
  }

  var html: String {
    var body = """
      <header class="top">
      <h1>\(Self.title)</h1>
      <p>Every result of <a href="https://arxiv.org/abs/1606.04474">Andrychowicz et al. (2016)</a> run again, with the \
      claims that the paper makes put to the test. Each card leads to the notebook of one experiment.</p>
      </header>
      <main>

      """
    body += scorecard
    body += "<section aria-labelledby=\"experiments\">\n<h2 id=\"experiments\">Experiments</h2>\n"
    body += reports.isEmpty ? "<p>None has run yet: <code>swift run fig3-mnist</code> is a good first one.</p>\n" : ""
    body += "<ul class=\"cards wide\">\n\(reports.map(card).joined())</ul>\n</section>\n"
    body += numbers + "</main>\n"
    return HTML.page(
      title: Self.title,
      description: "Claims of the paper reproduced, experiments, and final losses beside the paper’s.", body: body)
  }

  /// The reports whose claims count: of the paper's kind of data, and of a copy in another folder only where there is
  /// no other.
  private var telling: [Report] {
    let able = reports.filter { $0.strangeData == nil }
    let experiments = Set(able.filter(\.isAtHome).map(\.name))
    return able.filter { $0.isAtHome || !experiments.contains($0.record?.experiment ?? "") }
  }

  /// The paper's claims that were tested on its own kind of data, with the report and position of each.
  var counted: [(report: Report, index: Int, claim: Claim)] {
    telling.flatMap { report in
      report.claims.enumerated().filter { $1.origin == .paper }.map { (report, $0, $1) }
    }
  }

  private var scorecard: String {
    let claims = counted
    let strange = reports.filter { $0.strangeData != nil }.flatMap(\.claims).count { $0.origin == .paper }
    guard !claims.isEmpty || strange > 0 else { return "" }
    let held = claims.count { $0.claim.reproduced }
    var html = "<section class=\"scorecard\" aria-labelledby=\"score\">\n"
    html += "<h2 id=\"score\">Claims of the paper reproduced: <strong>\(held) of \(claims.count)</strong></h2>\n"
    html += "<ul class=\"squares\">\n"
    for (report, index, claim) in claims {
      let text = "\(report.name): \(claim.statement): \(claim.reproduced ? "reproduced" : "not reproduced")"
      html +=
        "<li><a class=\"\(claim.reproduced ? "holds" : "fails")\" href=\"\(page(of: report))#claim-\(index + 1)\" "
      html += "title=\"\(escaped(text))\"><span class=\"hidden\">\(escaped(text))</span></a></li>\n"
    }
    html += "</ul>\n"
    if strange > 0 {
      html +=
        "<p class=\"note\">\(strange) more \(strange == 1 ? "was" : "were") tested on other data only (generated, "
      html += "not the published ones, or unknown), which says nothing about the paper’s, and "
      html += "\(strange == 1 ? "is" : "are") not counted.</p>\n"
    }
    return html + "</section>\n"
  }

  private func card(_ report: Report) -> String {
    let link = page(of: report)
    let parts = report.title.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
    let heading = parts.count == 2 ? parts[1].prefix(1).uppercased() + parts[1].dropFirst() : report.title
    var html = "<li class=\"card\">\n\(picture(report))\n<div class=\"text\">\n"
    html += "<p class=\"eyebrow\">\(escaped(parts.count == 2 ? parts[0] : report.name))</p>\n"
    html += "<h3><a href=\"\(link)\">\(escaped(heading))</a></h3>\n"
    let own = report.claims.filter { $0.origin == .paper }
    if !own.isEmpty {
      html += "<p class=\"tally\">\(own.count { $0.reproduced }) of \(own.count) claims reproduced</p>\n"
    }
    html += "<ul class=\"verdicts\">\n"
    for claim in report.claims {
      html += "<li class=\"\(claim.reproduced ? "holds" : "fails")\"><span class=\"hidden\">"
      html += "\(claim.reproduced ? "Holds" : "Fails"): </span>\(escaped(claim.statement))"
      html += claim.origin == .ours ? " <small>(our own goal)</small></li>\n" : "</li>\n"
    }
    html += "</ul>\n"
    if let data = report.strangeData { html += "<p class=\"badge\">\(escaped(data))</p>\n" }
    for problem in report.problems {
      html += "<p class=\"missing\">\(escaped(problem.file)) is missing or damaged</p>\n"
    }
    if let record = report.record {
      var facts = [String(record.date.prefix(10)), "preset \(record.preset)", "seed \(record.seed)"]
      if let revision = record.revision {
        facts.append("revision \(revision.commit.prefix(8))\(revision.clean ? "" : " with changes")")
      }
      html += "<p class=\"facts\">\(facts.map(escaped).joined(separator: " · "))</p>\n"
    }
    return html + "</div>\n</li>\n"
  }

  /// The first figure, small. The card's heading is its link, so that there is one for each card.
  private func picture(_ report: Report) -> String {
    for output in report.outputs {
      guard case .figure(let name, let alt, _, _) = output.content else { continue }
      if let small = report.figures[name]?.thumbnail { return "<div class=\"picture\">\(small)</div>" }
      guard report.has("\(name).png") else { continue }
      let source = "\(report.name)/\(name).png".addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
      return "<div class=\"picture\"><img src=\"\(escaped(source))\" alt=\"\(escaped(alt))\" loading=\"lazy\"></div>"
    }
    return "<div class=\"picture none\"></div>"
  }

  private var numbers: String {
    var finals: [FinalLoss] = []
    var links: [String: String] = [:]
    for report in telling {
      for final in FinalLoss.all(curves: report.curves, summaries: report.summaries, paper: paper)
      where paper?[final.panel].isEmpty == false
        && (links[final.panel] == nil || links[final.panel] == page(of: report))
      {
        links[final.panel] = page(of: report)
        finals.append(final)
      }
    }
    guard !finals.isEmpty else { return "" }
    var html =
      "<section aria-labelledby=\"numbers-title\">\n<h2 id=\"numbers-title\">Final losses beside the paper’s</h2>\n"
    html += NumbersTable.html(finals, caption: "Loss at the end of each panel") { links[$0] }
    html +=
      "<p class=\"note\">Mean over the steps named, then over trials, with the standard error over trials. In bold: "
    html +=
      "the lowest of ours in each panel. The paper’s numbers are read off its figures, precise to about 1 %.</p>\n"
    return html + "</section>\n"
  }

  private func page(of report: Report) -> String {
    let path = "\(report.name)/index.html"
    return escaped(path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)
  }
}
