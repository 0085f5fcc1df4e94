import DataFormats
import Foundation
import Foundations
import GeneratedImages
import Imaging
import LabelledData

/// Photographs or paintings: the PNG files of a folder, or pictures that this suite draws itself.
///
/// Files are decoded when they are asked for.
public struct Pictures: Sendable {
  /// What a picture is for.
  public enum Split: String, Sendable, Codable, CaseIterable { case train, validation, test }

  /// One picture.
  public struct Entry: Sendable {
    /// "kodim03", the file's name without its extension.
    public var name: String
    public var split: Split
    /// Who made it and what it shows, as far as the folder's list says.
    public var attribution: String
    public var licence: String
    let source: Source
  }

  enum Source: Sendable {
    case file(String, sha256: String?)
    case landscape(RandomStream)
    case painting(RandomStream, GeneratedPaintings.Manner)
  }

  public var entries: [Entry]
  public var provenance: Provenance

  public var count: Int { entries.count }

  /// No pictures, where none are needed.
  public static let none = Pictures(
    entries: [], provenance: Provenance(name: "no pictures", isGenerated: false, isVerified: true, note: "no pictures"))

  /// The pictures of one split; shares the provenance.
  public func only(_ split: Split) -> Pictures {
    Pictures(entries: entries.filter { $0.split == split }, provenance: provenance)
  }

  /// The place of a picture by its name, in any case of letters; nil if there is none.
  public func place(of name: String) -> Int? {
    entries.firstIndex { $0.name.lowercased() == name.lowercased() }
  }

  /// A picture in colour at its own size.
  ///
  /// - Throws: `FileError` if its file is damaged, or is not the one that the folder's list describes.
  public func image(_ place: Int) throws -> Image { try image(entries[place]) }

  /// One of the pictures in colour at its own size.
  ///
  /// - Throws: `FileError` if its file is damaged, or is not the one that the folder's list describes.
  public func image(_ entry: Entry) throws -> Image {
    switch entry.source {
    case .landscape(let stream): return GeneratedLandscapes.image(stream)
    case .painting(let stream, let manner): return GeneratedPaintings.image(stream, manner)
    case .file(let path, let sum):
      let image = try PNG.read(path)
      if let sum {
        let found = try SHA256Sum.of(file: path)
        guard found == sum else { throw Self.wrong(path, sum, found) }
      }
      return image
    }
  }

  /// All pictures in colour, the largest square in the middle of each at one size.
  ///
  /// - Throws: the first `FileError`, in the order of the pictures.
  public func squares(side: Int, workers: Workers = .all) throws -> [Image] {
    try workers.map(count) { place in try image(place).square(side: side) }
  }

  /// The folder's pictures: those in `photos/` or `paintings/` of the first data folder that has any.
  ///
  /// `photos.csv` (`paintings.csv`) beside them may say more: its columns `file`, `split`, `licence`, `attribution` or
  /// `work`, and `sha256` are used, and only the files that it lists. Without a list every PNG file counts, in
  /// subfolders too, and of ten in alphabetical order one is for testing and one for validation, of fewer than fifty in
  /// all a third each.
  ///
  /// - Returns: nil if no folder has any.
  /// - Throws: `FileError` if the list is damaged, names a file that is not there, or none of the pictures beside it.
  static func find(_ set: Catalogue, in folders: DataFolders) throws -> Pictures? {
    for folder in folders.paths {
      let place = "\(folder)/\(set.rawValue)"
      let list = "\(place)/\(set.rawValue).csv"
      let entries =
        FileManager.default.fileExists(atPath: list) ? try listed(list, in: place) : unlisted(in: place)
      if entries.isEmpty { continue }
      let files = try records(of: entries, in: folder)
      let published = Set(KodakPhotos.sums)
      let isVerified =
        files.count == entries.count
        && zip(entries, files).allSatisfy { $0.listedSum != nil || published.contains($1.sha256) }
      return Pictures(
        entries: entries,
        provenance: Provenance(
          name: set.title, isGenerated: false, isVerified: isVerified, files: files,
          note: "\(entries.count) \(set.title)", folder: folder, details: try details(of: entries, in: set)))
    }
    return nil
  }

