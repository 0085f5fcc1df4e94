import Foundation
import Foundations
import Imaging
import Testing

@testable import Plotting

struct ContoursTests {
  private func contours(cells: Int = 60, levels: [Double] = [1], paths: [Series] = []) -> Contours {
    Contours(x: -2...2, y: -2...2, cells: cells, levels: levels, paths: paths, minima: [.init(x: 0, y: 0)]) {
      $0 * $0 + $1 * $1
    }
  }

  @Test func theContourOfABowlIsOneCircle() throws {
    let lines = contours().lines(at: 1)
    let circle = try #require(lines.first)
    #expect(lines.count == 1 && circle.first == circle.last && circle.count > 60)
    for point in circle {
      let (x, y) = (point.x / 15 - 2, point.y / 15 - 2)
      #expect(abs(hypot(x, y) - 1) < 2e-3)
    }
    #expect(contours().lines(at: 100).isEmpty)
  }

  @Test func linesThatLeaveTheGridAreOpenAndLeaveOutWhatIsNotFinite() throws {
    let slope = Contours(x: 0...1, y: 0...1, cells: 10, levels: [0.55]) { x, _ in x }
    let lines = slope.lines(at: 0.55)
    #expect(lines.count == 1 && lines[0].count == 11)
    #expect(lines[0].allSatisfy { abs($0.x - 5.5) < 1e-9 } && Set(lines[0].map(\.y)).count == 11)
    let torn = Contours(x: 0...1, y: 0...1, cells: 10, levels: [0.55]) { x, y in y == 0.5 ? .nan : x }
    #expect(torn.lines(at: 0.55).count == 2)
  }

  /// Both lines of a saddle's cell, which do not cross.
  @Test func saddlesHaveTwoLines() {
    let saddle = Contours(x: -1...1, y: -1...1, cells: 1, levels: [0]) { $0 * $1 }
    let lines = saddle.lines(at: 0)
    #expect(lines.count == 2 && lines.allSatisfy { $0.count == 2 })
  }

  @Test func pathsAreInBothPicturesAndInTheDescription() throws {
    let path = Series("ADAM", x: [-1.5, 0, 1.5], y: [-1, -1, -1])
    let figure = Figure(panels: [Panel(title: "Bowl", x: "x", y: "y", contours: contours(paths: [path]))])
    let svg = figure.svg()
    #expect(svg.contains("ADAM") && svg.contains("contour lines with the paths of ADAM") && svg.contains("Bowl"))
    #expect(svg == figure.svg())
    let image = try PNG.decode(figure.png())
    let plot = Layout(figure).scene.panels[0].plot
    func colour(_ x: Double, _ y: Double) -> [Float] {
      let (column, row) = (
        Int(2 * (plot.x + (x + 2) / 4 * plot.width)), Int(2 * (plot.bottom - (y + 2) / 4 * plot.height))
      )
      return (0..<3).map { image[column, row, $0] }
    }
    // The dot at the end is orange, where nothing is it is white.
    #expect(colour(1.5, -1)[0] > 0.8 && colour(1.5, -1)[2] < 0.2)
    #expect(colour(1.5, 1.75) == [1, 1, 1])
  }
}
