import Foundations
import LabelledData
import Testing

struct LabelledTableTests {
  private func table(_ text: String, label: String? = nil) throws -> LabelledTable {
    try LabelledTable(Array(text.utf8), name: "t.csv", label: label)
  }

  @Test func columnsAreStandardisedAndLabelsNamed() throws {
    let table = try table("a,kind,b\n1,yes,7\n3,no,7\n5,yes,7\n", label: "kind")
    #expect(table.columns == ["a", "b"] && table.classes == ["no", "yes"])
    #expect(table.labels == [true, false, true])
    #expect(zip(table.features.map { $0[0] }, [-1.2247449, 0, 1.2247449]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(table.features.allSatisfy { $0[1] == 0 })
  }

  @Test func numbersInMemoryMakeTheSameTableAsAFile() throws {
    let file = try table("a,b,k\n1,7,no\n3,8,yes\n5,9,yes\n")
    let rows: [[Double]] = [[1, 7], [3, 8], [5, 9]]
    let labels = [false, true, true]
    #expect(try LabelledTable(rows: rows, labels: labels, columns: ["a", "b"], classes: ["no", "yes"]) == file)
    #expect(try LabelledTable(rows: rows, labels: labels).columns == ["1", "2"])
    let wrong: [(rows: [[Double]], labels: [Bool])] = [
      ([], []), ([[], []], [true, false]), ([[1], [1, 2]], [true, false]), ([[1], [.nan]], [true, false]),
      ([[1], [2]], [true]), ([[1], [2]], [true, true]),
    ]
    for (rows, labels) in wrong {
      #expect(throws: SettingError.self) { try LabelledTable(rows: rows, labels: labels) }
    }
    #expect(throws: SettingError.self) { try LabelledTable(rows: rows, labels: labels, columns: ["a"]) }
    #expect(throws: SettingError.self) { try LabelledTable(rows: rows, labels: labels, classes: ["a"]) }
  }

  /// 1,700,000,000 and the 127 numbers after it are one number in single precision.
  @Test(arguments: [(1_700_000_000.0, 1.0), (0, 1e300), (0, 1e-300)])
  func numbersThatAreFarFromZeroOrVastStayApart(offset: Double, unit: Double) throws {
    let rows = (0..<5).map { "\(offset + Double($0) * unit),\($0 % 2 == 0 ? "x" : "y")\n" }
    let features = try table("t,k\n" + rows.joined()).features.map { $0[0] }
    let plain = try table("t,k\n0,x\n1,y\n2,x\n3,y\n4,x\n").features.map { $0[0] }
    #expect(zip(features, plain).allSatisfy { abs($0 - $1) < 1e-6 }, "\(features)")
  }

  /// The mean of 37 times 0.1 or 0.7 is off by its last bit.
  @Test(arguments: ["1", "0.1", "0.7"]) func aColumnWithoutVariationIsZero(constant: String) throws {
    let rows = (0..<37).map { "\($0),\(constant),\($0 % 2 == 0 ? "x" : "y")\n" }
    #expect(try table("t,c,k\n" + rows.joined()).features.allSatisfy { $0[1] == 0 })
  }

  @Test func textOfAnotherEncodingIsNamed() throws {
    let latin = Array("a,k\n1,".utf8) + [0xE9] + Array("\n2,".utf8) + [0xE8] + Array("\n".utf8)
    let utf16: [UInt8] = [0xFF, 0xFE] + "a,k\n1,x\n2,y\n".utf8.flatMap { [$0, 0] }
    for bytes in [latin, utf16] {
      let error = try #require(throws: FileError.self) { try LabelledTable(bytes, name: "t.csv") }
      #expect(error.expected == "text in UTF-8" && error.remedy.contains("UTF-8"))
    }
  }

  @Test(arguments: ["x\u{1B}[31m", "\"two\nlines\"", String(repeating: "x", count: 101)])
  func labelsThatNoLineCanShowAreNone(label: String) throws {
    let error = try #require(throws: FileError.self) { try table("a,k\n1,\(label)\n2,y\n") }
    #expect(error.expected.contains("100 characters in a line"))
    #expect(error.description.utf8.count < 400 && !error.description.contains { $0 == "\n" || $0 == "\u{1B}" })
  }

  @Test(arguments: ["a,k\r1,x\r2,y\r", "a,k\r\n1,x\r\n2,y", "a,k\n1,x\n2,y\r"]) func rowsEndAsOnAnySystem(text: String)
    throws
  {
    #expect(try table(text).labels == [false, true])
  }

  @Test func semicolonsAreNotTakenForCommas() throws {
    let error = try #require(throws: FileError.self) { try table("a;k\n1,5;x\n2,5;y\n") }
    #expect(error.remedy.contains("commas"))
  }

  @Test func checksumsTellTablesApart() throws {
    let text = "a,k\n1,x\n2,y\n4,x\n"
    #expect(try table(text).checksum == table(text).checksum)
    #expect(try table(text).checksum != table("a,k\n1,x\n2,y\n5,x\n").checksum)
    #expect(try table(text).checksum != table("a,k\n1,x\n2,y\n4,y\n").checksum)
  }

  @Test(arguments: [
    ("a,b,k\n1,2,x\n3,four,y\n", "row 2, column \"b\"", "\"four\""),
    ("a,b,k\n1,,x\n3,4,y\n", "row 1, column \"b\"", "nothing"),
    ("a,b,k\n1,nan,x\n3,4,y\n", "row 1, column \"b\"", "\"nan\""),
    ("a,k\n1,x\n2,y\n3,z\n", "row 3, column \"k\"", "a third, \"z\""),
    ("a,k\n1,x\n2,\n", "row 2, column \"k\"", "nothing"), ("a,k\n1,x\n2\n", "2 fields in row 2", "1"),
    ("a,k\n1,x\n2,x\n", "two labels in column \"k\"", "\"x\" alone"), ("a,k\n", "column \"k\"", "no rows"),
    ("5,6,x\n1,2,x\n3,4,y\n", "a first row with the names", "one like all others"),
    ("a,k,k\n1,x,y\n", "columns of different names", "two named \"k\""), ("a\n1\n", "at least two columns", "1"),
    ("", "at least two columns", "0"),
  ])
  func errorsNameRowAndColumn(text: String, expected: String, found: String) throws {
    let error = try #require(throws: FileError.self) { try table(text) }
    #expect(error.file == "t.csv" && error.expected.contains(expected) && error.found == found)
    #expect(!error.remedy.isEmpty && error.exitCode == 3)
  }

  @Test func aLabelThatIsNoColumnIsNamed() throws {
    let error = try #require(throws: FileError.self) { try table("a,k\n1,x\n2,y\n", label: "kind") }
    #expect(error.expected == "a column \"kind\"" && error.found == "the columns a, k")
  }
}
