import Datasets
import Foundation
import Foundations
import Imaging
import MetaTraining
import Plotting
import Synchronization
import Tables

/// What an experiment says to its notebook. Every call may be made from main.swift, or by library code on its behalf.
extension Notebook {
  /// Prints text in the terminal and on the page.
  public func print(_ text: String, line: Int = #line, fileID: String = #fileID) {
    terminal.print(text)
    attach(.text(text: text), line: line, fileID: fileID)
  }

  /// Says, where --trials is given, that it changes nothing.
  public func ignoresTrials(because reason: String, line: Int = #line, fileID: String = #fileID) {
    if options.trials != nil { print("--trials has no effect: \(reason).", line: line, fileID: fileID) }
  }

  /// Shows a table in the terminal and on the page.
  ///
  /// - Parameter file: a CSV file of the report that has the same cells, such as "growth.csv"; none where nil.
  public func show(
    _ table: TextTable, caption: String? = nil, file: String? = nil, line: Int = #line, fileID: String = #fileID
  ) {
    if let file { write(table, to: file) }
    terminal.print(table.text(width: Terminal.width(of: STDOUT_FILENO)))
    attach(.table(table: table, caption: caption), line: line, fileID: fileID)
  }

  /// Shows curves of the losses that were kept with `write(_:)`, from which they are drawn when the run ends.
  ///
  /// - Parameter alt: what the figure shows, in a sentence, for those who do not see it.
  public func show(
    _ figure: LossFigure, named name: String, alt: String, line: Int = #line, fileID: String = #fileID
  ) {
    attach(.figure(name: name, alt: alt, caption: nil, losses: figure), line: line, fileID: fileID)
  }

  /// Shows a figure of any other kind: files `<name>.png`, `<name>.svg` and `<name>.json` of the report.
  ///
  /// - Parameter alt: what the figure shows, in a sentence, for those who do not see it.
  /// - Throws: where the PNG cannot be drawn.
  public func show(
    _ figure: Figure, named name: String, alt: String, line: Int = #line, fileID: String = #fileID
  ) throws {
    var figure = figure
    figure.alternativeText = figure.alternativeText ?? alt
    if let standIn {
      figure.caption = [LossFigure.note(ofStandIn: standIn), figure.caption].compactMap(\.self)
        .joined(separator: " ")
    }
    write(try figure.png(text: pictureText(title: alt)), to: "\(name).png")
    write(Array(figure.svg(switchable: true).utf8), to: "\(name).svg")
    write(try JSON.bytes(PageFigure(figure, alt: alt)), to: "\(name).json")
    attach(.figure(name: name, alt: alt, caption: figure.caption, losses: nil), line: line, fileID: fileID)
  }

  /// Shows a picture that is there as PNG: file `<name>.png` of the report.
  ///
  /// - Parameter alt: what the picture shows, in a sentence, for those who do not see it.
  public func show(
    png: [UInt8], named name: String, alt: String, caption: String? = nil, line: Int = #line, fileID: String = #fileID
  ) {
    write(png, to: "\(name).png")
    attach(.figure(name: name, alt: alt, caption: caption, losses: nil), line: line, fileID: fileID)
  }

  /// Shows an image: file `<name>.png` of the report.
  ///
  /// - Parameter alt: what it shows, in a sentence, for those who do not see it.
  /// - Throws: where a PNG cannot hold the text.
  public func show(
    _ image: Image, named name: String, alt: String, caption: String? = nil, line: Int = #line,
    fileID: String = #fileID
  ) throws {
    show(
      png: try PNG.encode(image, text: pictureText(title: alt)), named: name, alt: alt, caption: caption, line: line,
      fileID: fileID)
  }

  /// The generated data that the run was given in place of the real, as far as is known yet.
  private var standIn: String? { datasets.first(where: \.isGenerated)?.name }

  /// The text chunks of a PNG: what it shows and how to make it again.
  package func pictureText(title: String) -> [String: String] {
    PictureText.chunks(
      title: title, command: command, run: (options.preset.rawValue, options.seed), standIn: standIn)
  }

  /// Puts a claim to the record, and prints the verdict.
  public func check(_ claim: Claim, line: Int = #line, fileID: String = #fileID) {
    claims.append(claim)
    let interval = claim.interval.map { ", 95 % interval \($0.text)" } ?? ""
    let verdict = terminal.coloured(claim.reproduced ? "holds" : "FAILS", good: claim.reproduced)
    terminal.print("\(verdict)  \(claim.statement): \(shortNumber(claim.ours))\(interval)")
    attach(.claim(index: claims.count - 1), line: line, fileID: fileID)
  }

  /// Keeps curves for curves.csv and summary.csv; those of the same panel and optimizer again replace the earlier ones.
  ///
  /// - Parameter steps: those of which curves.csv holds every trial; all where nil. Where all would make too large a
  ///   file: summary.csv has the means of all steps in any case.
  public func write(_ curves: [LossCurves], everyTrialOf steps: ClosedRange<Int>? = nil) {
    for curve in curves {
      let part = steps.map { [curve].cut(to: $0, panel: curve.panel)[0] } ?? curve
      self.curves.removeAll { $0.part.panel == curve.panel && $0.part.optimizer == curve.optimizer }
      self.curves.append((part, LossSummary(curve)))
    }
  }