  /// The files with the sums of their list, which are checked when a picture is read, or with their own where there is
  /// no list and they are together no larger than 256 MB.
  private static func records(of entries: [Entry], in folder: String) throws -> [Provenance.File] {
    var left = unlistedBytes
    return try entries.compactMap { entry in
      guard case .file(let path, let listed) = entry.source, listed != nil || left >= 0 else { return nil }
      let bytes = try FileSource(path).mostLeft ?? 0
      var sum = listed
      if sum == nil {
        left -= bytes
        sum = left >= 0 ? try SHA256Sum.of(file: path) : nil
      }
      return sum.map { Provenance.File(name: String(path.dropFirst(folder.count + 1)), bytes: bytes, sha256: $0) }
    }
  }

  /// What each photograph is for (paintings are taken by their names), and each picture's size, which has to do for
  /// files of which no sum is made.
  private static func details(of entries: [Entry], in set: Catalogue) throws -> [String] {
    try entries.map { entry in
      guard case .file(let path, _) = entry.source else { return entry.name }
      let purpose = set == .photos ? "\(entry.split.rawValue) " : ""
      return "\(entry.name) \(purpose)\(try FileSource(path).mostLeft ?? 0)"
    }
  }

  /// Whether every file is the one that the list describes, or one that can be fetched.
  ///
  /// - Throws: `FileError` for the first that is another than its list describes or, without a sum, does not begin as a
  ///   PNG file does, as far as files without are together no larger than 256 MB.
  static func isVerified(_ set: Catalogue, in folders: DataFolders) throws -> Bool {
    guard let pictures = try find(set, in: folders) else { return false }
    var left = unlistedBytes
    for entry in pictures.entries {
      guard case .file(let path, let sum) = entry.source else { continue }
      if let sum {
        let found = try SHA256Sum.of(file: path)
        guard found == sum else { throw wrong(path, sum, found) }
      } else {
        left -= try FileSource(path).mostLeft ?? 0
        if left >= 0 { _ = try PNG.read(path) }
      }
    }
    return pictures.provenance.isVerified
  }

  private static func wrong(_ path: String, _ sum: String, _ found: String) -> FileError {
    FileError(
      path, expected: "the file that its list describes (SHA-256 \(sum.prefix(12))...)",
      found: "another (\(found.prefix(12))...)", remedy: "fetch it again, or take it out of the list")
  }

