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
    let path = "\(folder)/work/\(part.replacing("/", with: "-").replacing(" ", with: "-")).json"
    let key = [
      part, settings, command, revision.map { "\($0.commit) \($0.clean)" } ?? "", "\(MetaTrainer.version)",
      datasets.map { "\($0.name) \($0.files.map(\.sha256))" }.joined(separator: ", "),
    ].joined(separator: "\n")
    if FileManager.default.fileExists(atPath: path) {
      do {
        let part = try JSON.read(KeptPart<Value>.self, from: path)
        if part.key == key {
          keptParts.append(path)
          return part.value
        }
      } catch {
        terminal.warn("\(error)")
      }
    }
    let value = try make()
    try AtomicFile.write(JSON.bytes(KeptPart(key: key, value: value)), to: path)
    keptParts.append(path)
    return value
  }

  /// Removes what was kept, once the report is there.
  func removeKeptParts() {
    for path in keptParts { unlink(path) }
    rmdir("\(folder)/work")
  }
}

private struct KeptPart<Value: Codable>: Codable {
  var key: String
  var value: Value
}
