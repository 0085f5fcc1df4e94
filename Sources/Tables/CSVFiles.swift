import MetaTraining

/// Lines of comma-separated values; fields with commas, quotes or line breaks are quoted.
struct CSVWriter {
  private(set) var bytes: [UInt8] = []

  init() {}

  init(_ header: String) { line([header], quoting: false) }

  mutating func line(_ fields: [String], quoting: Bool = true) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if quoting, field.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) {
        bytes.append(
          contentsOf: "\"\(field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
            .utf8)
      } else {
        bytes.append(contentsOf: field.utf8)
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// The CSV files of a report. Numbers are the shortest text that reads back to the same bits; nan and inf are spelled
/// so; what is absent is empty.
package enum CSVFiles {
  package static let curvesHeader = "panel,optimizer,trial,step,loss"
  static let summaryHeader = "panel,optimizer,learning_rate,step,mean,standard_error,trials,diverged"
  static let tuningHeader = "panel,optimizer,learning_rate,final_loss,standard_error,trials,diverged,chosen"
  static let trainingHeader = "optimizer,stage,episode,meta_loss,validation_loss,best,diverged"

  /// A table's cells as they are shown, with the minus sign that programs read.
  package static func table(_ header: [String], _ rows: [[String]]) -> [UInt8] {
    var file = CSVWriter()
    for row in [header] + rows { file.line(row.map { $0.replacing("\u{2212}", with: "-") }) }
    return file.bytes
  }

  /// Every loss of every trial. Trials count from 1.
  package static func curves(_ curves: [LossCurves]) -> [UInt8] {
    var file = CSVWriter(curvesHeader)
    for curve in curves {
      for (trial, losses) in curve.losses.enumerated() {
        for (step, loss) in losses.enumerated() {
          file.line([curve.panel, curve.optimizer, "\(trial + 1)", "\(curve.firstStep + step)", exactNumber(loss)])
        }
      }
    }
    return file.bytes
  }

  package static func summary(_ summaries: [LossSummary]) -> [UInt8] {
    var file = CSVWriter(summaryHeader)
    for summary in summaries {
      let rate = summary.learningRate.map(exactNumber) ?? ""
      for (index, step) in summary.steps.enumerated() {
        file.line([
          summary.panel, summary.optimizer, rate, "\(step)", exactNumber(Float(summary.mean[index])),
          exactNumber(Float(summary.standardError[index])), "\(summary.trials)", "\(summary.diverged)",
        ])
      }
    }
    return file.bytes
  }

  package static func tuning(_ rows: [TuningRow]) -> [UInt8] {
    var file = CSVWriter(tuningHeader)
    for row in rows {
      file.line([
        row.panel, row.optimizer, exactNumber(row.learningRate), exactNumber(row.finalLoss),
        exactNumber(row.standardError), "\(row.trials)", "\(row.diverged)", "\(row.chosen)",
      ])
    }
    return file.bytes
  }

  package static func training(_ rows: [(optimizer: String, row: TrainingRow)]) -> [UInt8] {
    var file = CSVWriter(trainingHeader)
    for (optimizer, row) in rows {
      file.line([
        optimizer, "\(row.stage)", "\(row.episode)", exactNumber(row.metaLoss),
        row.validationLoss.map(exactNumber) ?? "", "\(row.best)", "\(row.diverged)",
      ])
    }
    return file.bytes
  }
}

/// A number as files hold it: the shortest text that reads back to the same bits.
private func exactNumber(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

/// A number as files hold it: the shortest text that reads back to the same bits.
private func exactNumber(_ value: Float) -> String { value.isNaN ? "nan" : "\(value)" }
