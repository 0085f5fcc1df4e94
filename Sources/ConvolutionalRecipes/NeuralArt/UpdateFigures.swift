import Foundations
import MetaTraining
import Notebook
import Optimizers
import Plotting
import Recipes

extension Notebook {
  /// Fig. 10: the updates that all optimizers propose for some coordinates along the LSTM's trajectory; kept in
  /// updates.csv.
  ///
  /// - Parameter places: of the coordinates shown, in the history.
  /// - Throws: `SettingError` where the PNG cannot be drawn.
  public func showUpdates(
    _ history: UpdateHistory, of optimizers: [String], places: [Int], side: Int, line: Int = #line,
    fileID: String = #fileID
  ) throws {
    var csv = "coordinate,step,optimizer,gradient,update\n"
    for place in places {
      for optimizer in optimizers {
        for (step, update) in history.series(optimizer, place).enumerated() {
          csv += "\(history.coordinates[place]),\(step + 1),\(optimizer),\(history.gradients[step][place]),\(update)\n"
        }
      }
    }
    write(Array(csv.utf8), to: "updates.csv")
    let panels = places.map { place in
      Panel(
        title: coordinateName(history.coordinates[place], side: side), x: Axis("Step"),
        y: Axis("Update (shades of 255)"),
        series: optimizers.map { Series($0, from: 1, y: history.series($0, place)) })
    }
    try show(
      Figure(
        panels: panels, columns: 1,
        caption: "Updates that each optimizer proposes for one colour of one pixel, from the gradients on the LSTM's "
          + "trajectory.", panelHeight: 200), named: "updates",
      alt: "Updates of the LSTM, ADAM and SGD over the steps for two coordinates", line: line, fileID: fileID)
  }

  /// Figs. 11 to 13: for one coordinate, the updates proposed at each of the first steps over the gradient there might
  /// be, after the history that there was; kept in `<name>.csv`.
  ///
  /// - Throws: `SettingError` where the PNG cannot be drawn.
  public func showProposals(
    _ history: UpdateHistory, place: Int, by optimizers: [any Optimizer], gradients: [Float], steps: Int, side: Int,
    named name: String, line: Int = #line, fileID: String = #fileID
  ) throws {
    let past = history.gradients.map { $0[place] }
    var csv = "coordinate,step,optimizer,gradient,update\n"
    let panels = (1...steps).map { step in
      let series = optimizers.map { optimizer in
        let updates = proposedUpdates(optimizer, after: Array(past.prefix(step - 1)), for: gradients)
        for (gradient, update) in zip(gradients, updates) {
          csv += "\(history.coordinates[place]),\(step),\(optimizer.name),\(gradient),\(update)\n"
        }
        // A hundredth of a shade is less than a line's width.
        return Series(optimizer.name, x: gradients, y: updates.map { (Double($0) * 100).rounded() / 100 })
      }
      return Panel(
        title: "Step \(step)", x: Axis(step > steps - 8 ? "Gradient" : "", ticks: [-400, 0, 400]),
        y: Axis("", range: -12...12, ticks: [-10, 0, 10]), series: series)
    }
    write(Array(csv.utf8), to: "\(name).csv")
    let coordinate = coordinateName(history.coordinates[place], side: side)
    try show(
      Figure(
        panels: panels, columns: 8,
        caption: "\(coordinate): the update proposed at each step, in shades of 255, over the gradient there might be. "
          + "What lies beyond ±12 is cut off.", labels: .key,
        sharesX: true, sharesY: true, width: 1080, panelHeight: 84), named: name,
      alt: "\(coordinate): \(steps) small panels, proposed update over gradient for the LSTM, ADAM and SGD", line: line,
      fileID: fileID)
  }

  /// How step-like the LSTM's proposals are for each of many coordinates, on average over some steps.
  public func stepLikenesses(
    _ history: UpdateHistory, by optimizer: some Optimizer, gradients: [Float], steps: [Int], count: Int
  ) -> [Double] {
    let places = Array(history.coordinates.indices.prefix(count))
    return workers.map(places.count) { k in
      let past = history.gradients.map { $0[places[k]] }
      let likenesses = steps.map { step in
        stepLikeness(proposedUpdates(optimizer, after: Array(past.prefix(step - 1)), for: gradients))
      }
      return mean(likenesses.filter(\.isFinite))
    }.filter(\.isFinite)
  }
}

/// "Red of pixel (12, 40)": across and down.
private func coordinateName(_ coordinate: Int, side: Int) -> String {
  let colour = ["Red", "Green", "Blue"][coordinate / (side * side) % 3]
  let pixel = coordinate % (side * side)
  return "\(colour) of pixel (\(pixel % side), \(pixel / side))"
}
