import Foundation
import Imaging

extension Figure {
  /// The figure as an SVG document, to stand alone or to be put into a page as it is.
  ///
  /// It follows the reader's light or dark theme, and a page's own choice by `data-theme="light"` or `"dark"` at the
  /// root element. A page may set its own colours as CSS properties: `--plot-ground` (`transparent`, say),
  /// `--plot-ink`, `--plot-muted`, `--plot-spine`, `--plot-grid`, `--plot-black` (the LSTM's), `--plot-black-text` and
  /// so on, and `--plot-font`.
  ///
  /// For a page's script: panels are `g.panel[data-panel="0"]`, curves `g.curve[data-series="LSTM"]` with the class
  /// `learned`, `hand-made`, `plain`, `paper` or `reference`; bands `g.band`, names `g.end-label`. Everything that
  /// belongs to the paper's curves has the class `paper`. The numbers are in `json()`.
  ///
  /// - Parameter switchable: whether panels hold the y axis' other scale too. What depends on the scale is in
  ///   `g.scale[data-scale="log"]` and `g.scale[data-scale="linear"]`, the second one shown having `display="none"`.
  public func svg(switchable: Bool = false) -> String {
    SVGRenderer(switchable: switchable).document(Layout(self).scene)
  }
}

private struct SVGRenderer {
  let switchable: Bool
  private var paints: Set<String> = []

  init(switchable: Bool) { self.switchable = switchable }

