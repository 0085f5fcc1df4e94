import DataFormats
import Foundation
import Foundations
import GeneratedImages
import Imaging
import TestSupport
import Testing

@testable import Datasets

struct PicturesTests {
  private func png(_ brightness: Float, width: Int = 6, height: Int = 4) -> [UInt8] {
    PNG.encode(Image(width: width, height: height, channels: 3, filledWith: brightness))
  }

  @Test func aListSaysWhatPicturesAreForAndWhoseTheyAre() throws {
    let folder = try TemporaryFolder()
    try folder.write("photos/b.png", png(1))
    try folder.write("photos/a.png", png(0))
    try folder.write("photos/unlisted.png", png(0.5))
    let sum = SHA256Sum.of(png(1))
    try folder.write(
      "photos/photos.csv",
      Array(
        "file,split,licence,attribution,sha256\r\nb.png,test,CC0,\"Someone, \"\"S\"\"\",\(sum)\r\na.png,train,,,\n".utf8
      ))
    let photos = try Photographs.load(.real, in: DataFolders(only: folder.path))
    #expect(photos.entries.map(\.name) == ["b", "a"])
    #expect(photos.only(.test).entries.map(\.attribution) == ["Someone, \"S\""])
    #expect(try photos.image(0)[0, 0] == 1)
    #expect(photos.place(of: "A") == 1)
    #expect(!photos.provenance.isVerified)
    #expect(
      photos.provenance.files == [
        .init(name: "photos/b.png", bytes: png(1).count, sha256: sum),
        .init(name: "photos/a.png", bytes: png(0).count, sha256: SHA256Sum.of(png(0))),
      ])
  }

  @Test func sumsMayBeInCapitalsAndAWorkHasAMaker() throws {
    let folder = try TemporaryFolder()
    try folder.write("paintings/a.png", png(0.5))
    let sum = SHA256Sum.of(png(0.5))
    let list = "file,work,attribution,sha256\na.png,Starry Night,Van Gogh,\(sum.uppercased())\n"
    try folder.write("paintings/paintings.csv", Array(list.utf8))
    let folders = DataFolders(only: folder.path)
    let paintings = try Paintings.load(.real, in: folders)
    #expect(paintings.entries.map(\.attribution) == ["Starry Night, Van Gogh"])
    #expect(try paintings.image(0).width == 6)
    #expect(paintings.provenance.isVerified && paintings.provenance.files.map(\.sha256) == [sum])
    #expect(Holding(.paintings, in: folders).state == .verified)
  }

  @Test func aListWithoutRowsOrPicturesIsMissing() throws {
    let folder = try TemporaryFolder()
    let folders = DataFolders(only: folder.path)
    let list = try folder.write("photos/photos.csv", Array("file,split\n".utf8))
    #expect(Holding(.photos, in: folders).state == .missing)
    #expect(try Pictures.find(.photos, in: folders)?.count == nil)
    try folder.write("photos/photos.csv", Array("file,split\na.png,test\n".utf8))
    let picture = FileError(
      folder.path("photos/a.png"), expected: "a file that \(list) lists", found: "none",
      remedy: "take it out of the list")
    #expect(Holding(.photos, in: folders).state == .damaged(picture))
  }

  @Test func picturesThatAreMissingAreAskedForAsTheyCanBeHad() throws {
    let folder = try TemporaryFolder()
    let folders = DataFolders(only: folder.path)
    let photos = try #require(throws: FileError.self) { _ = try Photographs.load(.real, in: folders).count }
    #expect(photos.remedy.hasPrefix("fetch them with `swift run datasets fetch photos`, or"))
    let paintings = try #require(throws: FileError.self) { _ = try Paintings.load(.real, in: folders).count }
    #expect(paintings.remedy.hasPrefix("bring your own with `swift run datasets fetch paintings --from DIR`, or"))
  }

  @Test func anyFolderWillDoInSubfoldersToo() throws {
    let folder = try TemporaryFolder()
    for index in 0..<20 { try folder.write("paintings/n\(index % 3)/\(index).PNG", png(Float(index) / 20)) }
    try folder.write("paintings/readme.txt", [1])
    let paintings = try Paintings.load(.auto, in: DataFolders(only: folder.path))
    #expect(paintings.count == 20)
    #expect(try paintings.squares(side: 2).allSatisfy { $0.width == 2 && $0.height == 2 })
    #expect(Holding(.paintings, in: DataFolders(only: folder.path)).files.count == 20)
    #expect(Set(paintings.provenance.files.map(\.sha256)).count == 20 && !paintings.provenance.isVerified)
  }

  @Test func whatIsNoPictureDoesNotCount() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b/c.png"] { try folder.write("photos/\(name)", png(0.5)) }
    for name in ["._a.png", "__MACOSX/b/._c.png", "__MACOSX/d.png", ".Trash/e.png", "f.png/g.txt"] {
      try folder.write("photos/\(name)", [0, 5, 22, 7])
    }
    #expect(Pictures.files(in: folder.path("photos")) == ["a.png", "b/c.png"])
    #expect(Holding(.photos, in: DataFolders(only: folder.path)).state == .unknown)
    let other = try folder.write("photos/b/jpeg.png", [0xFF, 0xD8, 0xFF])
    guard case .damaged(let error) = Holding(.photos, in: DataFolders(only: folder.path)).state else {
      Issue.record("another kind of file passes for a picture")
      return
    }
    #expect(error.file == other && error.found == "another kind of file")
  }

  @Test(
    "Of few pictures enough are for testing", arguments: [(12, [4, 4, 4]), (49, [17, 16, 16]), (60, [48, 6, 6])])
  func splits(count: Int, sizes: [Int]) throws {
    let folder = try TemporaryFolder()
    for index in 0..<count { try folder.write("photos/\(index).png", png(Float(index) / 60)) }
    let photos = try Photographs.load(.real, in: DataFolders(only: folder.path))
    #expect(Pictures.Split.allCases.map { photos.only($0).count } == sizes)
  }

  @Test func whatAPictureIsForTellsSetsApart() throws {
    let folder = try TemporaryFolder()
    try folder.write("photos/a.png", png(0.5))
    func digest(_ list: String?) throws -> String {
      if let list { try folder.write("photos/photos.csv", Array(list.utf8)) }
      return Provenance.digest([try Photographs.load(.real, in: DataFolders(only: folder.path)).provenance])
    }
    let digests = [
      try digest(nil), try digest("file,split\na.png,validation\n"), try digest("file,split\na.png,test\n"),
    ]
    #expect(Set(digests).count == 3, "what was practised on must not be tested on")
    #expect(try digest(nil) == digests[2])
  }

  @Test func whatAPaintingIsForDoesNot() throws {
    let folder = try TemporaryFolder()
    try folder.write("paintings/a.png", png(0.5))
    let digests = try ["validation", "test"].map { purpose in
      try folder.write("paintings/paintings.csv", Array("file,split\na.png,\(purpose)\n".utf8))
      return Provenance.digest([try Paintings.load(.real, in: DataFolders(only: folder.path)).provenance])
    }
    #expect(digests[0] == digests[1], "a painting's style is taken by its name")
  }

  @Test func aPurposeThatIsNoneIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("photos/a.png", png(0.5))
    try folder.write("photos/photos.csv", Array("file,split\na.png,Test\n".utf8))
    #expect(try Photographs.load(.real, in: DataFolders(only: folder.path)).only(.test).count == 1)
    try folder.write("photos/photos.csv", Array("file,split\na.png,dev\n".utf8))
    let error = try #require(throws: FileError.self) {
      _ = try Photographs.load(.real, in: DataFolders(only: folder.path)).count
    }
    #expect(error.file.hasSuffix("photos.csv") && error.found == "\"dev\"")
  }

  @Test func aLinkToAFolderIsFollowed() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    try other.write("mine/a.png", png(0.5))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("photos"), withDestinationPath: other.path("mine"))
    #expect(try Photographs.load(.real, in: DataFolders(only: folder.path)).count == 1)
  }

  @Test func aFileThatIsNotTheListedOneIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("photos/a.png", png(0.5))
    try folder.write("photos/photos.csv", Array("file,sha256\na.png,0123\n".utf8))
    let photos = try Photographs.load(.real, in: DataFolders(only: folder.path))
    let error = try #require(throws: FileError.self) { _ = try photos.image(0).width }
    #expect(error.file == path)
    #expect(Holding(.photos, in: DataFolders(only: folder.path)).state == .damaged(error))
  }

  @Test(arguments: [
    "file\nabsent.png\n", "file\n../a.png\n", "file\n/etc/a.png\n", "name\na.png\n", "file\n\"a.png\n", "file\na,b\n",
    "file\n", "",
  ])
  func damagedListsAreErrors(list: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("photos/a.png", png(0.5))
    try folder.write("photos/photos.csv", Array(list.utf8))
    #expect(throws: FileError.self) { _ = try Photographs.load(.auto, in: DataFolders(only: folder.path)).count }
  }

  @Test func aPictureThatIsNoneIsNamedWhenItIsRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("photos/a.png", png(0.5))
    let path = try folder.write("photos/b.png", Array("no picture".utf8))
    let photos = try Photographs.load(.real, in: DataFolders(only: folder.path))
    let error = try #require(throws: FileError.self) { _ = try photos.squares(side: 8).count }
    #expect(error.file == path)
  }

  @Test func standInsAreTheSameForTheSameSeedAndInColour() throws {
    let folder = try TemporaryFolder()
    let landscapes = try Photographs.load(.auto, in: DataFolders(only: folder.path), generating: 5)
    let paintings = try Paintings.load(.generated, in: DataFolders(only: folder.path), generating: 3)
    #expect(landscapes.provenance.isGenerated && landscapes.provenance.name == "generated landscapes")
    #expect(landscapes.provenance.note.hasSuffix("; photographs were not found"))
    #expect(paintings.provenance.isGenerated && paintings.provenance.name == "generated paintings")
    #expect(Pictures.Split.allCases.map { landscapes.only($0).count } == [3, 1, 1])
    for (pictures, again, other) in [
      (landscapes, GeneratedLandscapes.make(3), GeneratedLandscapes.make(3, seed: 1)),
      (paintings, GeneratedPaintings.make(3), GeneratedPaintings.make(3, seed: 1)),
    ] {
      for place in 0..<3 {
        let image = try pictures.image(place)
        #expect(try image == again.image(place))
        #expect(try image != other.image(place))
        #expect(image.pixels.allSatisfy { (0...1).contains($0) })
        #expect((image.pixels.max() ?? 0) - (image.pixels.min() ?? 0) > 0.4)
      }
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["L2L_DATA"] != nil))
  func thePreparedPicturesAreThoseOfTheirLists() throws {
    let folders = try DataFolders()
    for set in [Catalogue.photos, .paintings] {
      guard let pictures = try Pictures.find(set, in: folders), pictures.provenance.isVerified else { continue }
      #expect(try Pictures.isVerified(set, in: folders))
    }
  }
}
