import Foundation
import Foundations
import Notebook

extension Notebook {
  /// Builds one experiment from nothing, runs it and all others as `swift run` does without options (in preset smoke:
  /// in that preset), and tells where the time went.
  ///
  /// A run that goes on where it was stopped repeats no job that was done.
  ///
  /// - Parameter first: the experiment that is built from nothing, and meta-trains even where its optimizer is kept.
  /// - Throws: `JobError` for an experiment that fails.
  public func measuredJobs(buildingFirst first: String) throws -> WholeJobs {
    let place = "\(folder)/work/jobs"
    defer { try? FileManager.default.removeItem(atPath: place) }
    let build = try timed("build") {
      try kept("build of \(first)") {
        let runner = ExperimentRunner(options: options, terminal: terminal)
        guard let seconds = try runner.secondsOfBuild(first, in: "\(place)/build") else {
          throw JobError(name: first, complaint: "it does not build")
        }
        return seconds
      }
    }
    let experiments = try ExperimentListing.named([]).filter { $0.name != name }
    let progress = progress("Running experiments", of: experiments.count, unit: "experiments")
    defer { progress.finish() }
    let jobs = try experiments.map { experiment in
      defer { progress.advance() }
      return try kept("job \(experiment.name)") {
        var options = options
        (options.preset, options.trials) = (options.preset == .smoke ? .smoke : .quick, nil)
        (options.output, options.retrain) = (place, experiment.name == first)
        let outcomes = try ExperimentRunner(options: options, terminal: terminal).run([experiment])
        if let failed = outcomes.first(where: \.failed) {
          throw JobError(name: failed.name, complaint: failed.complaint ?? "no word")
        }
        let record = try RunRecord(readingFrom: "\(place)/\(experiment.name)/run.json")
        return Job(record: record, drawing: max(0, (outcomes.first?.running ?? 0) - record.seconds))
      }
    }
    return WholeJobs(
      records: jobs.map(\.record), builds: [first: build],
      drawing: jobs.reduce(into: [:]) { $0[$1.record.experiment] = $1.drawing })
  }
}

/// One experiment that was run to be measured.
private struct Job: Codable {
  var record: RunRecord
  /// Seconds that its process took besides those of the record.
  var drawing: Double
}

/// An experiment that was to be measured failed.
public struct JobError: SuiteError, Equatable {
  public var name: String
  /// The last thing that it said.
  public var complaint: String

  public var exitCode: Int32 { 1 }

  public var description: String {
    "\(name): expected to run to its end, found that it failed: \(complaint); run it by itself, or leave out --jobs"
  }
}
