import Foundations
import Testing

struct ErrorTests {
  @Test(arguments: [
    ("plain, “quoted” and é", "plain, “quoted” and é"), ("two\nlines", "two\\nlines"),
    ("\u{1B}[31mred\u{07}", "\\u{1b}[31mred\\u{7}"),
  ])
  func showsWhatComesFromAFileInALine(text: String, shown: String) {
    #expect(text.shown() == shown)
  }

  @Test func leavesOutTheMiddleOfWhatIsLong() {
    let error = FileError(
      "t.csv", expected: "a number", found: "\"" + String(repeating: "x", count: 3_000_000) + "\"", remedy: "mend it")
    #expect(error.description.utf8.count < 500)
    #expect(error.description.hasPrefix("t.csv: expected a number, found \"xxx"))
    #expect(error.description.hasSuffix("xxx\"; mend it") && error.description.contains("x … x"))
    let wide = String(repeating: "漢", count: 400)
    #expect(wide.shown() == wide, "characters count, not their bytes")
  }
}
