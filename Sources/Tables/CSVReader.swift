import Foundation
import Foundations

/// Rows of a CSV file of this project, with the file and line named in every error.
///
/// Written for tens of megabytes: fields are looked at in place, and text that repeats from row to row is made once.
struct CSVReader {
  let path: String
  private let bytes: [UInt8]
  private var position = 0
  private(set) var line = 1
  /// Where the fields of the row lie, without quotes around them.
  private var fields: [Range<Int>] = []
  private var quoted: [Bool] = []

  /// Opens a file.
  ///
  /// - Throws: `FileError` where it is missing or its first line is not `header`.
  init(path: String, header: String) throws {
    self.path = path
    bytes = try FileSource.contents(of: path, remedy: "run the experiment again")
    let expected = Array(header.utf8)
    let first = bytes.prefix { $0 != 0x0A }
    guard Array(first.last == 0x0D ? first.dropLast() : first) == expected, first.count < bytes.count else {
      throw FileError(
        path, expected: "the columns \(header)", found: bytes.isEmpty ? "an empty file" : "other columns",
        remedy: "run the experiment again")
    }
    position = first.count + 1
    columns = header.split(separator: ",").count
  }

  private let columns: Int

  /// Moves to the next row; false at the end of the file.
  ///
  /// - Throws: `FileError` at a row that is cut off or has another number of fields.
  mutating func next() throws -> Bool {
    guard position < bytes.count else { return false }
    line += 1
    fields.removeAll(keepingCapacity: true)
    quoted.removeAll(keepingCapacity: true)
    while true {
      let isQuoted = position < bytes.count && bytes[position] == 0x22
      var start = position
      var end: Int
      if isQuoted {
        start += 1
        end = start
        while end < bytes.count, bytes[end] != 0x22 || (end + 1 < bytes.count && bytes[end + 1] == 0x22) {
          end += bytes[end] == 0x22 ? 2 : 1
        }
        position = end + 1
      } else {
        end = start
        while end < bytes.count, bytes[end] != 0x2C, bytes[end] != 0x0A { end += 1 }
        position = end
      }
      guard position < bytes.count else { throw damaged("a row that is cut off") }
      let separator = bytes[position]
      if separator == 0x0A, end > start, bytes[end - 1] == 0x0D { end -= 1 }
      fields.append(start..<end)
      quoted.append(isQuoted)
      position += 1
      if separator == 0x0A { break }
      guard separator == 0x2C else { throw damaged("text after a quoted field") }
    }
    guard fields.count == columns else { throw damaged("\(fields.count) fields") }
    return true
  }

  func damaged(_ found: String) -> FileError {
    FileError(
      path, expected: "\(columns) fields of the right kind in line \(line)", found: found,
      remedy: "run the experiment again")
  }

  func text(_ column: Int) -> String {
    let text = String(decoding: bytes[fields[column]], as: UTF8.self)
    return quoted[column] ? text.replacing("\"\"", with: "\"") : text
  }

  /// The text of a field, which is the one given if it reads the same: the names in a column seldom change.
  func text(_ column: Int, previous: String) -> String {
    !quoted[column] && bytes[fields[column]].elementsEqual(previous.utf8) ? previous : text(column)
  }

  func integer(_ column: Int) throws -> Int {
    let digits = bytes[fields[column]]
    guard !digits.isEmpty, digits.count < 16, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      throw damaged("\"\(text(column))\" where an integer stands")
    }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  func float(_ column: Int) throws -> Float {
    guard let value = Float(text(column)) else { throw damaged("\"\(text(column))\" where a number stands") }
    return value
  }

  func double(_ column: Int) throws -> Double {
    guard let value = Double(text(column)) else { throw damaged("\"\(text(column))\" where a number stands") }
    return value
  }

  /// A number, or nil where the field is empty.
  func optionalDouble(_ column: Int) throws -> Double? { fields[column].isEmpty ? nil : try double(column) }

  func boolean(_ column: Int) throws -> Bool {
    guard let value = Bool(text(column)) else { throw damaged("\"\(text(column))\" where true or false stands") }
    return value
  }
}
