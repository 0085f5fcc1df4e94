/// Pieces that several pages have.
enum HTML {
  /// A table that scrolls by itself where it is too wide.
  static func table(_ table: TextTable, caption: String? = nil, label: String = "Table") -> String {
    let columns = ([table.header] + table.rows).map(\.count).max() ?? 0
    let classes = (0..<columns).map { table.isNumeric($0) ? " class=\"number\"" : "" }
    var html = "<table>\n"
    if let caption { html += "<caption>\(escaped(caption))</caption>\n" }
    let header = table.header.enumerated().map {
      $1.isEmpty ? "<td></td>" : "<th scope=\"col\"\(classes[$0])>\(escaped($1))</th>"
    }
    html += "<thead><tr>\(header.joined())</tr></thead>\n<tbody>\n"
    for row in table.rows {
      html += "<tr>\(row.enumerated().map { "<td\(classes[$0])>\(escaped($1))</td>" }.joined())</tr>\n"
    }
    return scrolling(html + "</tbody>\n</table>\n", label: caption ?? label)
  }

  /// Contents that scroll sideways, also by keyboard.
  static func scrolling(_ html: String, label: String) -> String {
    "<div class=\"scrolls\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(label))\">\n\(html)</div>\n"
  }

  /// What is said in the place of something that is missing.
  static func missing(_ message: String) -> String {
    "<p class=\"missing\" role=\"note\"><strong>Missing here.</strong> \(escaped(message)).</p>\n"
  }

  /// What the head of every page of ours has, and hardly one of another's: which pages may be replaced goes by it.
  static let mark = "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"description\""

  /// A whole page, with style and script inside, so that it opens from anywhere.
  static func page(title: String, description: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="\(escaped(description))">
    <title>\(escaped(title))</title>
    <link rel="icon" href="data:,">
    <style>
    \(PageStyle.css)</style>
    </head>
    <body>
    \(body)<script>
    \(PageScript.javaScript)</script>
    </body>
    </html>

    """
  }
}

/// Text for use in HTML, in attributes too.
func escaped(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
