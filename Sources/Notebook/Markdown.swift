import CMd4c

/// Prose as HTML: CommonMark with tables and formulas, through md4c. Raw HTML in prose is shown as text.
enum Markdown {
  /// What Markdown says, as HTML.
  ///
  /// - Parameter formulaError: is told of each formula beyond the known subset, which stays as its LaTeX.
  static func html(_ markdown: String, formulaError: (MathError) -> Void = { _ in }) -> String {
    var html: [UInt8] = []
    var text = markdown
    let flags = UInt32(MD_FLAG_TABLES | MD_FLAG_LATEXMATHSPANS | MD_FLAG_NOHTMLBLOCKS | MD_FLAG_NOHTMLSPANS)
    let status = text.withUTF8 { bytes in
      withUnsafeMutablePointer(to: &html) { html in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          md_html(
            characters.baseAddress, UInt32(characters.count),
            { chunk, size, context in
              guard let chunk, let context else { return }
              chunk.withMemoryRebound(to: UInt8.self, capacity: Int(size)) {
                context.assumingMemoryBound(to: [UInt8].self).pointee.append(
                  contentsOf: UnsafeBufferPointer(start: $0, count: Int(size)))
              }
            }, html, flags, UInt32(MD_HTML_FLAG_XHTML))
        }
      }
    }
    guard status == 0 else { return "<p>\(escaped(markdown))</p>\n" }
    // Cells are aligned by an attribute that HTML no longer has.
    let current = String(decoding: html, as: UTF8.self).replacing(" align=\"right\"", with: " class=\"number\"")
      .replacing(" align=\"center\"", with: " class=\"centred\"").replacing(" align=\"left\"", with: "")
    return withFormulas(current, formulaError)
  }

  /// md4c marks formulas as `<x-equation>`.
  private static func withFormulas(_ html: String, _ formulaError: (MathError) -> Void) -> String {
    var result = ""
    var rest = Substring(html)
    while let start = rest.firstRange(of: "<x-equation") {
      guard let open = rest[start.upperBound...].firstIndex(of: ">"),
        let end = rest[open...].firstRange(of: "</x-equation>")
      else { break }
      result += rest[..<start.lowerBound]
      let latex = unescaped(String(rest[rest.index(after: open)..<end.lowerBound]))
      let display = rest[start.upperBound..<open].contains("display")
      do {
        result += try MathML.element(latex, display: display)
      } catch {
        formulaError(error)
        result += "<code>\(escaped(latex))</code>"
      }
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&amp;", with: "&")
  }
}