  /// Keeps the learning rates that were tried for tuning.csv.
  public func write(_ rows: [TuningRow]) { tuningRows += rows }

  /// Keeps an optimizer's own training curve for training.csv.
  public func write(_ rows: [TrainingRow], of optimizer: String = "LSTM") {
    trainingRows += rows.map { (optimizer, $0) }
  }

  /// Keeps a table's cells as a CSV file of the report.
  public func write(_ table: TextTable, to name: String) { write(CSVFiles.table(table.header, table.rows), to: name) }

  /// Keeps a further file for the report, such as a styled image; the same name again replaces it.
  public func write(_ bytes: [UInt8], to name: String) {
    if let index = files.firstIndex(where: { $0.name == name }) {
      files[index].bytes = bytes
    } else {
      files.append((name, bytes))
    }
  }

  /// Records what data the run uses, and says so.
  public func record(_ dataset: Provenance, line: Int = #line, fileID: String = #fileID) {
    notice(line: line, fileID: fileID)
    stages.beginWithLoading(started.duration(to: .now))
    datasets.append(dataset)
    terminal.print(dataset.note)
  }

  /// Records a setting that the experiment derived from its options: "episodes", 1200.
  public func record(
    _ setting: String, _ value: some CustomStringConvertible, line: Int = #line, fileID: String = #fileID
  ) {
    notice(line: line, fileID: fileID)
    settings[setting] = value.description
  }

  /// Records a difference from the paper.
  public func deviates(_ what: String, because reason: String, line: Int = #line, fileID: String = #fileID) {
    notice(line: line, fileID: fileID)
    deviations.append(Deviation(what, because: reason))
  }

  /// A line of progress for one stage, whose duration goes on record when it is finished.
  public func progress(
    _ stage: String, of total: Int, unit: String = "steps", from first: Int = 0, line: Int = #line,
    fileID: String = #fileID
  ) -> ProgressLine {
    notice(line: line, fileID: fileID)
    return progressLine(stage, of: total, unit: unit, from: first)
  }

  /// The same for a stage of which only the share that is done means something.
  public func progress(_ stage: String, line: Int = #line, fileID: String = #fileID) -> ProgressLine {
    notice(line: line, fileID: fileID)
    return progressLine(stage, of: 1000, unit: nil)
  }

  private func progressLine(_ stage: String, of total: Int, unit: String?, from first: Int = 0) -> ProgressLine {
    ProgressLine(stage, of: total, unit: unit, from: first, terminal: terminal) { [stages] in stages.add($0, $1) }
  }

  /// Measures how long a stage takes, less what stages with a progress line within it do, and says what its exchanges
  /// between ranks took.
  public func timed<Result>(
    _ stage: String, line: Int = #line, fileID: String = #fileID, _ body: () throws -> Result
  ) rethrows -> Result {
    notice(line: line, fileID: fileID)
    let start = ContinuousClock.now
    let before = Ranks.exchanged
    let recorded = stages.all.count
    defer {
      stages.add(stage, start.duration(to: .now), lessThoseFrom: recorded)
      let exchanged = Ranks.exchanged
      let count = exchanged.count - before.count
      if count > 0 {
        let milliseconds = (exchanged.time - before.time) / .milliseconds(1) / Double(count)
        let bytes = (exchanged.bytes - before.bytes) / count
        print(
          "\(stage): \(count) exchanges between \(ranks.count) ranks, \(bytes) bytes and "
            + "\(shortNumber(milliseconds)) ms each")
      }
    }
    return try body()
  }
}

/// The durations of stages, which may end on any thread.
final class StageTimes: Sendable {
  private let stages = Mutex<[RunRecord.Stage]>([])

  func add(_ name: String, _ duration: Duration) {
    stages.withLock { $0.append(RunRecord.Stage(name: name, seconds: duration / .seconds(1))) }
  }

  /// Adds what a stage took besides those that are recorded after the first so many, where that is not next to nothing.
  func add(_ name: String, _ duration: Duration, lessThoseFrom first: Int) {
    stages.withLock { stages in
      let within = stages.dropFirst(first).reduce(0) { $0 + $1.seconds }
      let rest = duration / .seconds(1) - within
      if within == 0 || rest > 0.1 * within { stages.append(RunRecord.Stage(name: name, seconds: rest)) }
    }
  }

  /// Says that all the time until now went into data, as long as no other stage was recorded.
  func beginWithLoading(_ duration: Duration) {
    stages.withLock { stages in
      guard stages.allSatisfy({ $0.name == RunRecord.Stage.loading }) else { return }
      stages = [RunRecord.Stage(name: RunRecord.Stage.loading, seconds: duration / .seconds(1))]
    }
  }

  var all: [RunRecord.Stage] { stages.withLock { $0 } }
}
