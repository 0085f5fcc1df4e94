import Foundation
import Foundations
import MetaTraining

/// Learning rates of hand-made optimizers that earlier runs tried, kept in Data/rates as meta-trained optimizers are in
/// Data/optimizers: on convolutional networks tuning takes as long as all the rest.
public struct KeptRates: Sendable {
  /// One optimizer's rates on the practice problems of one panel.
  struct Entry: Codable, Sendable {
    /// Everything that the losses depend on.
    var settings: String
    /// Of the source that tried them, all or the last.
    var revision: String
    /// In order, with the one that was taken.
    var rows: [TuningRow]

    func isOf(_ panel: String, _ optimizer: String, _ settings: String) -> Bool {
      self.settings == settings && rows.first?.panel == panel && rows.first?.optimizer == optimizer
    }
  }

  fileprivate var entries: [Entry] = []
  private let path: String?

  /// None, which are kept nowhere.
  public init() { path = nil }

  /// Those in a file.
  ///
  /// - Parameter asking: whether what is there is used, and not only added to.
  /// - Throws: `FileError` if it is damaged.
  init(at path: String, asking: Bool = true) throws {
    self.path = path
    if asking { entries = try Self.entries(at: path) }
  }

  private static func entries(at path: String) throws -> [Entry] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      return try JSON.read([Entry].self, from: path)
    } catch var error as FileError {
      error.remedy = "remove it, and rates are tried anew"
      throw error
    }
  }

  /// What a rate came out at, if it was tried with these settings; whether it was taken is left open.
  public func row(_ panel: String, _ optimizer: String, rate: Double, settings: String) -> TuningRow? {
    var row = entry(panel, optimizer, settings)?.rows.first { $0.learningRate == rate }
    row?.chosen = false
    return row
  }

  /// Whether any rate of an optimizer was tried with these settings.
  public func has(_ panel: String, _ optimizer: String, settings: String) -> Bool {
    entry(panel, optimizer, settings) != nil
  }

  fileprivate func entry(_ panel: String, _ optimizer: String, _ settings: String) -> Entry? {
    entries.first { $0.isOf(panel, optimizer, settings) }
  }

  /// Adds rates of one optimizer to those that were tried with the same settings.
  ///
  /// - Throws: `FileError` if the file is damaged or cannot be written; what lay there stays then. `Interrupted` where
  ///   work was asked to stop while another process had it.
  fileprivate mutating func add(_ rows: [TuningRow], settings: String, revision: String) throws {
    guard let path, let first = rows.first else { return }
    let isSame = { (entry: Entry) in entry.isOf(first.panel, first.optimizer, settings) }
    func adding(to entries: [Entry]) -> [Entry] {
      let tried = Set(rows.map(\.learningRate))
      let others = entries.first(where: isSame)?.rows.filter { !tried.contains($0.learningRate) } ?? []
      var all = others + rows
      for index in others.indices { all[index].chosen = false }
      all.sort { $0.learningRate < $1.learningRate }
      return entries.filter { !isSame($0) } + [Entry(settings: settings, revision: revision, rows: all)]
    }
    entries = adding(to: entries)
    guard Ranks.mayWrite else { return }
    // The file has more: what another process has added since, and what is not asked.
    let lock = try FileLock("\(path).lock", protecting: path, waits: true)
    defer { withExtendedLifetime(lock) {} }
    try AtomicFile.write(JSON.bytes(adding(to: Self.entries(at: path))), to: path)
  }
}

extension Notebook {
  /// The rates that earlier runs of this seed tried; none in preset smoke, and none that are used with `--retrain`.
  ///
  /// - Parameters:
  ///   - name: of their file in Data/rates, to which the seed is added.
  ///   - ending: of data that are not the published ones.
  /// - Throws: `FileError` if they are damaged; what the exchange between ranks throws: all go by what rank 0 has.
  public func keptRates(_ name: String, ending: String = "") throws -> KeptRates {
    guard options.preset != .smoke else { return KeptRates() }
    let path = "\(ProjectFolder.path)/Data/rates/\(name)-seed\(options.seed)\(ending).json"
    guard ranks.count > 1 else { return try KeptRates(at: path, asking: !options.retrain) }
    var kept = try KeptRates(at: path, asking: false)
    let bytes = try ranks.broadcast { try JSON.bytes(KeptRates(at: path, asking: !options.retrain).entries) }
    kept.entries = try JSON.read([KeptRates.Entry].self, bytes ?? [], from: path)
    return kept
  }

  /// Everything that an optimizer's losses at a rate depend on.
  public func settings(of tuning: BaselineTuning, on problems: String) -> String {
    "\(tuning.problemsText) on \(problems), seed \(options.seed), code \(MetaTrainer.version)"
  }

  /// Keeps one optimizer's rates for later runs, or records that an earlier one tried them. Where they cannot be kept,
  /// the run goes on with a warning.
  public func keep(_ rows: [TuningRow], in kept: inout KeptRates, settings: String) {
    guard let first = rows.first else { return }
    let before = kept.entry(first.panel, first.optimizer, settings)
    let known = Set(before?.rows.map(\.learningRate) ?? [])
    guard let before, rows.allSatisfy({ known.contains($0.learningRate) }) else {
      do {
        try kept.add(rows, settings: settings, revision: revision?.text ?? "unknown")
      } catch {
        terminal.warn("rates are not kept: \(error)")
      }
      return
    }
    let revision = String(before.revision.prefix(7))
    let text = self.settings["rates"] ?? "tried before, at"
    if !text.contains(revision) { self.settings["rates"] = "\(text) \(revision)" }
  }
}
