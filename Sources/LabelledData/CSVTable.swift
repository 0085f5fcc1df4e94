import Foundations

/// A table in CSV: a row of column names, then rows; fields may be quoted, with quotes doubled inside (RFC 4180).
package struct CSVTable {
  package private(set) var columns: [String] = []
  package private(set) var rows: [[String]] = []
  private let name: String

  /// Bytes that a list may have.
  private static let limit = 64 << 20

  package init(contentsOf path: String) throws {
    let source = try FileSource(path)
    guard source.mostLeft ?? 0 <= Self.limit else {
      throw source.damaged(expected: "a list of at most \(Self.limit) bytes", found: "more")
    }
    try self.init(source.read(upTo: Self.limit), name: path)
  }

  /// - Throws: `FileError` if it is not UTF-8, a quote is not closed or a row has more or fewer fields than there are
  ///   columns.
  package init(_ bytes: [UInt8], name: String) throws {
    self.name = name
    var field: [UInt8] = []
    var row: [String] = []
    var isQuoted = false
    var index = 0
    func endField() throws {
      guard !field.contains(0), let text = String(validating: field, as: UTF8.self) else {
        throw FileError(
          name, expected: "text in UTF-8", found: "bytes of another encoding", remedy: "save the table as CSV in UTF-8")
      }
      row.append(text)
      field = []
    }
    func endRow() throws {
      try endField()
      defer { row = [] }
      if row == [""] { return }
      if columns.isEmpty {
        columns = row
        return
      }
      guard row.count == columns.count else {
        throw FileError(
          name, expected: "\(columns.count) fields in row \(rows.count + 1)", found: "\(row.count)",
          remedy: columns.contains { $0.contains(";") || $0.contains("\t") }
            ? "separate fields by commas, and write decimals with a point" : "correct the list")
      }
      rows.append(row)
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
    while index < text.count {
      let byte = text[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\"") where isQuoted:
        if index < text.count, text[index] == byte {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
      case _ where isQuoted: field.append(byte)
      case UInt8(ascii: ","): try endField()
      case UInt8(ascii: "\r"):
        // Alone it ends a row, as on old Macs.
        if index == text.count || text[index] != UInt8(ascii: "\n") { try endRow() }
      case UInt8(ascii: "\n"): try endRow()
      default: field.append(byte)
      }
    }
    guard !isQuoted else {
      throw FileError(name, expected: "a closing quote", found: "the end of the list", remedy: "correct the list")
    }
    try endRow()
  }

  /// The field of a row in a column; empty if there is no such column.
  ///
  /// - Throws: `FileError` if it is needed and absent or empty.
  package func text(_ column: String, _ row: [String], isNeeded: Bool = false) throws -> String {
    let text = columns.firstIndex(of: column).map { row[$0] } ?? ""
    guard !isNeeded || !text.isEmpty else {
      throw FileError(
        name, expected: "a column \"\(column)\" with a text in each row", found: "none", remedy: "correct the list")
    }
    return text
  }
}
