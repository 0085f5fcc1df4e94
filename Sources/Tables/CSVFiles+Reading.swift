import Foundations
import MetaTraining

extension CSVFiles {
  /// The curves of curves.csv, in its order. It has no learning rates; summary.csv has.
  package static func readCurves(_ path: String) throws -> [LossCurves] {
    var reader = try CSVReader(path: path, header: curvesHeader)
    var curves: [LossCurves] = []
    var positions: [[String]: Int] = [:]
    var (panel, optimizer, trial, current) = ("", "", 0, -1)
    while try reader.next() {
      let newPanel = reader.text(0, previous: panel)
      let newOptimizer = reader.text(1, previous: optimizer)
      let step = try reader.integer(3)
      if current < 0 || newPanel != panel || newOptimizer != optimizer {
        (panel, optimizer, trial) = (newPanel, newOptimizer, -1)
        let key = [panel, optimizer]
        current = positions[key] ?? curves.count
        if current == curves.count {
          positions[key] = current
          curves.append(
            LossCurves(panel: panel, optimizer: optimizer, learningRate: nil, losses: [], firstStep: step))
        }
      }
      let newTrial = try reader.integer(2)
      if newTrial != trial {
        trial = newTrial
        curves[current].losses.append([])
      }
      let last = curves[current].losses.count - 1
      let expected = curves[current].firstStep + curves[current].losses[last].count
      guard step == expected else { throw reader.damaged("step \(step) where step \(expected) belongs") }
      curves[current].losses[last].append(try reader.float(4))
    }
    return curves
  }

  /// The summaries of summary.csv, in its order.
  package static func readSummary(_ path: String) throws -> [LossSummary] {
    var reader = try CSVReader(path: path, header: summaryHeader)
    var summaries: [LossSummary] = []
    var (panel, optimizer) = ("", "")
    while try reader.next() {
      let newPanel = reader.text(0, previous: panel)
      let newOptimizer = reader.text(1, previous: optimizer)
      let step = try reader.integer(3)
      if summaries.isEmpty || newPanel != panel || newOptimizer != optimizer {
        (panel, optimizer) = (newPanel, newOptimizer)
        summaries.append(
          LossSummary(
            panel: panel, optimizer: optimizer, learningRate: try reader.optionalDouble(2), firstStep: step,
            trials: try reader.integer(6), diverged: try reader.integer(7)))
      }
      let last = summaries.count - 1
      let expected = summaries[last].firstStep + summaries[last].mean.count
      guard step == expected else { throw reader.damaged("step \(step) where step \(expected) belongs") }
      summaries[last].mean.append(Double(try reader.float(4)))
      summaries[last].standardError.append(Double(try reader.float(5)))
    }
    return summaries
  }

  package static func readTuning(_ path: String) throws -> [TuningRow] {
    var reader = try CSVReader(path: path, header: tuningHeader)
    var rows: [TuningRow] = []
    while try reader.next() {
      rows.append(
        TuningRow(
          panel: reader.text(0), optimizer: reader.text(1), learningRate: try reader.double(2),
          finalLoss: try reader.double(3), standardError: try reader.double(4), trials: try reader.integer(5),
          diverged: try reader.integer(6), chosen: try reader.boolean(7)))
    }
    return rows
  }

  package static func readTraining(_ path: String) throws -> [(optimizer: String, row: TrainingRow)] {
    var reader = try CSVReader(path: path, header: trainingHeader)
    var rows: [(optimizer: String, row: TrainingRow)] = []
    while try reader.next() {
      let row = TrainingRow(
        stage: try reader.integer(1), episode: try reader.integer(2), metaLoss: try reader.double(3),
        validationLoss: try reader.optionalDouble(4), best: try reader.boolean(5), diverged: try reader.integer(6))
      rows.append((reader.text(0), row))
    }
    return rows
  }
}
