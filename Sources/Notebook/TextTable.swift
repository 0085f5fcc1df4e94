/// A table of text: what a notebook shows, in the terminal and on the page.
public struct TextTable: Codable, Sendable, Equatable {
  public var header: [String]
  public var rows: [[String]]

  public init(_ header: [String], rows: [[String]] = []) {
    self.header = header
    self.rows = rows
  }

  public mutating func append(_ row: [String]) { rows.append(row) }

  /// A column is of numbers when each of its cells begins like one; it is then aligned to the right.
  func isNumeric(_ column: Int) -> Bool {
    let cells = rows.map { column < $0.count ? $0[column] : "" }.filter { !$0.isEmpty }
    return !cells.isEmpty
      && cells.allSatisfy { cell in
        guard let first = cell.drop(while: { "\u{2212}-+<>≤≥± ".contains($0) }).first else { return false }
        return first.isNumber || first == "." || cell == "nan" || cell.hasSuffix("inf")
      }
  }

  /// The table as lines of text no wider than `width` where that can be: the widest columns of words are wrapped.
  func text(width: Int) -> String {
    let columns = ([header] + rows).map(\.count).max() ?? 0
    func cell(_ row: [String], _ column: Int) -> String { column < row.count ? row[column] : "" }
    var widths = (0..<columns).map { column in ([header] + rows).map { cell($0, column).count }.max() ?? 0 }
    let gap = 2
    while widths.reduce(0, +) + gap * max(0, columns - 1) > width {
      guard let widest = widths.indices.filter({ !isNumeric($0) }).max(by: { widths[$0] < widths[$1] }),
        widths[widest] > 12
      else { break }
      widths[widest] -= 1
    }
    var lines: [String] = []
    for row in [header] + rows {
      let wrapped = (0..<columns).map { wrap(cell(row, $0), to: widths[$0]) }
      for line in 0..<(wrapped.map(\.count).max() ?? 0) {
        let cells = (0..<columns).map { column in
          let text = line < wrapped[column].count ? wrapped[column][line] : ""
          let padding = String(repeating: " ", count: max(0, widths[column] - text.count))
          return isNumeric(column) ? padding + text : text + padding
        }
        lines.append(trimmedEnd(cells.joined(separator: String(repeating: " ", count: gap))))
      }
    }
    return lines.joined(separator: "\n")
  }
}

/// The text in lines of at most `width` characters, broken at spaces where there are any.
func wrap(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ", omittingEmptySubsequences: true) {
    var word = String(word)
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    while word.count > max(1, width) {
      lines.append(String(word.prefix(max(1, width))))
      word = String(word.dropFirst(max(1, width)))
    }
    line += line.isEmpty ? word : " " + word
  }
  return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
}

func trimmedEnd(_ text: String) -> String {
  String(text.reversed().drop { $0 == " " }.reversed())
}