  private static func listed(_ list: String, in place: String) throws -> [Entry] {
    let table = try CSVTable(contentsOf: list)
    if table.rows.isEmpty, !files(in: place).isEmpty {
      throw FileError(
        list, expected: "a row for each picture that counts", found: "none",
        remedy: "add them, or take the list away: then all PNG files beside it count")
    }
    return try table.rows.enumerated().map { index, row in
      let file = try table.text("file", row, isNeeded: true)
      guard !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
        throw FileError(
          list, expected: "files of its own folder", found: "\"\(file)\"", remedy: "take it out of the list")
      }
      let path = "\(place)/\(file)"
      guard FileManager.default.fileExists(atPath: path) else {
        throw FileError(path, expected: "a file that \(list) lists", found: "none", remedy: "take it out of the list")
      }
      let purpose = try table.text("split", row).lowercased()
      guard purpose.isEmpty || Split(rawValue: purpose) != nil else {
        throw FileError(
          list, expected: "train, validation or test in row \(index + 1), column \"split\"", found: "\"\(purpose)\"",
          remedy: "correct the list")
      }
      let sum = try table.text("sha256", row).lowercased()
      let attribution = [try table.text("work", row), try table.text("attribution", row)]
      return Entry(
        name: URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent,
        split: Split(rawValue: purpose) ?? Self.split(index, of: table.rows.count),
        attribution: attribution.filter { !$0.isEmpty }.joined(separator: ", "),
        licence: try table.text("licence", row), source: .file(path, sha256: sum.isEmpty ? nil : sum))
    }
  }

  /// Whether a list names any files, or may: one that is damaged is not passed over.
  static func hasRows(list: String) -> Bool { (try? CSVTable(contentsOf: list))?.rows.isEmpty != true }

  /// Pictures that one folder may have; ImageNet has 1.3 million.
  private static let limit = 2_000_000
  /// Bytes of pictures without a sum in a list that are read to know what is there.
  private static let unlistedBytes = 256 << 20

  private static func unlisted(in place: String) -> [Entry] {
    let files = files(in: place)
    return files.enumerated().map { index, file in
      Entry(
        name: URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent,
        split: split(index, of: files.count),
        attribution: "", licence: "", source: .file("\(place)/\(file)", sha256: nil))
    }
  }

  /// The PNG files of a folder and its subfolders, in alphabetical order; not those that are hidden or that a Mac puts
  /// beside its files (`._a.png`, `__MACOSX/`), which are no pictures.
  static func files(in place: String) -> [String] {
    var files: [String] = []
    // A walk does not follow a link that it begins at.
    let place = URL(fileURLWithPath: place).resolvingSymlinksInPath().path
    if let walk = FileManager.default.enumerator(atPath: place) {
      for case let file as String in walk where file.lowercased().hasSuffix(".png") && files.count < limit {
        let isHidden = file.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
        if !isHidden, isFile("\(place)/\(file)") { files.append(file) }
      }
    }
    return files.sorted()
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// A tenth of a dozen would be one picture, of which no interval follows.
  private static func split(_ index: Int, of count: Int) -> Split {
    let (period, validation) = count < 50 ? (3, 1) : (10, 4)
    return switch index % period {
    case validation: .validation
    case period - 1: .test
    default: .train
    }
  }
}

extension Pictures.Entry {
  fileprivate var listedSum: String? { if case .file(_, let sum) = source { sum } else { nil } }
}

/// Photographs to be painted over: the contents of the paper's neural art (§3.4).
public enum Photographs {
  /// Photographs where they are found or can be fetched; else, if the choice allows it, generated landscapes.
  ///
  /// - Parameters:
  ///   - fetcher: gets a few (7 MB) where there are none; nil to leave the network alone.
  ///   - count: how many landscapes to draw if they are generated.
  /// - Throws: `FileError` or `NoNetwork` if photographs are asked for and cannot be had, or are there but damaged.
  public static func load(
    _ choice: DatasetChoice, in folders: DataFolders, fetching fetcher: Fetcher? = nil, generating count: Int = 60,
    seed: UInt64 = 0
  ) throws -> Pictures {
    try StandIn(
      set: .photos, name: "generated landscapes", find: { try Pictures.find(.photos, in: $0) },
      generate: { GeneratedLandscapes.make(count, seed: seed) }
    ).load(choice, in: folders, fetching: fetcher)
  }
}

/// Paintings whose style is to be taken.
public enum Paintings {
  /// Paintings where they are found or can be fetched; else, if the choice allows it, generated ones.
  ///
  /// - Throws: `FileError` or `NoNetwork` if paintings are asked for and cannot be had, or are there but damaged.
  public static func load(
    _ choice: DatasetChoice, in folders: DataFolders, fetching fetcher: Fetcher? = nil, generating count: Int = 12,
    seed: UInt64 = 0
  ) throws -> Pictures {
    try StandIn(
      set: .paintings, name: "generated paintings", find: { try Pictures.find(.paintings, in: $0) },
      generate: { GeneratedPaintings.make(count, seed: seed) }
    ).load(choice, in: folders, fetching: fetcher)
  }
}
