import ConvolutionalOptimizees
import Datasets
import Foundations
import Imaging

/// What neural art is made of: networks that look at images, photographs to paint over, paintings to learn from.
public struct ArtMaterials: Sendable {
  /// VGG-19's weights; nil where there are none.
  public let vgg: VGGWeights?
  /// The small network that this project trained itself.
  public let own: VGGWeights
  public let photographs: Pictures
  public let paintings: Pictures

  /// Finds all that is there; the weights and pictures that are missing are fetched, where that is possible.
  ///
  /// - Parameters:
  ///   - choice: with `generated`, pictures are generated and the network is our own.
  ///   - hasPhotographs, hasPaintings: whether any are wanted; where not, none are looked for.
  /// - Throws: `FileError` for files that are damaged, or missing where the choice is `real`; then `NoNetwork` too,
  ///   where they cannot be fetched, and `Interrupted`.
  public init(
    _ choice: DatasetChoice, in folders: DataFolders, fetching fetcher: Fetcher? = nil, generating count: Int = 60,
    photographs hasPhotographs: Bool = true, paintings hasPaintings: Bool = true
  ) throws {
    vgg = choice == .generated ? nil : try Self.vgg(choice, in: folders, fetching: fetcher)
    guard let own = try VGGWeights.loadOwnNetwork(in: folders) else {
      throw FileError(
        "Data/\(VGGWeights.ownNetworkFile)", expected: "the network that this project trained", found: "none",
        remedy: "check the file out again, or train it with `swift run train-network`")
    }
    self.own = own
    photographs =
      hasPhotographs ? try Photographs.load(choice, in: folders, fetching: fetcher, generating: count) : .none
    paintings = hasPaintings ? try Paintings.load(choice, in: folders, fetching: fetcher) : .none
  }

  /// Where all of it came from, without what was not wanted.
  public var provenances: [Provenance] {
    [weights.provenance] + [photographs, paintings].filter { $0.count > 0 }.map(\.provenance)
  }

  private static func vgg(_ choice: DatasetChoice, in folders: DataFolders, fetching fetcher: Fetcher?) throws
    -> VGGWeights?
  {
    if let found = try VGGWeights.load(in: folders) { return found }
    if let fetcher {
      do {
        try fetcher.fetch(.vgg19, into: folders.download)
        if let fetched = try VGGWeights.load(in: folders) { return fetched }
      } catch  where choice == .auto && !(error is Interrupted) {
        fetcher.announce("\(error)")
      }
    }
    guard choice != .real else {
      throw FileError(
        "weights/vgg19-conv-u8.safetensors", expected: "VGG-19's weights in a data folder", found: "none",
        remedy: "fetch them with `swift run datasets fetch vgg19`, or take the small network with --dataset auto")
    }
    return nil
  }

  /// The network that results are made with.
  public var weights: VGGWeights { vgg ?? own }

  /// All networks that a training may look at images with.
  var networks: [VGGWeights] { [weights, own] }

  /// Whether it is the small one, for want of VGG-19's weights.
  public var usesOwnNetwork: Bool { vgg == nil }

  /// Whether photographs or paintings are generated: then no optimizer that practised on the real ones is tested on the
  /// style that it knows.
  public var areGenerated: Bool { photographs.provenance.isGenerated || paintings.provenance.isGenerated }

  /// The settings for images of a side: those that were chosen by looking at pictures, and a scale of the loss at which
  /// gradients of single pixels are alike at all sizes.
  public func settings(side: Int, own: Bool = false) -> NeuralArtSettings {
    var settings = own || usesOwnNetwork ? .ownNetwork : NeuralArtSettings()
    settings.scale *= Float(side * side) / (64 * 64)
    return settings
  }

  /// A painting by its name; where that one is not there another by its place, of those that no figure asks for by
  /// name.
  func painting(_ name: String, orPlace place: Int) -> Pictures.Entry {
    let entries = paintings.entries
    if let found = paintings.place(of: name) { return entries[found] }
    let others = entries.filter { ![ArtRecipe.practiceStyle, ArtRecipe.testStyle].contains($0.name.lowercased()) }
    let choice = others.isEmpty ? entries : others
    return choice[min(place, choice.count - 1)]
  }

  /// That painting in colour, its middle as a square.
  ///
  /// - Throws: `FileError` if its file is damaged, or is not the one that the folder's list describes; `SettingError`
  ///   for a side below one pixel.
  public func style(_ name: String, orPlace place: Int, side: Int) throws -> Image {
    try paintings.image(painting(name, orPlace: place)).rgb().square(side: side)
  }

  /// - Throws: `FileError` where there is no photograph of one of these splits, or where all are asked for and there is
  ///   no second painting for a style that was not practised.
  public func require(_ splits: [Pictures.Split] = Pictures.Split.allCases) throws {
    if splits == Pictures.Split.allCases, paintings.count < 2 {
      throw FileError(
        "\(paintings.provenance.folder.map { $0 + "/" } ?? "")paintings",
        expected: "two paintings, one to practise on and one to test on", found: "\(paintings.count)",
        remedy: "put another PNG file there")
    }
    guard let missing = splits.first(where: { photographs.only($0).count == 0 }) else { return }
    let purpose: [Pictures.Split: String] = [.train: "training", .validation: "validation", .test: "testing"]
    throw FileError(
      "\(photographs.provenance.folder.map { $0 + "/" } ?? "")photos",
      expected: "photographs for training, validation and testing",
      found: "\(photographs.count) in all, none of them for \(purpose[missing] ?? "")",
      remedy: "put three PNG files or more there, or say in photos.csv what each is for (see Data/README.md)")
  }

  /// The photographs of a split, whole and in colour.
  ///
  /// - Throws: `FileError` where there are none, or for the first that is damaged or is not the one that the folder's
  ///   list describes.
  public func contents(_ split: Pictures.Split, workers: Workers) throws -> [Image] {
    try require([split])
    let chosen = photographs.only(split)
    return try workers.map(chosen.count) { try chosen.image($0).rgb() }
  }
}
