import Foundation
import Foundations
import MetaTraining

extension Notebook {
  /// A part of the results that takes long: made once, kept in the report's folder `work` until the report is written,
  /// so that a run that was stopped goes on after the last part that was done.
  ///
  /// A part of other settings, of another revision of the source, or damaged, is made again.
  ///
  /// - Parameters:
  ///   - part: its name, unique in the experiment: "evaluation MNIST NAG".
  ///   - settings: everything that it depends on besides the options of the command line and the data.
  public func kept<Value: Codable>(_ part: String, settings: String = "", _ make: () throws -> Value) throws -> Value {
    let place = place(of: part, settings)
    keptParts.append(place.path)
    if let value: Value = read(place) { return value }
    let value = try make()
    try place.write(value)
    return value
  }

  /// The same for several parts side by side: those that are missing are shared out among workers, and each is kept as
  /// soon as it is there.
  ///
  /// - Parameter make: makes one of them, by its place in `parts`.
  public func kept<Value: Codable & Sendable>(
    _ parts: [String], settings: String = "", workers: Workers, _ make: @Sendable (Int) throws -> Value
  ) throws -> [Value] {
    let places = parts.map { place(of: $0, settings) }
    keptParts += places.map(\.path)
    let found: [Value?] = places.map(read)
    return try workers.map(parts.count) { index in
      if let value = found[index] { return value }
      let value = try make(index)
      try places[index].write(value)
      return value
    }
  }

  private func place(of part: String, _ settings: String) -> PartPlace {
    PartPlace(
      path: "\(folder)/work/\(part.replacing("/", with: "-").replacing(" ", with: "-")).json",
      key: [
        part, settings, command, revision.map { "\($0.commit) \($0.clean)" } ?? "", "\(MetaTrainer.version)",
        datasets.map { "\($0.name) \($0.files.map(\.sha256))" }.joined(separator: ", "),
      ].joined(separator: "\n"))
  }

  /// What an earlier run kept there; nil if it is nothing or something else.
  private func read<Value: Codable>(_ place: PartPlace) -> Value? {
    guard FileManager.default.fileExists(atPath: place.path) else { return nil }
    do {
      let part = try JSON.read(KeptPart<Value>.self, from: place.path)
      return part.key == place.key ? part.value : nil
    } catch {
      terminal.warn("\(error)")
      return nil
    }
  }

  /// Removes what was kept, once the report is there.
  func removeKeptParts() {
    for path in keptParts { unlink(path) }
    AtomicFile.removeLeftovers(in: "\(folder)/work")
    rmdir("\(folder)/work")
  }
}

/// The file of a part, and what it must say to be of use.
private struct PartPlace: Sendable {
  var path: String
  var key: String

  func write(_ value: some Codable) throws {
    try AtomicFile.write(JSON.bytes(KeptPart(key: key, value: value)), to: path)
  }
}

private struct KeptPart<Value: Codable>: Codable {
  var key: String
  var value: Value
}
