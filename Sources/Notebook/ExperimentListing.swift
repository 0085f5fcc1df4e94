import Foundation
import Foundations

/// An experiment of this package, as its folder in Experiments tells.
public struct ExperimentListing: Sendable, Equatable {
  /// The command: `swift run <name>`.
  public var name: String
  /// The first heading of its main.swift.
  public var title: String

  /// Every experiment whose main.swift begins with prose and runs a notebook, fig4 before fig10.
  public static func all(in package: String = ProjectFolder.path) -> [ExperimentListing] {
    let folder = "\(package)/Experiments"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted(by: ReportWriter.precedes).compactMap { name in
      guard let text = try? String(contentsOfFile: "\(folder)/\(name)/main.swift", encoding: .utf8),
        text.hasPrefix("//:"), text.contains("Notebook.run("), let title = NotebookSource(text).title
      else { return nil }
      return ExperimentListing(name: name, title: title)
    }
  }

  /// The experiments of these names, all of them if there is no name, in the order in which they are listed.
  ///
  /// - Throws: `SettingError` for a name that no experiment has.
  public static func named(_ names: [String], in package: String = ProjectFolder.path) throws -> [ExperimentListing] {
    let all = all(in: package)
    for name in names where !all.contains(where: { $0.name == name }) {
      throw SettingError(
        "experiment", value: name,
        expected: all.isEmpty
          ? "none, since \(package)/Experiments has none" : "one of \(all.map(\.name).joined(separator: ", "))")
    }
    return names.isEmpty ? all : all.filter { names.contains($0.name) }
  }

  /// A table of experiments, with what is known of their last runs.
  public static func table(_ experiments: [ExperimentListing], output: String) -> TextTable {
    var table = TextTable(["experiment", "what", "last run", "preset", "claims"])
    for experiment in experiments {
      let folder = "\(output)/\(experiment.name)"
      let record = try? JSON.read(RunRecord.self, from: "\(folder)/run.json")
      let claims = ((try? JSON.read([Claim].self, from: "\(folder)/claims.json")) ?? []).filter { $0.origin == .paper }
      table.append([
        experiment.name, experiment.title, record.map { String($0.date.prefix(10)) } ?? "never", record?.preset ?? "",
        claims.isEmpty ? "" : "\(claims.count { $0.reproduced }) of \(claims.count)",
      ])
    }
    return table
  }
}