  func document(_ scene: Scene) -> String {
    let body = elements(scene.elements)
    let (width, height) = (number(scene.width), number(scene.height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" font-family="\(escaped(TextMetrics.stack))">
      <title>\(escaped(scene.title))</title>
      <desc>\(escaped(scene.description))</desc>
      <style>\(Self.style(for: body))</style>
      <rect class="f-ground" width="\(width)" height="\(height)" fill="\(Paint.ground.light.css)"/>
      \(body)</svg>

      """
  }

  /// Colours as properties of the figure, which a page's own properties override. The plain attributes beside them are
  /// for programs that know no CSS.
  private static func style(for body: String) -> String {
    let roles: [Paint] = [.ink, .muted, .spine, .grid, .ground] + Hue.all.flatMap { [.hue($0), .text($0)] }
    // One pass over the bytes: a search of the text for each class took a quarter of the time of a whole report.
    let quoted = body.utf8.split(separator: UInt8(ascii: "\""))
    let classes = Set(
      quoted.lazy.filter { $0.starts(with: "f-".utf8) || $0.starts(with: "s-".utf8) }.map(Substring.init))
    let used = roles.filter { paint in
      paint == .ground || ["f", "s"].contains { classes.contains("\($0)-\(paint.name ?? "")") }
    }
    func properties(_ colour: (Paint) -> RGB) -> String {
      used.map { "--\($0.name ?? ""):var(--plot-\($0.name ?? ""),\(colour($0).css))" }.joined(separator: ";")
    }
    let light = properties(\.light)
    let dark = properties(\.dark)
    let rules = used.compactMap(\.name).map { ".plot .f-\($0){fill:var(--\($0))}.plot .s-\($0){stroke:var(--\($0))}" }
    return """
      .plot{\(light);font-family:var(--plot-font,\(TextMetrics.stack))}
      @media (prefers-color-scheme:dark){.plot{\(dark)}}
      :root[data-theme=light] .plot{\(light)}
      :root[data-theme=dark] .plot{\(dark)}
      \(rules.joined(separator: "\n"))
      """
  }

  private func elements(_ elements: [Element]) -> String { elements.map(element).joined() }

  private func element(_ element: Element) -> String {
    switch element {
    case .lines(let runs, let stroke):
      let path = runs.map(path).joined()
      if path.isEmpty { return "" }
      let dashes = stroke.dashes.map(number).joined(separator: " ")
      return """
        <path\(self.stroke(stroke.paint)) stroke-width="\(number(stroke.width))"\
        \(dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\"") fill="none" stroke-linejoin="round" d="\(path)"/>

        """
    case .area(let points, let paint, let opacity):
      return "<path\(fill(paint)) fill-opacity=\"\(number(opacity))\" d=\"\(path(points))Z\"/>\n"
    case .rectangle(let rect, let paint): return "<rect\(box(rect))\(fill(paint))/>\n"
    case .outline(let rect, let stroke):
      return "<rect\(box(rect))\(self.stroke(stroke.paint)) stroke-width=\"\(number(stroke.width))\" fill=\"none\"/>\n"
    case .dots(let points, let radius, let paint):
      return points.map {
        "<circle cx=\"\(number($0.x))\" cy=\"\(number($0.y))\" r=\"\(number(radius))\"\(fill(paint))/>\n"
      }.joined()
    case .label(let label): return text(label)
    case .image(let image, let rect, let showsPixels):
      let data = Data(PNG.encode(image)).base64EncodedString()
      let rendering = showsPixels ? " style=\"image-rendering:pixelated\"" : ""
      return "<image\(box(rect))\(rendering) href=\"data:image/png;base64,\(data)\"/>\n"
    case .group(let group): return self.group(group)
    }
  }

  /// A line through points. Steps from point to point, in whole hundredths so that nothing adds up, take two thirds of
  /// the bytes of places.
  private func path(_ points: [Point]) -> String {
    let rounded = points.map { (x: ($0.x * 100).rounded(), y: ($0.y * 100).rounded()) }
    guard let first = rounded.first else { return "" }
    var path = "M\(number(first.x / 100)) \(number(first.y / 100))"
    var separator = "l"
    for (a, b) in zip(rounded, rounded.dropFirst()) {
      for step in [number((b.x - a.x) / 100), number((b.y - a.y) / 100)] {
        path += step.first == "-" && separator == " " ? step : separator + step
        separator = " "
      }
    }
    return path
  }

  private func group(_ group: Group) -> String {
    if group.isHidden && !switchable { return "" }
    var inside = elements(group.elements)
    if let clip = group.clip {
      // An inner svg clips without an id, of which there may be only one of a name in a page.
      inside = """
        <svg\(box(clip)) viewBox="\(number(clip.x)) \(number(clip.y)) \(number(clip.width)) \(number(clip.height))">
        \(inside)</svg>

        """
    }
    let data = group.data.map { " data-\($0.name)=\"\(escaped($0.value))\"" }.joined()
    return """
      <g class="\(group.classes.joined(separator: " "))"\(data)\(group.isHidden ? " display=\"none\"" : "")>
      \(inside)</g>

      """
  }

  private func text(_ label: Label) -> String {
    let anchor = label.anchor == .start ? "" : " text-anchor=\"\(label.anchor.rawValue)\""
    let weight = label.isBold ? " font-weight=\"bold\"" : ""
    let superscript =
      label.text.superscript.isEmpty
      ? ""
      : """
      <tspan dy="\(number(-0.38 * label.size))" font-size="\(number(label.size * RichText.superscriptScale))">\
      \(escaped(label.text.superscript))</tspan>
      """
    return """
      <text x="\(number(label.at.x))" y="\(number(label.at.y))" font-size="\(number(label.size))"\(anchor)\(weight)\
      \(fill(label.paint))>\(escaped(label.text.base))\(superscript)</text>

      """
  }

  private func fill(_ paint: Paint) -> String {
    (paint.name.map { " class=\"f-\($0)\"" } ?? "") + " fill=\"\(paint.light.css)\""
  }

  private func stroke(_ paint: Paint) -> String {
    (paint.name.map { " class=\"s-\($0)\"" } ?? "") + " stroke=\"\(paint.light.css)\""
  }

  private func box(_ rect: Rect) -> String {
    " x=\"\(number(rect.x))\" y=\"\(number(rect.y))\" width=\"\(number(max(0, rect.width)))\" height=\"\(number(max(0, rect.height)))\""
  }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }

  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      // XML has no other control characters.
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
