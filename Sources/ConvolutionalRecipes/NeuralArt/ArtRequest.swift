import ConvolutionalOptimizees
import Datasets
import Foundation
import Foundations
import Imaging
import MetaTraining
import Notebook
import Optimizers
import Recipes

/// A photograph and a painting that someone brought, to be put together at a size: `--content`, `--style`, `--size`.
public struct ArtRequest: Sendable {
  public var content: Gallery.Picture
  public var style: Gallery.Picture
  public var title: String
  /// Pixels of the longer side.
  public var size: Int

  /// Pixels that a side may have, of what is painted and, at least, of what is read.
  public static let sizes = 32...1024
  /// The rate that was best for ADAM on the photographs for validation at 64 pixels: steps of so many of 255 shades.
  public static let adamRate = 17.8

  /// A picture that someone brought.
  public struct Own: Sendable {
    var name: String
    var image: Image
    /// Its file, for the record.
    var provenance: Provenance

    /// - Throws: `FileError` for a file that is no picture or too small.
    public init(_ path: String) throws {
      let image = try PNG.read(path)
      guard min(image.width, image.height) >= sizes.lowerBound else {
        throw FileError(
          path, expected: "a picture of at least \(sizes.lowerBound) pixels to either side",
          found: "\(image.width) x \(image.height)", remedy: "bring a larger one")
      }
      self.image = image.rgb()
      let file = URL(fileURLWithPath: path)
      name = file.deletingPathExtension().lastPathComponent
      let record = try Provenance.File(contentsOf: path)
      provenance = Provenance(
        name: record.name, isGenerated: false, isVerified: false, files: [record],
        note: "\(record.name), \(image.width) x \(image.height), brought along")
    }
  }

  /// - Throws: `SettingError` for a size that is not painted.
  public static func requireSize(_ size: Int) throws {
    guard sizes.contains(size) else {
      throw SettingError("--size", value: size, expected: "\(sizes.lowerBound) to \(sizes.upperBound) pixels")
    }
  }

  /// - Parameters:
  ///   - content, style: the first photograph for testing and the test's painting if nil.
  /// - Throws: `SettingError` for a size that is not painted or where there is no photograph for testing, `FileError`
  ///   for pictures of the materials that are damaged.
  public init(content: Own?, style: Own?, size: Int, _ materials: ArtMaterials) throws {
    try Self.requireSize(size)
    let photographs = materials.photographs.only(.test)
    guard content != nil || photographs.count > 0 else {
      throw SettingError(
        "photographs for testing", value: 0,
        expected: "at least 1 in \(materials.photographs.provenance.note), or a "
          + "photograph of your own with --content")
    }
    let place = materials.paintings.place(of: ArtRecipe.testStyle) ?? 0
    let photograph = try content?.image ?? photographs.image(photographs.place(of: "kodim04") ?? 0).rgb()
    let painting = try style?.image ?? materials.paintings.image(place).rgb()
    let contentName = content?.name ?? photographs.entries[photographs.place(of: "kodim04") ?? 0].name
    let styleName = style?.name ?? materials.paintings.entries[place].name
    self.content = Gallery.Picture(photograph, alt: "The photograph \(contentName)")
    self.style = Gallery.Picture(painting, alt: "The painting \(styleName)")
    title = "\(contentName) in the style of \(styleName)"
    self.size = size
  }

  /// Width and height of what is painted: in the photograph's proportions, as far as no side gets too short.
  var shape: (width: Int, height: Int) {
    let longer = Double(max(content.image.width, content.image.height))
    func side(_ pixels: Int) -> Int {
      max(Self.sizes.lowerBound, min(size, Int((Double(pixels) / longer * Double(size)).rounded())))
    }
    return (side(content.image.width), side(content.image.height))
  }
}

extension Notebook {
  /// What neural art is made of, recorded. Where someone brought a photograph or a painting, and an optimizer is there to
  /// paint with, no others are looked for in its place.
  ///
  /// - Parameters:
  ///   - content, style: what someone brought.
  ///   - painting: whether that one picture is all that is asked for.
  ///   - count: of the photographs that are generated for want of others.
  /// - Throws: what `ArtMaterials` throws.
  public func artMaterials(
    bringing content: ArtRequest.Own? = nil, _ style: ArtRequest.Own? = nil, painting: Bool = false,
    generating count: Int
  ) throws -> ArtMaterials {
    let isReady = try painting && hasArtOptimizer()
    let materials = try ArtMaterials(
      options.dataset, in: DataFolders(data: options.data), fetching: fetcher(), generating: count,
      photographs: !isReady || content == nil, paintings: !isReady || style == nil)
    for part in materials.provenances + [content, style].compactMap(\.?.provenance) { record(part) }
    return materials
  }

  /// Paints what someone brought with the learned optimizer and with ADAM, and shows both with their losses.
  ///
  /// - Throws: `SettingError` where the network lacks a layer or a PNG cannot hold a text, `ConvolutionError` where
  ///   oneDNN refuses, and `Interrupted`.
  public func paint(_ request: ArtRequest, _ materials: ArtMaterials, by learned: LSTMOptimizer, steps: Int) throws {
    let (width, height) = request.shape
    var settings = materials.settings(side: request.size)
    settings.scale = settings.scale * Float(width * height) / Float(request.size * request.size)
    let network = try FeatureNetwork(
      materials.weights, upTo: settings.deepestLayer, pooling: settings.pooling, border: settings.border)
    let side = max(width, height)
    let problems = try NeuralArt(
      network, contents: [], style: try request.style.image.square(side: side), height: height, width: width, settings)
    let adam = Adam(learningRate: Float(ArtRequest.adamRate))
    let progress = progress("Painting two pictures", of: 2 * steps)
    @Sendable func painted(by optimizer: some Optimizer) throws -> Painting {
      try problems.painting(
        over: request.content.image, by: optimizer, steps: steps, framesEvery: 4, progress: progress)
    }
    let paintings = try workers.map(2) { try $0 == 0 ? painted(by: learned) : painted(by: adam) }
    progress.finish()
    let names = [learned.name, adam.name]
    write(
      zip(names, paintings).map { name, painting in
        LossCurves(
          panel: "Painting", optimizer: name, learningRate: name == adam.name ? ArtRequest.adamRate : nil,
          losses: [painting.losses])
      })
    let content = try problems.problem(content: request.content.image).content
    var triple = Gallery.Triple(
      title: "\(request.title), \(width) x \(height)", credit: "",
      content: Gallery.Picture(content, alt: request.content.alt),
      styled: Gallery.Picture(paintings[0].image ?? content, alt: "\(request.title), painted by the learned optimizer"),
      style: Gallery.Picture(try request.style.image.square(side: side), alt: request.style.alt))
    triple.films = zip(names, paintings).map { Gallery.Film($0, frames: $1.frames.map { ($0.updates, $0.image) }) }
    triple.losses = lossTable(zip(names, paintings).map { ($0, $1) }, settings)
    write(try PNG.encode(triple.styled.image, text: pictureText(title: triple.styled.alt)), to: "styled.png")
    try show(Gallery([triple]), named: "painting")
    show(
      LossFigure([.init("Painting", title: request.title)], columns: 1, showsPaper: false), named: "losses",
      alt: "Loss over \(steps) steps of the learned optimizer and of ADAM")
    print("Painted \(request.title): \(folder)/styled.png")
  }
}
