import Foundation
import Foundations
import Imaging
import Testing

@testable import Plotting

struct FigureTests {
  @Test func sameFigureSameBytes() throws {
    #expect(try Samples.figure.png(text: ["Title": "a"]) == Samples.figure.png(text: ["Title": "a"]))
    #expect(Samples.figure.svg() == Samples.figure.svg())
    #expect(Samples.figure.json() == Samples.figure.json())
    var other = Samples.figure
    other.panels[0].markers = []
    #expect(other.svg() != Samples.figure.svg())
    #expect(try other.png() != Samples.figure.png())
  }

  @Test func pngIsTwiceTheSizeWithTextsAndTheCurveWhereItBelongs() throws {
    let figure = Figure(panels: [
      Panel(x: Axis(range: 0...10), y: Axis(range: 0...1), series: [Series("LSTM", x: [0, 10], y: [0.5, 0.5])])
    ])
    let file = try figure.png(text: ["Title": "θ", "Software": "test"])
    #expect(try PNG.text(in: file) == ["Title": "θ", "Software": "test"])
    let image = try PNG.decode(file)
    let scene = Layout(figure).scene
    #expect(Double(image.width) == 2 * scene.width && Double(image.height) == 2 * scene.height)
    #expect(image[0, 0, 0] == 1 && image[image.width - 1, image.height - 1, 2] == 1)
    let plot = scene.panels[0].plot
    let middle = (x: Int(2 * (plot.x + plot.width / 3)), y: Int(2 * (plot.y + plot.height / 2)))
    #expect(image[middle.x, middle.y, 1] < 0.1)
    #expect(image[middle.x, middle.y - 12, 1] > 0.9 && image[middle.x, middle.y + 12, 1] > 0.9)
  }

  @Test func figuresTooLargeAreErrors() {
    var figure = Samples.figure
    figure.width = 40_000
    #expect(throws: SettingError.self) { try figure.png() }
    #expect(throws: SettingError.self) { try Samples.figure.png(text: ["": "no keyword"]) }
  }

  @Test func textNeverOverlapsAndStaysInside() {
    let names = ["LSTM", "LSTM-sub", "NAG", "RMSprop", "ADAM", "SGD", "L-BFGS"]
    var crowded = Samples.panel("A long title that is broken into lines because no panel is as wide as it would need")
    crowded.content = .curves(Samples.curves(names) + [Samples.paper])
    crowded.markers = []
    let bars = Bars(["first", "second one"], groups: [.init("a", [1.0, 2]), .init("b", [2.0, 1])])
    let map = HeatMap(
      rows: ["one", "two"], columns: (0..<30).map { "column \($0)" }, values: [[Double](repeating: 1, count: 30)],
      title: "Loss")
    for (columns, labels) in [(1, Figure.Labels.lineEnds), (2, .lineEnds), (3, .key), (3, .none)] {
      let figure = Figure(
        panels: [crowded, crowded, Panel(title: "Bars", values: Axis("ms"), bars: bars), Panel(heatMap: map)],
        columns: columns, title: "A title", caption: String(repeating: "many words ", count: 30), labels: labels)
      for scene in [Layout(figure).scene, Layout(figure.narrow).scene] {
        let boxes = scene.elements.flatMap(labelBoxes)
        #expect(boxes.count > 20)
        for (i, (text, box)) in boxes.enumerated() {
          #expect(box.x >= 0 && box.right <= scene.width && box.y >= 0 && box.bottom <= scene.height, "\(text)")
          for (other, otherBox) in boxes[(i + 1)...] {
            let apart =
              box.right <= otherBox.x + 1 || otherBox.right <= box.x + 1 || box.bottom <= otherBox.y + 1
              || otherBox.bottom <= box.y + 1
            #expect(apart, "\(text) and \(other)")
          }
        }
      }
    }
  }

  /// Where texts that are shown stand, from the top of capitals to the baseline.
  private func labelBoxes(_ element: Element) -> [(String, Plotting.Rect)] {
    switch element {
    case .label(let label):
      let width = TextMetrics.width(label.text, size: label.size, bold: label.isBold)
      let share = label.anchor == .start ? 0 : label.anchor == .middle ? 0.5 : 1
      let box = Plotting.Rect(
        x: label.at.x - share * width, y: label.at.y - 0.73 * label.size, width: width, height: 0.73 * label.size)
      return [(label.text.base, box)]
    case .group(let group): return group.isHidden ? [] : group.elements.flatMap(labelBoxes)
    default: return []
    }
  }

