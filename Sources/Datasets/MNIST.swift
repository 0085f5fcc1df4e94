import DataFormats
import Foundations
import LabelledData

/// The MNIST digits: 60,000 training and 10,000 test images of 28 x 28.
///
/// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits" (1998).
public enum MNIST {
  /// Reads the four IDX files, gzipped or not, from `mnist/` of the first folder that has them.
  ///
  /// - Returns: nil if no folder has them.
  /// - Throws: `FileError` if they are there but damaged.
  public static func load(in folders: DataFolders) throws -> ImageDataset? {
    guard let paths = folders.find(anyOf: choices) else { return nil }
    let parts = try Workers.all.map(2) { part in
      try load(
        images: paths[2 * part], labels: paths[2 * part + 1], files: Array(Self.files[(2 * part)...]), in: folders)
    }
    let verified = parts.allSatisfy(\.isVerified)
    return ImageDataset(
      training: parts[0].images, test: parts[1].images,
      provenance: Provenance(
        name: verified ? "MNIST" : Provenance.foreignDigits, isGenerated: false, isVerified: verified,
        files: parts.flatMap(\.files),
        note: verified
          ? "MNIST, the published files" : "\(Provenance.foreignDigits), but not the published files",
        folder: folders.folder(of: paths[0])))
  }

  private struct Part: Sendable {
    var images: LabelledImages
    var files: [Provenance.File]
    var isVerified: Bool
  }

  private static func load(
    images imagePath: String, labels labelPath: String, files known: [KnownFile], in folders: DataFolders
  ) throws -> Part {
    func read(_ path: String, _ known: KnownFile) throws -> (IDX, Provenance.File, Bool) {
      let file = try PackedFile(path)
      let array = try IDX(from: file.contents)
      let record = try file.record(name: folders.name(of: path))
      let verified =
        record.sha256 == known.packed || record.sha256 == known.plain || SHA256Sum.of(array.encoded) == known.plain
      return (array, record, verified)
    }
    let (images, imageFile, imagesVerified) = try read(imagePath, known[0])
    let (labels, labelFile, labelsVerified) = try read(labelPath, known[1])
    let remedy = "fetch it again with `swift run datasets fetch mnist`"
    guard images.type == .uint8, images.shape.count == 3, images.shape[1...] == [28, 28], images.shape[0] > 0 else {
      throw FileError(
        imagePath, expected: "bytes of shape [count, 28, 28]", found: "\(images.type) of shape \(images.shape)",
        remedy: remedy)
    }
    guard labels.type == .uint8, labels.shape == [images.shape[0]] else {
      throw FileError(
        labelPath, expected: "bytes of shape [\(images.shape[0])], one an image",
        found: "\(labels.type) of shape \(labels.shape)", remedy: remedy)
    }
    if let wrong = labels.bytes.first(where: { $0 > 9 }) {
      throw FileError(labelPath, expected: "labels 0 to 9", found: "\(wrong)", remedy: remedy)
    }
    return Part(
      images: LabelledImages(
        width: 28, height: 28, channels: 1, classes: (0...9).map(String.init), bytes: images.bytes,
        labels: labels.bytes),
      files: [imageFile, labelFile], isVerified: imagesVerified && labelsVerified)
  }

  /// The names of each of the four files, that which is read first before the other.
  static let choices = files.map { ["mnist/\($0.name).gz", "mnist/\($0.name)"] }

  struct KnownFile: Sendable {
    var name: String
    /// Bytes of the published .gz.
    var size: Int
    /// Its SHA-256.
    var packed: String
    /// SHA-256 of what it holds.
    var plain: String
  }

  static let files: [KnownFile] = [
    KnownFile(
      name: "train-images-idx3-ubyte", size: 9_912_422,
      packed: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      plain: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    KnownFile(
      name: "train-labels-idx1-ubyte", size: 28_881,
      packed: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      plain: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    KnownFile(
      name: "t10k-images-idx3-ubyte", size: 1_648_877,
      packed: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      plain: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    KnownFile(
      name: "t10k-labels-idx1-ubyte", size: 4_542,
      packed: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      plain: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
  ]
}
