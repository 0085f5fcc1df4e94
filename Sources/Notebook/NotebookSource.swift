/// The cells of an experiment's main.swift: `//:` lines are prose, everything between them is code.
struct NotebookSource: Sendable, Equatable {
  struct Cell: Sendable, Equatable {
    enum Kind: Sendable, Equatable { case prose, code }
    var kind: Kind
    /// Markdown, or code without the indentation that all its lines share and without blank lines around it.
    var text: String
    /// The lines of main.swift that the cell stands on, counted from 1.
    var lines: ClosedRange<Int>
  }

  var cells: [Cell] = []

  init(_ source: String) {
    var kind = Cell.Kind.code
    var lines: [Substring] = []
    var number = 0
    func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }

    func end(_ cells: inout [Cell]) {
      let first = lines.firstIndex { !isBlank($0) } ?? lines.endIndex
      let kept = lines[first...].reversed().drop(while: isBlank).reversed()
      if !kept.isEmpty {
        let text = kind == .prose ? kept.joined(separator: "\n") : NotebookSource.dedented(Array(kept))
        cells.append(Cell(kind: kind, text: text, lines: (number - lines.count + 1)...number))
      }
      lines = []
    }

    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = line.drop(while: \.isWhitespace)
      let isProse = content.hasPrefix("//:")
      if isProse != (kind == .prose) {
        end(&cells)
        kind = isProse ? .prose : .code
      }
      number += 1
      let prose = content.dropFirst(3)
      lines.append(isProse ? (prose.first == " " ? prose.dropFirst() : prose) : line)
    }
    end(&cells)
  }

  private static func dedented(_ lines: [Substring]) -> String {
    let indentation = lines.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return lines.map { String($0.dropFirst(min(indentation, $0.prefix { $0 == " " }.count))) }.joined(separator: "\n")
  }

  /// The position of the code cell that a line belongs to: the one that contains it, or the last one before it.
  func codeCell(at line: Int) -> Int? {
    cells.lastIndex { $0.kind == .code && $0.lines.lowerBound <= line }
  }

  /// The first heading: the title of the page; nil where there is none.
  var title: String? {
    for cell in cells where cell.kind == .prose {
      for line in cell.text.split(separator: "\n") where line.hasPrefix("# ") { return String(line.dropFirst(2)) }
    }
    return nil
  }

  /// The first paragraph of prose after the title, as Markdown.
  var abstract: String? { opening.abstract.isEmpty ? nil : opening.abstract }

  /// What the first prose says after title and abstract.
  var proseAfterAbstract: String { opening.rest }

  private var opening: (abstract: String, rest: String) {
    guard let first = cells.first, first.kind == .prose else { return ("", "") }
    let lines = first.text.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0.isEmpty || $0.hasPrefix("# ") }
    let abstract = lines.prefix { !$0.isEmpty && !$0.hasPrefix("#") }
    let rest = lines.dropFirst(abstract.count).drop(while: \.isEmpty)
    return (abstract.joined(separator: " "), rest.joined(separator: "\n"))
  }
}
