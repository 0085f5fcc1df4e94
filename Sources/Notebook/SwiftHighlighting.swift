/// Swift code with its keywords, strings, numbers and comments marked for the page's style.
enum SwiftHighlighting {
  private static let keywords: Set<Substring> = [
    "import", "let", "var", "func", "struct", "enum", "class", "extension", "protocol", "static", "init", "self", "if",
    "else", "guard", "for", "in", "while", "switch", "case", "default", "return", "throw", "throws", "try", "do",
    "catch", "true", "false", "nil", "where", "as", "is", "some", "any", "break", "continue", "public", "private",
  ]

  static func html(_ code: String) -> String {
    var html = ""
    var rest = Substring(code)
    func mark(_ kind: String, _ count: Int) {
      html += "<span class=\"\(kind)\">\(escaped(String(rest.prefix(count))))</span>"
      rest = rest.dropFirst(count)
    }
    while let first = rest.first {
      if rest.hasPrefix("//") {
        mark("comment", rest.prefix { $0 != "\n" }.count)
      } else if first == "\"" {
        mark("string", stringLength(rest))
      } else if first.isLetter || first == "_" || first == "@" || first == "#" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" || $0 == "#" }
        if keywords.contains(word) {
          mark("keyword", word.count)
        } else if first.isUppercase {
          mark("type", word.count)
        } else {
          html += escaped(String(word))
          rest = rest.dropFirst(word.count)
        }
      } else if first.isNumber {
        mark("number", rest.prefix { $0.isNumber || $0 == "." || $0 == "_" || $0 == "e" }.count)
      } else {
        html += escaped(String(first))
        rest = rest.dropFirst()
      }
    }
    return html
  }

  /// The length of the string literal at the beginning, of one line or of several.
  private static func stringLength(_ text: Substring) -> Int {
    let quote = text.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
    var position = text.dropFirst(quote.count)
    while !position.isEmpty, !position.hasPrefix(quote) {
      if quote.count == 1, position.first == "\n" { break }
      position = position.dropFirst(position.first == "\\" ? 2 : 1)
    }
    return text.count - position.count + (position.hasPrefix(quote) ? quote.count : 0)
  }
}
