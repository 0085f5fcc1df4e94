import Testing

@testable import Notebook

@Suite("Formulas") struct MathMLTests {
  func body(_ latex: String) throws -> String {
    let math = try MathML.element(latex, display: false)
    let start = try #require(math.firstIndex(of: ">"))
    return String(math[math.index(after: start)...].dropLast("</math>".count))
  }

  @Test(
    "Each construct becomes the element that means it",
    arguments: [
      ("x", "<mi>x</mi>"), ("12.5", "<mn>12.5</mn>"), ("\\theta_t", "<msub><mi>θ</mi><mi>t</mi></msub>"),
      ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"), ("x_i^{2}", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
      ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"), ("f'", "<msup><mi>f</mi><mo>′</mo></msup>"),
      ("-1", "<mrow><mo>\u{2212}</mo><mn>1</mn></mrow>"),
      ("\\frac{1}{n}", "<mfrac><mn>1</mn><mi>n</mi></mfrac>"),
      ("\\mathbb{E}_f", "<msub><mi>𝔼</mi><mi>f</mi></msub>"),
      (
        "\\sum_{t=1}^T x",
        "<mrow><munderover><mo>∑</mo><mrow><mi>t</mi><mo>=</mo><mn>1</mn></mrow><mi>T</mi></munderover><mi>x</mi></mrow>"
      ),
      ("a \\odot b", "<mrow><mi>a</mi><mo>⊙</mo><mi>b</mi></mrow>"),
      ("\\log f", "<mrow><mi>log</mi><mo>\u{2061}</mo><mi>f</mi></mrow>"),
      ("\\log_2 f", "<mrow><msub><mi>log</mi><mn>2</mn></msub><mo>\u{2061}</mo><mi>f</mi></mrow>"),
      ("\\max_\\theta f", "<mrow><munder><mi>max</mi><mi>θ</mi></munder><mo>\u{2061}</mo><mi>f</mi></mrow>"),
      ("\\sqrt{2}", "<msqrt><mn>2</mn></msqrt>"),
      ("\\hat{m}", "<mover accent=\"true\"><mi>m</mi><mo>^</mo></mover>"),
      ("\\text{loss at } t", "<mrow><mtext>loss\u{A0}at\u{A0}</mtext><mi>t</mi></mrow>"),
      (
        "\\left(\\nabla f\\right)",
        "<mrow><mo stretchy=\"true\">(</mo><mo>∇</mo><mi>f</mi><mo stretchy=\"true\">)</mo></mrow>"
      ),
      ("\\mathcal{N}", "<mi>𝒩</mi>"), ("\\mathbf{W}", "<mi>𝐖</mi>"),
      ("a<b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
      ("{}^2", "<msup><mrow></mrow><mn>2</mn></msup>"), ("", "<mrow></mrow>"),
    ])
  func constructs(_ latex: String, _ expected: String) throws {
    #expect(try body(latex) == expected)
  }

  @Test(
    "The paper's equations are understood and their elements are closed in order",
    arguments: [
      "\\theta_{t+1} = \\theta_t + g_t",
      "\\mathcal{L}(\\phi) = \\mathbb{E}_f \\left[ \\sum_{t=1}^{T} w_t f(\\theta_t) \\right]",
      "\\nabla^k \\to \\left( \\frac{\\log(|\\nabla|)}{p}, \\operatorname{sgn}(\\nabla) \\right) \\text{ if } |\\nabla| \\geq e^{-p}",
      "\\mathbb{E} \\Big[ \\sum_t f(\\theta_t) \\Big]", "f(\\theta) = \\| W\\theta - y \\|_2^2",
      "f(\\theta) = \\alpha f_{\\mathrm{content}}(c, \\theta) + \\beta f_{\\mathrm{style}}(s, \\theta) + \\gamma f_{\\mathrm{reg}}(\\theta)",
    ])
  func equations(_ latex: String) throws {
    let math = try MathML.element(latex, display: true)
    var open: [Substring] = []
    for tag in math.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
      if tag.hasPrefix("/") {
        #expect(open.popLast() == tag.dropFirst())
      } else {
        open.append(tag.prefix { $0 != " " })
      }
    }
    #expect(open.isEmpty)
  }

  @Test(
    "What is not understood is an error, never a crash",
    arguments: [
      "{", "}", "\\frac{1}", "\\left(x", "x\\right)", "\\unknown", "\\begin{bmatrix} g \\end{bmatrix}", "x^", "_", "\\",
      "\\mathbb{q}", "\\text{a", "$x$",
      "a_b_c", "\\left1 x\\right)", String(repeating: "{", count: 1_000_000),
      String(repeating: "\\sqrt", count: 1_000_000), String(repeating: "\\left(", count: 1_000_000),
    ])
  func errors(_ latex: String) {
    #expect(throws: MathError.self) { try MathML.element(latex, display: false) }
  }
}
