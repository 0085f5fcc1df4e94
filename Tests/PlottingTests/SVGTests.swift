import Foundation
import Imaging
import Testing

@testable import Plotting

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The elements of a document, each with its attributes and the classes it stands in.
private final class Outline: NSObject, XMLParserDelegate {
  struct Node {
    var name: String
    var attributes: [String: String]
    var within: [String]
  }

  var nodes: [Node] = []
  var text = ""
  private var open: [String] = []

  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    nodes.append(Node(name: name, attributes: attributes, within: open))
    open.append(attributes["class"] ?? name)
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

  func all(_ classes: String) -> [Node] { nodes.filter { $0.attributes["class"] == classes } }
}

struct SVGTests {
  @Test func aScriptFindsPanelsAndCurves() throws {
    let outline = try #require(Outline(Samples.figure.svg()))
    #expect(outline.nodes[0].attributes["role"] == "img" && outline.nodes[1].name == "title")
    #expect(outline.all("panel").map { $0.attributes["data-panel"] } == ["0", "1"])
    #expect(outline.all("curve learned").map { $0.attributes["data-series"] } == ["LSTM", "LSTM"])
    #expect(outline.all("curve hand-made").count == 8)
    #expect(outline.all("curve paper").count == 2 && outline.all("key paper").count == 1)
    #expect(outline.all("band learned").count == 2)
    #expect(outline.all("end-label").count == 10 && outline.all("marker").count == 4)
    #expect(outline.text.contains("training horizon") && outline.text.contains("Mean of 32 networks"))
    #expect(outline.text.contains("LSTM ends at"))
  }

  @Test func curvesGoThroughTheirPoints() throws {
    let values = [0.5, 0.25, 0.251, 0.75, 0.5, 0, 1]
    let figure = Figure(panels: [
      Panel(x: Axis(range: 0...6), y: Axis(range: 0...1), series: [Series("LSTM", from: 0, y: values)])
    ])
    let outline = try #require(Outline(figure.svg()))
    let path = try #require(outline.nodes.first { $0.within.last == "curve learned" }?.attributes["d"])
    let numbers = path.replacingOccurrences(of: "-", with: " -").split { !"-.0123456789".contains($0) }
      .compactMap { Double($0) }
    #expect(numbers.count == 2 * values.count && path.first == "M")
    let plot = Layout(figure).scene.panels[0].plot
    var (x, y) = (0.0, 0.0)
    for (i, value) in values.enumerated() {
      x += numbers[2 * i]
      y += numbers[2 * i + 1]
      #expect(abs(x - (plot.x + plot.width * Double(i) / 6)) < 0.006)
      #expect(abs(y - (plot.bottom - plot.height * value)) < 0.006)
    }
  }

  @Test func theOtherScaleIsThereOnlyWhenAskedFor() throws {
    let still = try #require(Outline(Samples.figure.svg()))
    #expect(still.all("scale").map { $0.attributes["data-scale"] } == ["log", "log"])
    let switchable = try #require(Outline(Samples.figure.svg(switchable: true)))
    let scales = switchable.all("scale")
    #expect(scales.map { $0.attributes["data-scale"] } == ["log", "linear", "log", "linear"])
    #expect(scales.map { $0.attributes["display"] } == [nil, "none", nil, "none"])
    #expect(switchable.all("curve learned").count == 4)
    // Values of zero and below have no place on a logarithmic axis.
    let signed = Figure(panels: [Panel(series: [Series("LSTM", y: [-1.0, 2])])])
    #expect(try #require(Outline(signed.svg(switchable: true))).all("scale").count == 1)
  }

