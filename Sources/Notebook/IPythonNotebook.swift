import Foundation

/// The notebook of a report as Jupyter has it (nbformat 4.5), with its figures inside and large pictures beside it.
enum IPythonNotebook {
  /// Bytes of the largest picture that goes inside: a gallery of paintings would make a megabyte of text.
  private static let largestInside = 500_000

  private struct File: Encodable {
    var cells: [Cell]
    var metadata: Metadata
    var nbformat = 4
    var nbformatMinor = 5
  }

  private struct Metadata: Encodable {
    var kernelspec = ["display_name": "Swift", "language": "swift", "name": "swift"]
    var languageInfo = ["name": "swift", "file_extension": ".swift", "mimetype": "text/x-swift"]
    var title: String
  }

  /// A cell of prose has no outputs; one of code has them even when there are none.
  private struct Cell: Encodable {
    var cellType: String
    var id: String
    var metadata: [String: String] = [:]
    var source: [String]
    var outputs: [Output]?
    var executionCount: Int?
  }

  private struct Output: Encodable {
    var outputType: String
    var name: String?
    var text: [String]?
    var data: [String: String]?
    var metadata: [String: [String: Int]]?
  }

  static func json(of report: Report) throws -> [UInt8] {
    var cells: [Cell] = []
    func id() -> String { "cell-\(cells.count + 1)" }
    func outputs(_ some: [CellOutput]) -> [Output] { some.flatMap { output($0.content, of: report) } }

    func addVerdicts() {
      guard !report.claims.isEmpty else { return }
      cells.append(Cell(cellType: "markdown", id: id(), source: lines(verdicts(report))))
    }

    if report.source?.cells.first?.kind != .prose { addVerdicts() }
    var executed = 0
    if let source = report.source {
      for (index, cell) in source.cells.enumerated() {
        switch cell.kind {
        case .prose:
          cells.append(Cell(cellType: "markdown", id: id(), source: lines(cell.text)))
          if index == 0 { addVerdicts() }
        case .code:
          executed += 1
          let own = report.outputs.filter { source.codeCell(at: $0.line) == index }
          cells.append(
            Cell(
              cellType: "code", id: id(), source: lines(cell.text), outputs: outputs(own), executionCount: executed))
        }
      }
    }
    let stray = report.outputs.filter { report.source?.codeCell(at: $0.line) == nil }
    if !stray.isEmpty {
      cells.append(
        Cell(cellType: "code", id: id(), source: [], outputs: outputs(stray), executionCount: executed + 1))
    }
    let file = File(cells: cells, metadata: Metadata(title: report.title))
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(file)) + [UInt8(ascii: "\n")]
  }

  private static func verdicts(_ report: Report) -> String {
    let rows = report.claims.map { claim in
      let interval = claim.interval.map { " (\($0.text))" } ?? ""
      let cells = [
        claim.reproduced ? "holds" : "**fails**", claim.statement, shortNumber(claim.ours) + interval, claim.paper,
      ]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return "| verdict | claim | ours (95 % interval) | paper |\n|---|---|---|---|\n" + rows.joined(separator: "\n")
  }

  private static func output(_ content: CellOutput.Content, of report: Report) -> [Output] {
    switch content {
    case .text(let text): return [Output(outputType: "stream", name: "stdout", text: lines(text + "\n"))]
    case .table(let table, let caption):
      let data = ["text/plain": table.text(width: 100), "text/html": HTML.table(table, caption: caption)]
      return [Output(outputType: "display_data", data: data, metadata: [:])]
    case .figure(let name, let alt, _, _):
      var data = ["text/plain": alt]
      var metadata: [String: [String: Int]] = [:]
      if isPlain(name), let png = FileManager.default.contents(atPath: "\(report.folder)/\(name).png") {
        guard png.count <= largestInside else {
          data["text/html"] = "<img src=\"\(escaped(name)).png\" alt=\"\(escaped(alt))\">"
          return [Output(outputType: "display_data", data: data, metadata: [:])]
        }
        data["image/png"] = png.base64EncodedString()
        // Figures are drawn at twice their size; pictures are as large as they are.
        if report.figures[name] != nil { metadata["image/png"] = width(ofPNG: png).map { ["width": $0 / 2] } }
      }
      return [Output(outputType: "display_data", data: data, metadata: metadata)]
    case .gallery(let gallery):
      let alt = gallery.triples.map { "\($0.title): content, styled and style." }.joined(separator: "\n")
      return output(.figure(name: gallery.name, alt: alt, caption: nil, losses: nil), of: report)
    case .claim(let index):
      guard report.claims.indices.contains(index) else { return [] }
      let claim = report.claims[index]
      let text = "\(claim.reproduced ? "holds" : "FAILS")  \(claim.statement): \(shortNumber(claim.ours))\n"
      return [Output(outputType: "stream", name: "stdout", text: [text])]
    }
  }

  /// The width that the header of a PNG gives.
  private static func width(ofPNG png: Data) -> Int? {
    let bytes = [UInt8](png.prefix(20))
    return bytes.count == 20 ? bytes[16..<20].reduce(0) { $0 << 8 | Int($1) } : nil
  }

  /// Lines as notebooks keep them, each with its line break.
  private static func lines(_ text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { $1 + ($0 < lines.count - 1 ? "\n" : "") }.filter { !$0.isEmpty }
  }
}
