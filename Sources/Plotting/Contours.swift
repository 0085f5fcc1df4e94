/// A function of two coordinates as contour lines, with paths over it.
public struct Contours: Sendable, Equatable {
  /// A place in the plane.
  public struct Place: Sendable, Equatable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public var x: ClosedRange<Double>
  public var y: ClosedRange<Double>
  /// The function on a grid: [row][column], rows from the lower to the upper end of y, both ends included. What is not
  /// finite has no lines around it.
  public var values: [[Double]]
  /// The values that have a line each.
  public var levels: [Double]
  /// Lines through the plane, each with a dot at its end; the style is that of the optimizer of the name.
  public var paths: [Series]
  /// Drawn as crosses: where the function is lowest.
  public var minima: [Place]

  /// - Parameters:
  ///   - x: shown along the horizontal axis, and `y` along the vertical one.
  ///   - cells: of the grid in either direction.
  public init(
    x: ClosedRange<Double>, y: ClosedRange<Double>, cells: Int = 120, levels: [Double], paths: [Series] = [],
    minima: [Place] = [], function: (_ x: Double, _ y: Double) -> Double
  ) {
    self.x = x
    self.y = y
    self.levels = levels
    self.paths = paths
    self.minima = minima
    let cells = max(1, cells)
    func grid(_ range: ClosedRange<Double>) -> [Double] {
      (0...cells).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(cells) }
    }
    let columns = grid(x)
    values = grid(y).map { y in columns.map { function($0, y) } }
  }

  /// The lines of one level in units of cells, column and row, by marching squares.
  ///
  /// Where a level goes through two opposite corners of a cell, the lines do not cross.
  func lines(at level: Double) -> [[Point]] {
    let columns = values.first?.count ?? 0
    /// For each edge of the grid that the level crosses the edges that it is connected with, at most two.
    var neighbours: [Edge: [Edge]] = [:]
    for row in 0..<max(0, values.count - 1) {
      let (lower, upper) = (values[row], values[row + 1])
      for column in 0..<max(0, columns - 1) {
        let (a, b, c, d) = (lower[column], lower[column + 1], upper[column + 1], upper[column])
        // Most cells are of no level's: drawing took 5 of a run's 7 seconds when all went through what follows.
        if a > level ? b > level && c > level && d > level : !(b > level || c > level || d > level) { continue }
        let corners = [a, b, c, d]
        guard corners.allSatisfy(\.isFinite) else { continue }
        // Counterclockwise from below; edge k joins corners k and k + 1.
        let edges = [
          Edge(column: column, row: row, isRising: false), Edge(column: column + 1, row: row, isRising: true),
          Edge(column: column, row: row + 1, isRising: false), Edge(column: column, row: row, isRising: true),
        ]
        let crossed = (0..<4).filter { (corners[$0] > level) != (corners[($0 + 1) % 4] > level) }
        for pair in stride(from: 0, to: crossed.count, by: 2) {
          let (a, b) = (edges[crossed[pair]], edges[crossed[pair + 1]])
          neighbours[a, default: []].append(b)
          neighbours[b, default: []].append(a)
        }
      }
    }
    // Open lines from their ends first, then what is left: closed ones.
    var lines: [[Point]] = []
    let ends = neighbours.filter { $0.value.count == 1 }.keys.sorted()
    for first in ends + neighbours.keys.sorted() {
      guard neighbours[first] != nil else { continue }
      var line = [place(first, level)]
      let isClosed = neighbours[first]?.count == 2
      var edge = first
      while let next = neighbours.removeValue(forKey: edge)?.first(where: { neighbours[$0] != nil }) {
        line.append(place(next, level))
        edge = next
      }
      if isClosed { line.append(line[0]) }
      lines.append(line)
    }
    return lines
  }

  private func place(_ edge: Edge, _ level: Double) -> Point {
    let (a, b) = (
      values[edge.row][edge.column],
      edge.isRising ? values[edge.row + 1][edge.column] : values[edge.row][edge.column + 1]
    )
    let share = (level - a) / (b - a)
    return Point(
      x: Double(edge.column) + (edge.isRising ? 0 : share), y: Double(edge.row) + (edge.isRising ? share : 0))
  }

  /// An edge of the grid: to the right of a corner, or upwards from it.
  private struct Edge: Hashable, Comparable {
    var column: Int
    var row: Int
    var isRising: Bool

    static func < (a: Edge, b: Edge) -> Bool {
      (a.row, a.column, a.isRising ? 1 : 0) < (b.row, b.column, b.isRising ? 1 : 0)
    }
  }
}
