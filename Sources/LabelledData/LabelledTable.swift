import Foundations

/// A table of numbers with one column of labels of two kinds, as a CSV file has it: what a logistic regression is
/// about.
public struct LabelledTable: Sendable, Equatable {
  /// The names of the columns of numbers.
  public var columns: [String]
  /// [row][column], each column brought to mean 0 and deviation 1.
  public var features: [[Float]]
  /// For each row whether it has the second of `classes`.
  public var labels: [Bool]
  /// The two labels in the order of their text.
  public var classes: [String]

  /// Reads a table whose first row has the names of the columns.
  ///
  /// - Parameter label: the name of the column of labels; the last one when nil. All others hold finite numbers.
  /// - Throws: `FileError` if it cannot be read, and as for bytes.
  public init(contentsOf path: String, label: String? = nil) throws {
    try self.init(CSVTable(contentsOf: path), name: path, label: label)
  }

  /// Reads a table from the bytes of a file, which errors call `name`.
  ///
  /// - Throws: `FileError` where a row is of another length, a quote is not closed, a column is missing, a field is no
  ///   number, or labels are not of two kinds or not to be read in a line.
  public init(_ bytes: [UInt8], name: String, label: String? = nil) throws {
    try self.init(CSVTable(bytes, name: name), name: name, label: label)
  }

  private init(_ table: CSVTable, name: String, label: String?) throws {
    guard table.columns.count > 1 else {
      throw FileError(
        name, expected: "at least two columns, numbers and a label", found: "\(table.columns.count)",
        remedy: "separate the fields of each row by commas")
    }
    var known: Set<String> = []
    for column in table.columns where !known.insert(column).inserted {
      throw FileError(
        name, expected: "columns of different names", found: "two named \"\(column)\"", remedy: "rename one of them")
    }
    guard let place = label.map({ table.columns.firstIndex(of: $0) }) ?? table.columns.count - 1 else {
      throw FileError(
        name, expected: "a column \"\(label ?? "")\"", found: "the columns \(table.columns.joined(separator: ", "))",
        remedy: "name one of them with --label")
    }
    classes = try Self.labels(in: place, of: table, name: name)
    labels = table.rows.map { [classes] in $0[place] == classes[1] }
    let others = table.columns.indices.filter { $0 != place }
    columns = others.map { table.columns[$0] }
    let numbers = try table.rows.enumerated().map { row, fields in
      try others.map { column in
        guard let number = Double(fields[column].trimmed), number.isFinite else {
          throw FileError(
            name, expected: "a finite number in row \(row + 1), column \"\(table.columns[column])\"",
            found: fields[column].isEmpty ? "nothing" : "\"\(fields[column])\"",
            remedy: "correct the field or leave its row or column out")
        }
        return number
      }
    }
    features = Self.standardised(numbers)
  }

  /// A table of numbers that are in memory already, each column brought to mean 0 and deviation 1.
  ///
  /// - Parameters:
  ///   - rows: [row][column]
  ///   - labels: for each row whether it has the second of `classes`.
  ///   - columns: their names; numbers from 1 if nil.
  /// - Throws: `SettingError` for no rows or columns, rows of different lengths, numbers that are not finite, labels
  ///   that are not one for each row or all the same, and names that are not one for each column and class.
  public init(
    rows: [[Double]], labels: [Bool], columns: [String]? = nil, classes: [String] = ["false", "true"]
  ) throws {
    let width = rows.first?.count ?? 0
    guard width > 0 else { throw SettingError("rows", value: rows.count, expected: "at least one, of numbers") }
    for (index, row) in rows.enumerated() {
      guard row.count == width else {
        throw SettingError("row \(index + 1)", value: "\(row.count) numbers", expected: "\(width), as the first has")
      }
      if let wrong = row.first(where: { !$0.isFinite }) {
        throw SettingError("row \(index + 1)", value: wrong, expected: "finite numbers")
      }
    }
    guard labels.count == rows.count, Set(labels).count == 2 else {
      throw SettingError(
        "labels", value: "\(labels.count), \(Set(labels).count) of them different",
        expected: "one for each of \(rows.count) rows, of both kinds")
    }
    let columns = columns ?? (1...width).map { "\($0)" }
    guard columns.count == width else {
      throw SettingError("columns", value: "\(columns.count) names", expected: "\(width)")
    }
    guard classes.count == 2 else {
      throw SettingError("classes", value: "\(classes.count) names", expected: "2")
    }
    (self.columns, self.labels, self.classes) = (columns, labels, classes)
    features = Self.standardised(rows)
  }

  /// The two labels of a column, in the order of their text.
  private static func labels(in place: Int, of table: CSVTable, name: String) throws -> [String] {
    var classes: [String] = []
    for (row, fields) in table.rows.enumerated() where !classes.contains(fields[place]) {
      classes.append(fields[place])
      guard classes.count < 3, !fields[place].isEmpty else {
        throw FileError(
          name, expected: "one of two labels in row \(row + 1), column \"\(table.columns[place])\"",
          found: fields[place].isEmpty ? "nothing" : "a third, \"\(fields[place])\"",
          remedy: "name the column of labels with --label, or keep the rows of two labels")
      }
    }
    guard classes.count == 2 else {
      throw FileError(
        name, expected: "rows of two labels in column \"\(table.columns[place])\"",
        found: classes.isEmpty ? "no rows" : "\"\(classes[0])\" alone", remedy: "name the column of labels with --label"
      )
    }
    if classes.contains(table.columns[place]),
      table.columns.allSatisfy({ Double($0.trimmed) != nil || classes.contains($0) })
    {
      throw FileError(
        name, expected: "a first row with the names of the columns", found: "one like all others",
        remedy: "put a row of names before it")
    }
    for label in classes where label.utf8.count > 100 || label.shown() != label {
      throw FileError(
        name, expected: "labels of at most 100 characters in a line", found: "\"\(label)\"",
        remedy: "shorten the labels, or name their column with --label")
    }
    return classes.sorted()
  }

  /// A hash (FNV-1a) of numbers and labels, which tells tables apart.
  public var checksum: String {
    FNV1a(features.joined().map(\.bitPattern) + labels.map { $0 ? 1 : 0 }).text
  }

  /// Each column brought to mean 0 and deviation 1; one without any variation becomes zero.
  private static func standardised(_ rows: [[Double]]) -> [[Float]] {
    var features = rows.map { $0.map { _ in Float(0) } }
    for column in rows.first?.indices ?? 0..<0 {
      for (row, value) in standardised(rows.map { $0[column] }).enumerated() { features[row][column] = value }
    }
    return features
  }

  /// In double precision: times in seconds since 1970 that are a minute apart are one number in single precision.
  private static func standardised(_ numbers: [Double]) -> [Float] {
    // Squares of larger numbers would be infinite, of smaller ones zero.
    let largest = numbers.map(\.magnitude).max() ?? 0
    let values = largest == 0 || (1e-150...1e150).contains(largest) ? numbers : numbers.map { $0 / largest }
    let centre = mean(values)
    // The mean of equal numbers may differ from them in its last bit.
    let isConstant = values.allSatisfy { $0 == values.first }
    let deviation = isConstant ? 0 : mean(values.map { ($0 - centre) * ($0 - centre) }).squareRoot()
    return values.map { deviation > 0 ? Float(($0 - centre) / deviation) : 0 }
  }
}

extension String {
  /// Without spaces around it.
  fileprivate var trimmed: Substring {
    var text = self[...]
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
