import Foundations
import Testing

@testable import Datasets
@testable import Notebook

@Suite("Text in the terminal") struct TextTests {
  @Test(
    "Numbers have four digits and a true minus sign",
    arguments: [
      (0.25, "0.2500"), (-12.3456, "\u{2212}12.35"), (123456, "123456"), (1e-9, "1.00e-09"), (.nan, "nan"),
      (-.infinity, "\u{2212}inf"), (0, "0"), (0.9999, "0.9999"), (0.0001, "0.0001000"),
    ])
  func numbers(_ value: Double, _ text: String) { #expect(shortNumber(value) == text) }

  @Test(
    "Durations are said as people say them",
    arguments: [(0.44, "0.4 s"), (9.97, "10 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (7800, "2 h 10 min")])
  func durations(_ seconds: Double, _ text: String) {
    #expect(spokenDuration(.seconds(seconds)) == text)
  }

  @Test("A table keeps to the width, whole words where it can, numbers to the right") func table() {
    let table = TextTable(
      ["claim", "ours"],
      rows: [["a long sentence that has to be broken somewhere", "0.1"], ["short", "\u{2212}10.25"]])
    let lines = table.text(width: 30).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 30 })
    #expect(lines.contains { $0.hasSuffix("   0.1") })
    #expect(lines.count > 4)
  }

  @Test("A download is shown all the time where it can be redrawn, elsewhere now and then") func download() {
    let start = ContinuousClock.now
    func progress(_ received: Int) -> Fetcher.Progress { .init(file: "a", received: received, total: 10, speed: 1) }
    func texts(redraws: Bool) -> [String?] {
      let line = DownloadLine(redraws: redraws, interval: .seconds(15), at: start)
      return [(1.0, 2), (16, 4), (30, 6), (32, 8), (60, 10)].map { line.text(progress($1), at: start + .seconds($0)) }
    }
    #expect(texts(redraws: true) == [2, 4, 6, 8].map { progress($0).line } + [""])
    #expect(texts(redraws: false) == [nil, progress(4).line, nil, progress(8).line, nil])
  }

  @Test("A word longer than the line is cut, and nothing is lost") func longWord() {
    #expect(wrap("ab cdefghij k", to: 4) == ["ab", "cdef", "ghij", "k"])
    #expect(wrap("", to: 4) == [""])
    #expect(fitted("abcdef", to: 4) == "abc…")
  }
}
