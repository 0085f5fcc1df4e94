import DataFormats
import Datasets
import Foundation
import Foundations
import MetaTraining

extension Notebook {
  /// A part of the results that takes long: made once, kept in the report's folder `work` until the report is written,
  /// so that a run that was stopped goes on after the last part that was done.
  ///
  /// A part of other settings, of another revision of the source, or damaged, is made again. Where no clean revision
  /// says what the source is, the program itself does.
  ///
  /// - Parameters:
  ///   - part: its name, unique in the experiment: "evaluation MNIST NAG".
  ///   - settings: everything that it depends on besides the options of the command line and the data.
  /// - Throws: what `make` throws; `FileError` if the folder cannot be written.
  public func kept<Value: Codable>(_ part: String, settings: String = "", _ make: () throws -> Value) throws -> Value {
    let place = place(of: part, settings)
    keptParts.append(place.path)
    if let value: Value = try found([place])[0] { return value }
    let value = try make()
    try place.write(value)
    return value
  }

  /// The same for several parts side by side: those that are missing are shared out among workers, and each is kept as
  /// soon as it is there.
  ///
  /// - Parameters:
  ///   - progress: counts each part, those that an earlier run made too.
  ///   - make: makes one of them, by its place in `parts`.
  /// - Throws: what `make` throws for the first part that fails; `FileError` if the folder cannot be written.
  public func kept<Value: Codable & Sendable>(
    _ parts: [String], settings: String = "", workers: Workers, progress: ProgressLine? = nil,
    _ make: @Sendable (Int) throws -> Value
  ) throws -> [Value] {
    let places = parts.map { place(of: $0, settings) }
    keptParts += places.map(\.path)
    let found: [Value?] = try found(places)
    progress?.skip(found.count { $0 != nil })
    let values = try workers.spread(parts.count) { index in
      if let value = found[index] { return value }
      let value = try make(index)
      if workers.ranks.count == 1 { try places[index].write(value) }
      progress?.advance()
      return value
    }
    workers.forOthers(parts.count) { if found[$0] == nil { progress?.advance() } }
    // What other ranks made can be kept once it is here.
    if workers.ranks.count > 1 {
      for index in parts.indices where found[index] == nil { try places[index].write(values[index]) }
    }
    return values
  }

  /// A word that a run leaves for the one that goes on where it was stopped; gone once the report is there.
  ///
  /// - Throws: what the exchange between ranks throws: all go by what rank 0 has.
  public func mark(_ name: String, settings: String = "") throws -> RunMark {
    let place = place(of: name, settings)
    keptParts.append(place.path)
    return RunMark(text: try found([place])[0], place: place)
  }

  /// What rank 0 finds that an earlier run kept, on every rank, so that all go on from the same place.
  private func found<Value: Codable>(_ places: [PartPlace]) throws -> [Value?] {
    guard ranks.count > 1 else { return places.map(read) }
    let bytes = try ranks.broadcast { try JSON.bytes(places.map { read($0) as Value? }) }
    return try JSON.read([Value?].self, bytes ?? [], from: "what rank 0 kept")
  }

  /// The SHA-256 of the program that runs.
  private static let program =
    Bundle.main.executablePath.flatMap { try? SHA256Sum.of(file: $0) } ?? "a program that cannot be read"

  private func place(of part: String, _ settings: String) -> PartPlace {
    // A file's name has 255 bytes at most, and what is longer ends in a sum instead.
    let name = part.replacing("/", with: "-").replacing(" ", with: "-")
    let short = name.utf8.count > 180 ? name.prefix(40) + "-" + SHA256Sum.of(Array(name.utf8)).prefix(16) : name[...]
    // Another preset's parts, or another seed's, are to outlast this run: the file's name goes by the command.
    let whole = "\(command), preset \(options.preset.rawValue), seed \(options.seed)"
    let run = SHA256Sum.of(Array(whole.utf8)).prefix(8)
    return PartPlace(
      path: "\(folder)/work/\(short)-\(run).json",
      key: [
        part, settings, whole, revision.flatMap { $0.clean ? $0.commit : nil } ?? Self.program,
        "\(MetaTrainer.version)",
        datasets.map { "\($0.name) \(Provenance.digest([$0]))" }.joined(separator: ", "),
      ].joined(separator: "\n"))
  }

  /// What an earlier run kept there; nil if it is nothing or something else.
  private func read<Value: Codable>(_ place: PartPlace) -> Value? {
    guard FileManager.default.fileExists(atPath: place.path) else { return nil }
    do {
      let part = try JSON.read(KeptPart<Value>.self, from: place.path)
      guard part.key == place.key else { return nil }
      let sum = try KeptPart.sum(of: part.value)
      guard part.sum == sum else {
        throw FileError(
          place.path, expected: "contents of SHA-256 \(part.sum)", found: "\(sum): it is damaged",
          remedy: "it is made again")
      }
      return part.value
    } catch {
      terminal.warn("\(error)")
      return nil
    }
  }

  /// Has files that an experiment keeps by itself removed once the report is there.
  ///
  /// - Parameter first: before that too: what is there now is not to be used, unless a run that was stopped had removed
  ///   what was there before.
  /// - Throws: `FileError` if the report's folder cannot be written.
  public func clearUp(_ files: [String], first: Bool) throws {
    keptParts += files
    let mark = try mark("removal of what was kept")
    guard first, mark.text == nil else { return }
    if ranks.isFirst { for file in files { unlink(file) } }
    try mark.leave("done")
  }

  /// Removes what was kept, once the report is there.
  func removeKeptParts() {
    guard ranks.isFirst else { return }
    for path in keptParts { unlink(path) }
    AtomicFile.removeLeftovers(in: "\(folder)/work")
    rmdir("\(folder)/work")
  }
}

/// A word to the run that goes on where this one is stopped.
public struct RunMark: Sendable {
  /// What the run that was stopped had left; nil if it was nothing, or of other settings or another revision.
  public let text: String?
  fileprivate let place: PartPlace

  /// - Throws: `FileError` if the report's folder cannot be written.
  public func leave(_ text: String) throws { try place.write(text) }
}

/// The file of a part, and what it must say to be of use.
private struct PartPlace: Sendable {
  var path: String
  var key: String

  func write(_ value: some Codable) throws {
    try AtomicFile.write(JSON.bytes(KeptPart(key: key, sum: KeptPart.sum(of: value), value: value)), to: path)
  }
}

private struct KeptPart<Value: Codable>: Codable {
  var key: String
  /// Of the value as JSON.
  var sum: String
  var value: Value

  static func sum(of value: Value) throws -> String { SHA256Sum.of(try JSON.bytes(value)) }
}