  @Test func themesAreTheReadersOrThePages() {
    let svg = Samples.figure.svg()
    #expect(svg.contains("prefers-color-scheme:dark") && svg.contains(":root[data-theme=dark] .plot"))
    #expect(svg.contains("--ground:var(--plot-ground,#ffffff)") && svg.contains("--ground:var(--plot-ground,#16181d)"))
    // Programs without CSS find plain colours.
    #expect(svg.contains("class=\"s-black\" stroke=\"#000000\""))
    // Nothing that could clash with another figure in the same page, and nothing from elsewhere.
    #expect(!svg.contains(" id=") && !svg.contains("url("))
    #expect(svg.components(separatedBy: "http").count == 2)
  }

  @Test func hostileTextsStayText() throws {
    let nasty = "<script>&\"'\u{0}\u{8}]]>"
    let figure = Figure(
      panels: [Panel(title: nasty, x: Axis(nasty), y: Axis(nasty), series: [Series(nasty, y: [1, 2.0])])],
      title: nasty, caption: nasty, alternativeText: nasty)
    let outline = try #require(Outline(figure.svg()))
    #expect(!outline.nodes.contains { $0.name == "script" })
    #expect(outline.text.contains("<script>&\"'"))
  }

  @Test func noDataMakesNoNonsense() throws {
    let y: [Double] = [.nan, .infinity, -.infinity, 1e308, -1e308, 0, 1e-308]
    for scale in [Axis.Scale.linear, .log] {
      for series in [
        [], [Series("LSTM", y: [Double]())], [Series("ADAM", y: y, band: (y, y))], [Series("NAG", y: [1])],
      ] {
        let figure = Figure(panels: [Panel(y: Axis(scale: scale), series: series)])
        let svg = figure.svg(switchable: true)
        #expect(Outline(svg) != nil)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
        #expect(try !figure.png().isEmpty)
      }
    }
    #expect(Outline(Figure(panels: []).svg()) != nil)
    #expect(throws: Never.self) { try Figure(panels: []).png() }
    let empty = [
      Panel(bars: Bars([], groups: [])), Panel(bars: Bars(["a"], groups: [.init("g", [Double.nan])])),
      Panel(heatMap: HeatMap(rows: [], columns: [], values: [[Double]]())), Panel(images: ImageGrid([])),
      Panel(heatMap: HeatMap(rows: ["a"], columns: ["b"], values: [[Double.nan]], scale: .log)),
    ]
    let figure = Figure(panels: empty, columns: 2)
    #expect(Outline(figure.svg()) != nil)
    #expect(!figure.svg().contains("nan"))
    #expect(throws: Never.self) { try figure.png() }
  }

  @Test func otherContentIsDrawn() throws {
    let bars = Bars(["T = 20"], groups: [.init("forward", [3]), .init("backward", [7])], stacked: true)
    let map = HeatMap(rows: ["1"], columns: ["5", "10"], values: [[0.595, 0.349]], title: "Loss")
    let images = ImageGrid(
      [[Image(width: 4, height: 2, channels: 3), nil]], rows: ["row"], columns: ["a", "b"], showsPixels: true)
    let figure = Figure(panels: [
      Panel(title: "Time", values: Axis("ms"), bars: bars), Panel(heatMap: map), Panel(images: images),
    ])
    let outline = try #require(Outline(figure.svg()))
    #expect(outline.all("bar").map { $0.attributes["data-series"] } == ["forward", "backward"])
    let widths = outline.nodes.filter { $0.within.last == "bar" && $0.attributes["class"]?.hasPrefix("f-") == true }
      .compactMap { $0.attributes["width"].flatMap(Double.init) }
    #expect(widths.count == 2 && abs(widths[1] / widths[0] - 7 / 3) < 0.01)
    #expect(outline.text.contains("0.595") && outline.text.contains("0.349"))
    let image = try #require(outline.nodes.first { $0.name == "image" })
    let data = try #require(
      image.attributes["href"]?.split(separator: ",").last.flatMap { Data(base64Encoded: "\($0)") })
    #expect(try PNG.decode([UInt8](data)).width == 4)
    #expect(throws: Never.self) { try figure.png() }
  }
}
