import Foundation
import Imaging

/// Pictures to look at: photographs beside what an optimizer made of them, with films of how they came about.
public struct Gallery: Sendable, Equatable {
  /// A picture and what it shows, in a sentence, for those who do not see it.
  public struct Picture: Sendable, Equatable {
    public var image: Image
    public var alt: String

    public init(_ image: Image, alt: String) {
      self.image = image
      self.alt = alt
    }
  }

  /// A photograph, the painting that it became, and the painting whose style that has.
  public struct Triple: Sendable, Equatable {
    public var title: String
    /// Whose works these are.
    public var credit: String
    public var content: Picture
    public var styled: Picture
    public var style: Picture
    /// How the painting came about, by optimizer; all with the same steps.
    public var films: [Film] = []
    public var losses: TextTable?

    public init(title: String, credit: String, content: Picture, styled: Picture, style: Picture) {
      self.title = title
      self.credit = credit
      self.content = content
      self.styled = styled
      self.style = style
    }
  }

  /// Pictures of one optimizer after so many updates.
  public struct Film: Sendable, Equatable {
    public var optimizer: String
    public var frames: [(updates: Int, image: Image)]

    public init(_ optimizer: String, frames: [(updates: Int, image: Image)]) {
      self.optimizer = optimizer
      self.frames = frames
    }

    public static func == (a: Film, b: Film) -> Bool {
      a.optimizer == b.optimizer
        && a.frames.elementsEqual(b.frames) { $0.updates == $1.updates && $0.image == $1.image }
    }
  }

  public var triples: [Triple]
  /// What all of them have in common.
  public var caption: String?

  public init(_ triples: [Triple], caption: String? = nil) {
    self.triples = triples
    self.caption = caption
  }

  /// All triples below each other, one a row, or two where there are more than four.
  ///
  /// Pictures of more than eight are made smaller, for a file below a megabyte.
  ///
  /// - Throws: `SettingError` where there are none.
  public func contactSheet() throws -> Image {
    let images = triples.flatMap { [$0.content.image, $0.styled.image, $0.style.image] }
    let largest = images.map { max($0.width, $0.height) }.max() ?? 1
    let side = triples.count > 8 ? min(largest, 112) : largest
    return try Image.contactSheet(images.map { try $0.fitting(side) }, columns: triples.count > 4 ? 6 : 3)
  }
}

extension Image {
  /// The image in its proportions, its longer side as long as that.
  fileprivate func fitting(_ side: Int) throws -> Image {
    let longer = max(width, height)
    return try resized(width: max(1, width * side / longer), height: max(1, height * side / longer))
  }
}

/// A gallery as outputs.json has it: names of files and what is said beside them.
struct GalleryRecord: Codable, Sendable, Equatable {
  struct Picture: Codable, Sendable, Equatable {
    /// A file of the report.
    var file: String
    var alt: String
    var width: Int
    var height: Int
  }

  struct Film: Codable, Sendable, Equatable {
    var optimizer: String
    /// One picture with all frames side by side.
    var strip: Picture
  }

  struct Triple: Codable, Sendable, Equatable {
    var title: String
    var credit: String
    var content: Picture
    var styled: Picture
    var style: Picture
    var films: [Film]
    /// The updates before each frame.
    var steps: [Int]
    var losses: TextTable?
  }

  /// `<name>.png` is the contact sheet.
  var name: String
  var triples: [Triple]
  var caption: String?

  var pictures: [Picture] { triples.flatMap { [$0.content, $0.styled, $0.style] + $0.films.map(\.strip) } }
}

extension Notebook {
  /// Shows pictures to look at: files `<name>-<number>-<what>.png` and the contact sheet `<name>.png` of the report.
  ///
  /// - Throws: where a PNG cannot hold a text, or there are no pictures.
  public func show(_ gallery: Gallery, named name: String, line: Int = #line, fileID: String = #fileID) throws {
    func picture(_ picture: Gallery.Picture, _ file: String) throws -> GalleryRecord.Picture {
      write(try PNG.encode(picture.image, text: pictureText(title: picture.alt)), to: file)
      return GalleryRecord.Picture(
        file: file, alt: picture.alt, width: picture.image.width, height: picture.image.height)
    }
    let triples = try gallery.triples.enumerated().map { index, triple in
      let stem = "\(name)-\(index + 1)"
      let films = try triple.films.map { film in
        let steps = film.frames.map { "\($0.updates)" }.joined(separator: ", ")
        let side = min(64, max(triple.styled.image.width, triple.styled.image.height))
        let strip = try Image.contactSheet(
          film.frames.map { try $0.image.fitting(side) }, columns: film.frames.count, spacing: 0)
        return GalleryRecord.Film(
          optimizer: film.optimizer,
          strip: try picture(
            Gallery.Picture(strip, alt: "\(triple.title): \(film.optimizer) after \(steps) updates"),
            "\(stem)-\(film.optimizer.lowercased()).png"))
      }
      return GalleryRecord.Triple(
        title: triple.title, credit: triple.credit, content: try picture(triple.content, "\(stem)-content.png"),
        styled: try picture(triple.styled, "\(stem)-styled.png"), style: try picture(triple.style, "\(stem)-style.png"),
        films: films, steps: triple.films.first?.frames.map(\.updates) ?? [], losses: triple.losses)
    }
    write(
      try PNG.encode(try gallery.contactSheet(), text: pictureText(title: gallery.caption ?? name)), to: "\(name).png")
    attach(
      .gallery(gallery: GalleryRecord(name: name, triples: triples, caption: gallery.caption)), line: line,
      fileID: fileID)
  }
}
