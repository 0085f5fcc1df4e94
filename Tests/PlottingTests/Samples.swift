import Foundations
import Plotting

/// Figures to try everything on.
enum Samples {
  static func curves(_ names: [String] = ["LSTM", "NAG", "RMSprop", "ADAM", "SGD"], count: Int = 100) -> [Series] {
    var random = RandomStream(seed: 1)
    return names.enumerated().map { i, name in
      let end = 0.2 + 0.02 * Double(i)
      let y = (1...count).map { step -> Double in
        let noise = 0.01 * Double(random.uniform())
        return end + 2 / Double(step) + noise
      }
      return Series(name, y: y, band: (y.map { $0 * 0.9 }, y.map { $0 * 1.1 }))
    }
  }

  static var paper: Series { Series("LSTM", x: [1, 50, 100], y: [2.3, 0.5, 0.25], style: .paper) }

  static func panel(_ title: String = "MNIST") -> Panel {
    Panel(
      title: title, x: Axis("Step"), y: Axis("Loss", scale: .log), series: curves() + [paper],
      markers: [.vertical(60, "training horizon"), .horizontal(0.5, "half")])
  }

  static var figure: Figure {
    Figure(panels: [panel(), panel("40 units")], columns: 2, caption: "Mean of 32 networks; band: one standard error.")
  }
}
