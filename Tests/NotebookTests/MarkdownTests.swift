import Foundations
import Testing

@testable import Notebook

@Suite("Prose") struct MarkdownTests {
  @Test(
    "Headings, emphasis, code, links, lists and tables become HTML",
    arguments: [
      ("## A *b*", "<h2>A <em>b</em></h2>\n"), ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
      ("[paper](https://arxiv.org/abs/1606.04474)", "<p><a href=\"https://arxiv.org/abs/1606.04474\">paper</a></p>\n"),
      ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"), ("<script>", "<p>&lt;script&gt;</p>\n"), ("", ""),
    ])
  func constructs(_ markdown: String, _ html: String) { #expect(Markdown.html(markdown) == html) }

  @Test("A table has a header and cells") func table() {
    let html = Markdown.html("| a | b |\n|---|--:|\n| 1 | 2 |")
    #expect(html.contains("<th>a</th>") && html.contains("<td class=\"number\">2</td>"))
  }

  @Test("Formulas become MathML, in lines and on their own") func formulas() {
    let html = Markdown.html("The loss $f(\\theta_t) < 1$ and\n\n$$\\sum_t x_t$$")
    #expect(html.contains("<math alttext=\"f(\\theta_t) &lt; 1\">"))
    #expect(html.contains("<math display=\"block\" alttext=\"\\sum_t x_t\">"))
    #expect(!html.contains("x-equation"))
  }

  @Test("A formula beyond the subset stays readable and is reported") func unknownFormula() {
    var problems: [String] = []
    #expect(
      Markdown.html("a $\\unknown{x}$ b") { problems.append($0.problem) }
        == "<p>a <code>\\unknown{x}</code> b</p>\n")
    #expect(problems == ["\\unknown is not known"])
  }

  @Test("Every formula in the prose of an experiment is understood") func experiments() throws {
    let folder = "\(ProjectFolder.path)/Experiments"
    for listing in ExperimentListing.all() {
      let text = try String(contentsOfFile: "\(folder)/\(listing.name)/main.swift", encoding: .utf8)
      for cell in NotebookSource(text).cells where cell.kind == .prose {
        _ = Markdown.html(cell.text) { Issue.record("\(listing.name): \($0.formula): \($0.problem)") }
      }
    }
  }
}

@Suite("Cells") struct NotebookSourceTests {
  let source = NotebookSource(
    """
    //: # Title
    //: First paragraph,
    //: continued.
    //:
    //: Second.
    import Notebook

    run {
      //: ## Data
      let a = 1

      //:- item
      if a == 1 {
        b()
      }
    }

    """)

  @Test("Prose and code alternate, code without shared indentation") func cells() {
    #expect(source.cells.map(\.kind) == [.prose, .code, .prose, .code, .prose, .code])
    #expect(source.cells[0].text == "# Title\nFirst paragraph,\ncontinued.\n\nSecond.")
    #expect(source.cells[1].text == "import Notebook\n\nrun {")
    #expect(source.cells[3].text == "let a = 1")
    #expect(source.cells[4].text == "- item")
    #expect(source.cells[5].text == "  if a == 1 {\n    b()\n  }\n}")
  }

  @Test("Every line of code finds its cell") func lines() {
    #expect(source.codeCell(at: 8) == 1)
    #expect(source.codeCell(at: 10) == 3)
    #expect(source.codeCell(at: 14) == 5)
    #expect(source.codeCell(at: 1) == nil)
    #expect(source.codeCell(at: 1000) == 5)
  }

  @Test("Title and abstract are the first heading and paragraph") func title() {
    #expect(source.title == "Title")
    #expect(source.abstract == "First paragraph, continued.")
    #expect(NotebookSource("").title == nil && NotebookSource("let a = 1").abstract == nil)
  }
}
