import Foundation
import Foundations

/// The paper's own curves, read off the vector graphics of its figures (arXiv:1606.04474v2), precise to about 1 %.
public struct PaperCurves: Sendable, Equatable {
  /// One optimizer's curve in one panel.
  public struct Curve: Sendable, Equatable {
    public var panel: String
    public var optimizer: String
    /// For Figs 4, 5 and 8 a step as ours; Fig 7 plots means over windows of ten steps, each at the window's last.
    public var steps: [Double]
    public var losses: [Double]

    /// The mean of the last ten points plotted, which all comparisons of final losses use. The points of Fig 8 lie
    /// unevenly, so that there it is the last one.
    public var finalLoss: Double { mean(losses.suffix(lastPoints)) }

    private var lastPoints: Int { PaperCurves.hasRatiosOnly(panel) ? 1 : 10 }

    /// The steps that `finalLoss` covers, ends included. Where a point is a window, all of it counts.
    public var finalSteps: ClosedRange<Int> {
      guard let last = steps.last, let first = steps.suffix(lastPoints).first, first <= last else { return 1...1 }
      if lastPoints == 1 { return Int(last)...Int(last) }
      let window = steps.count > 1 ? max(1, Int((last - steps[steps.count - 2]).rounded())) : 1
      return (Int(first) - window + 1)...max(Int(first), Int(last))
    }
  }

  /// Panel names as everywhere in this project: "Quadratics", "MNIST", "40 units", "CIFAR-5", "Art 64", ...
  public private(set) var curves: [Curve]
  /// Fig 6: final losses after 100 steps over hidden units; `steps` holds the units, `panel` is "1 layer" or "2
  /// layers".
  public private(set) var architectures: [Curve]

  /// The curve of a panel and optimizer; nil where the paper has none.
  public subscript(panel: String, optimizer: String) -> Curve? {
    curves.first { $0.panel == panel && $0.optimizer == optimizer }
  }

  /// All curves of a panel, in the paper's order.
  public subscript(panel: String) -> [Curve] { curves.filter { $0.panel == panel } }

  /// Whether losses of this panel have no unit in the paper, so that only ratios mean anything (Fig 8).
  public static func hasRatiosOnly(_ panel: String) -> Bool { panel.hasPrefix("Art ") }

  /// The panel of a network in Fig 6: "20 units, 1 layer".
  public static func architecturePanel(units: Int, layers: Int) -> String {
    "\(units) units, \(layers) layer\(layers == 1 ? "" : "s")"
  }

  /// Whether a panel is one of the many networks of Fig 6, which have a table of their own.
  static func isArchitecture(_ panel: String) -> Bool { panel.contains(" units, ") }

  /// The loss of a network in Fig 6; nil where the paper has none.
  public func architecture(_ optimizer: String, units: Int, layers: Int) -> Double? {
    let curve = architectures.first {
      $0.optimizer == optimizer && $0.panel == "\(layers) layer\(layers == 1 ? "" : "s")"
    }
    return curve.flatMap { curve in curve.steps.firstIndex(of: Double(units)).map { curve.losses[$0] } }
  }

  /// Reads the project's Data/paper/curves.json.
  ///
  /// - Throws: `FileError` where it is missing or damaged.
  public init() throws { try self.init(path: "\(ProjectFolder.path)/Data/paper/curves.json") }

  /// Reads a file of the form that Data/paper/README.md describes.
  ///
  /// - Throws: `FileError` where it is missing or damaged.
  public init(path: String) throws {
    let remedy = "restore it, for example with git checkout Data/paper"
    func damaged(_ found: String) -> FileError {
      FileError(path, expected: "the paper's curves as JSON", found: found, remedy: remedy)
    }
    let bytes = try FileSource.contents(of: path, remedy: remedy)
    guard let panels = try? JSONDecoder().decode([String: [String: [[Double]]]].self, from: Data(bytes)) else {
      throw damaged("something else")
    }
    guard !panels.isEmpty else { throw damaged("none") }
    let order = ["LSTM", "LSTM-sub", "NAG", "RMSprop", "ADAM", "SGD", "1 layer", "2 layers"]
    curves = []
    architectures = []
    for (panel, byOptimizer) in panels.sorted(by: { $0.key < $1.key }) {
      for (name, points) in byOptimizer.sorted(by: {
        order.firstIndex(of: $0.key) ?? 9 < order.firstIndex(of: $1.key) ?? 9
      }) {
        guard points.allSatisfy({ $0.count == 2 && $0[0].isFinite && abs($0[0]) < 1e9 }) else {
          throw damaged("points of \(name) in \(panel) that are not pairs of numbers")
        }
        var curve = Curve(
          panel: panel.replacing(" (units arbitrary)", with: ""), optimizer: name, steps: points.map { $0[0] },
          losses: points.map { $0[1] })
        if panel.hasPrefix("F6 ") {
          (curve.panel, curve.optimizer) = (name, String(panel.dropFirst(3)))
          architectures.append(curve)
        } else {
          curves.append(curve)
        }
      }
    }
  }
}
