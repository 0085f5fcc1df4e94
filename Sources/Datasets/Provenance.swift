import DataFormats
import Foundation
import Foundations
import LabelledData

/// Where data came from, as run.json records it.
public struct Provenance: Sendable, Codable, Equatable {
  /// A file that was read.
  public struct File: Sendable, Codable, Equatable {
    /// Its path inside the data folder.
    public var name: String
    public var bytes: Int
    /// The file's own, or for a picture the one that its list gives, if it gives one.
    public var sha256: String

    public init(name: String, bytes: Int, sha256: String) {
      self.name = name
      self.bytes = bytes
      self.sha256 = sha256
    }

    /// A file by its own name.
    ///
    /// - Throws: `FileError` if it cannot be read.
    public init(contentsOf path: String) throws {
      self.init(
        name: URL(fileURLWithPath: path).lastPathComponent, bytes: try FileSource(path).mostLeft ?? 0,
        sha256: try SHA256Sum.of(file: path))
    }
  }

  /// "MNIST", or "generated digits": what plots and pages call the data.
  public var name: String
  /// Whether the data was made by this suite and is a stand-in for real data.
  public var isGenerated: Bool
  /// Whether every file, or what is packed in it, has the SHA-256 that is published of it. For a picture a sum that its
  /// list gives is enough, with which the file is compared only when the picture is decoded. True of generated data,
  /// which has no files.
  public var isVerified: Bool
  /// The seed of generated data.
  public var seed: UInt64?
  public var files: [File]
  /// One sentence for the terminal and the page: what is used and, if it is a stand-in, why.
  public var note: String
  /// The data folder that it was read from, for the terminal; not recorded, since it says something about a machine.
  public var folder: String?
  /// What else tells these contents from others, besides the files' sums: what each picture is for.
  public var details: [String] = []

  private enum CodingKeys: String, CodingKey { case name, isGenerated, isVerified, seed, files, note }

  public init(
    name: String, isGenerated: Bool, isVerified: Bool, seed: UInt64? = nil, files: [File] = [], note: String,
    folder: String? = nil, details: [String] = []
  ) {
    self.name = name
    self.isGenerated = isGenerated
    self.isVerified = isVerified
    self.seed = seed
    self.files = files
    self.note = note
    self.folder = folder
    self.details = details
  }

  /// What images are called that stand where one of the paper's sets does, but have other contents.
  static let foreignDigits = "digits in MNIST's format"
  static let foreignImages = "images in CIFAR-10's format"

  /// Whether it stands where one of the paper's sets of images does, but has other contents. (Photographs and paintings
  /// are everybody's own.)
  public var isForeign: Bool { [Self.foreignDigits, Self.foreignImages].contains(name) }

  /// What tells these contents from others in the settings of a training: a name of the published ones, the sums of any
  /// others.
  ///
  /// - Parameter name: of the published ones.
  public func identity(published name: String) -> String {
    if isGenerated { return "generated" }
    return isVerified ? name : "other \(Self.digest([self]))"
  }

  /// What tells several sets together from others: the beginning of the sum of their files' sums and details.
  public static func digest(_ sets: [Provenance]) -> String {
    let sums = sets.flatMap { $0.files.map(\.sha256) + $0.details }.joined(separator: " ")
    return String(SHA256Sum.of(Array(sums.utf8)).prefix(16))
  }

  /// The ending of the names of what was trained on these contents: none for published ones.
  public var ending: String { isGenerated ? "-generated" : isVerified ? "" : "-other" }
}

/// Training and test images with their provenance.
public struct ImageDataset: Sendable {
  public var training: LabelledImages
  public var test: LabelledImages
  public var provenance: Provenance

  public init(training: LabelledImages, test: LabelledImages, provenance: Provenance) {
    self.training = training
    self.test = test
    self.provenance = provenance
  }
}

/// Which data an experiment may use: its option `--dataset`.
public enum DatasetChoice: String, Sendable, Codable, CaseIterable {
  /// Real data where it is found or can be fetched, else the generated stand-in.
  case auto
  /// Real data or an error.
  case real
  /// The generated stand-in, even where there is real data.
  case generated
}

extension PackedFile {
  /// The file as it lies there, once its contents were read.
  func record(name: String) throws -> Provenance.File {
    let (bytes, sum) = try record()
    return Provenance.File(name: name, bytes: bytes, sha256: sum)
  }
}
