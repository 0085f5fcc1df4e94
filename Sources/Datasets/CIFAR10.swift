import DataFormats
import Foundation
import Foundations
import LabelledData

/// CIFAR-10: 50,000 training and 10,000 test images of 32 x 32 in colour, ten classes.
///
/// Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009), binary version: a record is
/// a label and 1024 bytes each of red, green and blue, row major.
public enum CIFAR10 {
  public static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private static let imageBytes = 3 * 32 * 32
  private static let recordBytes = 1 + imageBytes
  /// Records one file may have; the published ones have 10,000.
  private static let recordLimit = 100_000

  /// Reads the six .bin files from `cifar-10-batches-bin/` or `cifar-10/cifar-10-batches-bin/`, or the archive
  /// `cifar-10/cifar-10-binary.tar.gz`, of the first folder that has them.
  ///
  /// - Returns: nil if no folder has them.
  /// - Throws: `FileError` if they are there but damaged.
  public static func load(in folders: DataFolders) throws -> ImageDataset? {
    guard let (batches, provenance) = try read(in: folders) else { return nil }
    return ImageDataset(
      training: images(Array(batches.dropLast())), test: images(Array(batches.suffix(1))), provenance: provenance)
  }

  /// What `load` would find, checked but not converted.
  static func check(in folders: DataFolders) throws -> Provenance? { try read(in: folders)?.provenance }

  private static func read(in folders: DataFolders) throws -> (batches: [Batch], provenance: Provenance)? {
    for folder in folders.paths {
      for place in places {
        let paths = files.map { "\(folder)/\(place)/\($0.name)" }
        guard paths.allSatisfy(FileManager.default.fileExists(atPath:)) else { continue }
        let batches = try Workers.all.map(paths.count) { index in
          let source = HashingSource(try FileSource(paths[index]))
          let bytes = try source.read(upTo: Self.recordLimit * Self.recordBytes + 1)
          let record = Provenance.File(
            name: folders.name(of: paths[index]), bytes: bytes.count, sha256: try source.finish())
          return try Batch(bytes: bytes, file: record, path: paths[index])
        }
        return (batches, provenance(batches, from: folder, files: batches.map(\.file)))
      }
      let archive = "\(folder)/\(Self.archive)"
      if FileManager.default.fileExists(atPath: archive) {
        let (batches, record) = try unpack(archive, name: folders.name(of: archive))
        return (batches, provenance(batches, from: folder, files: [record]))
      }
    }
    return nil
  }

  /// Whether an archive holds the published images, however it is packed.
  static func isPublished(archive path: String) throws -> Bool {
    let (batches, _) = try unpack(path, name: path)
    return zip(batches, files).allSatisfy { $0.file.sha256 == $1.sha256 }
  }

  static let archive = "cifar-10/cifar-10-binary.tar.gz"
  static let places = ["cifar-10-batches-bin", "cifar-10/cifar-10-batches-bin"]

  /// The contents of one .bin file.
  struct Batch: Sendable {
    var bytes: [UInt8]
    var file: Provenance.File

    init(bytes: [UInt8], file: Provenance.File, path: String) throws {
      let count = bytes.count / recordBytes
      let remedy = "fetch it again with `swift run datasets fetch cifar10`"
      guard count > 0, bytes.count % recordBytes == 0, count <= recordLimit else {
        throw FileError(
          path, expected: "records of \(recordBytes) bytes, at most \(recordLimit)", found: "\(bytes.count) bytes",
          remedy: remedy)
      }
      for record in 0..<count where bytes[record * recordBytes] > 9 {
        throw FileError(
          path, expected: "labels 0 to 9", found: "\(bytes[record * recordBytes]) at record \(record)", remedy: remedy)
      }
      self.bytes = bytes
      self.file = file
    }

    var labels: [UInt8] { stride(from: 0, to: bytes.count, by: recordBytes).map { bytes[$0] } }

    var pixels: [UInt8] {
      var pixels: [UInt8] = []
      pixels.reserveCapacity(bytes.count)
      for start in stride(from: 1, to: bytes.count, by: recordBytes) { pixels += bytes[start..<start + imageBytes] }
      return pixels
    }
  }

  private static func unpack(_ path: String, name: String) throws -> ([Batch], Provenance.File) {
    let file = try PackedFile(path)
    let archive = TarReader(file.contents)
    var found: [String: Batch] = [:]
    while let entry = try archive.next() {
      guard entry.isFile, let base = entry.path.split(separator: "/").last.map(String.init),
        files.contains(where: { $0.name == base })
      else { continue }
      guard found[base] == nil else {
        throw FileError(
          path, expected: "one \(base)", found: "two", remedy: "fetch it again with `swift run datasets fetch cifar10`")
      }
      let bytes = try archive.contents(limit: recordLimit * recordBytes)
      let record = Provenance.File(name: base, bytes: bytes.count, sha256: SHA256Sum.of(bytes))
      found[base] = try Batch(bytes: bytes, file: record, path: "\(path) (\(entry.path))")
    }
    let batches = try files.map { file in
      guard let batch = found[file.name] else {
        throw FileError(
          path, expected: "an archive that holds \(file.name)", found: "none",
          remedy: "fetch it again with `swift run datasets fetch cifar10`")
      }
      return batch
    }
    return (batches, try file.record(name: name))
  }

  private static func provenance(
    _ batches: [Batch], from folder: String, files read: [Provenance.File]
  ) -> Provenance {
    let isVerified = zip(batches, files).allSatisfy { $0.file.sha256 == $1.sha256 }
    return Provenance(
      name: isVerified ? "CIFAR-10" : Provenance.foreignImages, isGenerated: false, isVerified: isVerified,
      files: read,
      note: isVerified
        ? "CIFAR-10, the published images" : "\(Provenance.foreignImages), but not the published ones",
      folder: folder)
  }

  static func images(_ batches: [Batch]) -> LabelledImages {
    LabelledImages(
      width: 32, height: 32, channels: 3, classes: classes, bytes: batches.flatMap(\.pixels),
      labels: batches.flatMap(\.labels))
  }

  /// The six files and the SHA-256 of the published ones.
  static let files: [(name: String, sha256: String)] = [
    ("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
    ("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
    ("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
    ("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
    ("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
    ("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
  ]
}