  @Test func longNamesLeaveNarrowFiguresRoomForTheirCurves() throws {
    func width(_ name: String) throws -> Double {
      let series = Series(name, x: [1, 2], y: [1, 2])
      let json = Figure(panels: [Panel(x: Axis("x"), y: Axis("y"), series: [series])]).narrow.json()
      let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      let panels = try #require(parsed?["panels"] as? [[String: Any]])
      return try #require((panels[0]["plot"] as? [String: Any])?["width"] as? Double)
    }
    #expect(try width("ADAM") > 250)
    #expect(try width("backpropagation through time, 100 coordinates") > 250)
  }

  @Test func numbersTooSmallToRoundAreZeroInJSON() throws {
    let series = Series("loss", x: [1, 2], y: [1e-305, 1])
    let json = Figure(panels: [Panel(x: Axis("x"), y: Axis("y"), series: [series])]).json()
    let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect((parsed?["panels"] as? [Any])?.count == 1)
  }

  @Test func jsonSaysWhereTheCurvesAre() throws {
    struct Data: Decodable {
      struct Box: Decodable { var x, y, width, height: Double }
      struct Axis: Decodable {
        var scale: String
        var range: [Double]
      }
      struct Series: Decodable {
        var name, style: String
        var x, y: [Double?]
      }
      struct Panel: Decodable {
        var title: String
        var plot: Box
        var x, y, otherY: Axis?
        var series: [Series]
      }
      var width, height: Double
      var panels: [Panel]
    }
    var figure = Samples.figure
    figure.panels[0].content = .curves([Series("LSTM</script>", x: [0, 5, 10], y: [1, .nan, 100])])
    let text = figure.json()
    #expect(!text.contains("<"))
    let data = try JSONDecoder().decode(Data.self, from: Foundation.Data(text.utf8))
    #expect(data.panels.map(\.title) == ["MNIST", "40 units"])
    let panel = data.panels[0]
    #expect(panel.series[0].name == "LSTM</script>" && panel.series[0].y == [1, nil, 100])
    #expect(data.panels[1].series.map(\.style) == ["learned"] + Array(repeating: "hand-made", count: 4) + ["paper"])
    #expect(panel.y?.scale == "log" && panel.otherY?.scale == "linear")
    let axis = try #require(panel.x)
    let at = panel.plot.x + panel.plot.width * (10 - axis.range[0]) / (axis.range[1] - axis.range[0])
    let dots = figure.svg().components(separatedBy: "<circle cx=\"").dropFirst()
    #expect(dots.contains { abs((Double($0.prefix { $0 != "\"" }) ?? 0) - at) < 0.02 })
  }

  @Test func optimizersLookTheSameInEveryFigure() {
    let curves = Samples.curves(["ADAM", "unknown", "LSTM", "other", "unknown"])
    let figure = Figure(panels: [Panel(series: curves), Panel(series: [curves[3]])])
    let looks = SeriesLook.looks(curves, others: figure.otherNames)
    #expect(SeriesLook.looks([curves[3]], others: figure.otherNames)[0].paint == looks[3].paint)
    #expect(looks[0].paint == .hue(.orange) && looks[0].kind == .handMade && !looks[0].dashes.isEmpty)
    #expect(looks[2].paint == .hue(.black) && looks[2].dashes.isEmpty && looks[2].width > looks[0].width)
    #expect(looks[1].paint == looks[4].paint && looks[1].paint != looks[3].paint)
    let known = OptimizerStyle.named.filter { ["NAG", "RMSprop", "ADAM", "SGD", "L-BFGS"].contains($0.key) }
    #expect(Set(known.values.map(\.dashes)).count == 5)
    let paper = SeriesLook.looks([Samples.paper, Series("ADAM", y: [1.0], style: .paper)], others: [])
    #expect(paper[0].paint == .hue(.grey) && paper[0].labelText == nil && paper[1].dashes == looks[0].dashes)
  }

  @Test func textCanBeReadOnBothGrounds() {
    func contrast(_ a: RGB, _ b: RGB) -> Double {
      (max(a.luminance, b.luminance) + 0.05) / (min(a.luminance, b.luminance) + 0.05)
    }
    for paint in [Paint.ink, .muted] + Hue.all.map({ .text($0) }) {
      #expect(contrast(paint.light, Paint.ground.light) >= 4.5, "\(paint) light")
      #expect(contrast(paint.dark, Paint.ground.dark) >= 4.5, "\(paint) dark")
    }
    for hue in Hue.all where hue != .yellow {
      #expect(contrast(hue.light, Paint.ground.light) >= 2.1, "\(hue.name) light")
      #expect(contrast(hue.dark, Paint.ground.dark) >= 3, "\(hue.name) dark")
    }
  }
}
