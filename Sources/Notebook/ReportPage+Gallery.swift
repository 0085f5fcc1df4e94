import Foundation

extension ReportPage {
  /// All galleries, each triple with a slider between photograph and painting, and with its films.
  ///
  /// Pictures open large by an anchor that is its own target, and so without a script; the slider needs one and is
  /// hidden until it is there.
  var pictures: String {
    report.outputs.map { output in
      guard case .gallery(let gallery) = output.content else { return "" }
      var html = gallery.caption.map { "<p>\(inline($0))</p>\n" } ?? ""
      for (index, triple) in gallery.triples.enumerated() {
        html += self.triple(triple, id: "\(gallery.name)-\(index + 1)", isFirst: index == 0)
      }
      return html
    }.joined()
  }

  private func triple(_ triple: GalleryRecord.Triple, id: String, isFirst: Bool) -> String {
    let missing = ([triple.content, triple.styled, triple.style] + triple.films.map(\.strip)).filter {
      !isPlain($0.file) || !report.has($0.file)
    }
    if let first = missing.first {
      return HTML.missing("\(first.file): expected a picture, found none")
    }
    let parts = [
      ("Content", triple.content, "content"), ("Styled", triple.styled, "styled"), ("Style", triple.style, "style"),
    ]
    var html =
      "<article class=\"triple wide\" id=\"\(escaped(id))\">\n<h3>\(inline(triple.title))</h3>\n<div class=\"trio\">\n"
    for (name, picture, what) in parts {
      html +=
        "<figure><a href=\"#\(escaped(id))-\(what)\">\(image(picture))</a><figcaption>\(name)</figcaption></figure>\n"
    }
    html += "</div>\n"
    html += compare(triple)
    if !triple.films.isEmpty { html += films(triple, isOpen: isFirst) }
    if let losses = triple.losses { html += HTML.table(losses, label: "Losses of \(triple.title)") }
    html += "<p class=\"note\">\(inline(triple.credit))</p>\n</article>\n"
    for (name, picture, what) in parts {
      html += "<div class=\"enlarged\" id=\"\(escaped(id))-\(what)\">"
      html += "<a href=\"#\(escaped(id))\" title=\"Back to the page\">\(image(picture))</a>"
      html += "<p>\(name): \(inline(triple.title))</p></div>\n"
    }
    return html
  }

  private func image(_ picture: GalleryRecord.Picture, classes: String = "") -> String {
    let attribute = classes.isEmpty ? "" : " class=\"\(classes)\""
    return
      "<img\(attribute) src=\"\(escaped(linked(picture.file)))\" alt=\"\(escaped(picture.alt))\" width=\"\(picture.width)\" height=\"\(picture.height)\" loading=\"lazy\">"
  }

  private func compare(_ triple: GalleryRecord.Triple) -> String {
    """
    <div class="compare" hidden>
    <div class="pair">\(image(triple.styled))\(image(triple.content, classes: "over"))</div>
    <label><span>Content</span><input type="range" min="0" max="100" value="50" aria-label="Share of the \
    photograph that is shown over the painting: \(escaped(triple.title))"><span>Styled</span></label>
    </div>

    """
  }

  private func films(_ triple: GalleryRecord.Triple, isOpen: Bool) -> String {
    let steps = triple.steps.map { "<span>\($0)</span>" }.joined()
    var html = "<details\(isOpen ? " open" : "")>\n<summary>From step to step: "
    html += "\(triple.films.map { escaped($0.optimizer) }.joined(separator: " above "))</summary>\n"
    html +=
      "<div class=\"scrolls film\" tabindex=\"0\" role=\"region\" aria-label=\"Films of \(escaped(triple.title))\">\n"
    html += "<div class=\"reel\" style=\"--frames: \(triple.steps.count)\">\n"
    html += "<div class=\"steps\" aria-hidden=\"true\">\(steps)</div>\n"
    for film in triple.films { html += "<p>\(escaped(film.optimizer))</p>\(image(film.strip))\n" }
    return html + "</div>\n</div>\n</details>\n"
  }
}
