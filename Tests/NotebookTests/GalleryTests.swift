import Foundation
import Foundations
import Imaging
import TestSupport
import Testing

@testable import Notebook

@Suite("Gallery") struct GalleryTests {
  private static func picture(_ brightness: Float, _ alt: String) -> Gallery.Picture {
    Gallery.Picture(Image(width: 8, height: 8, channels: 3, filledWith: brightness), alt: alt)
  }

  /// A report with a gallery of two triples, the first with films.
  private func make(in output: String) throws {
    let notebook = try Notebook(
      "fig8-neural-art", options: try CommonOptions.parse(["--output", output, "--quiet"]), source: "/none/main.swift")
    var triples = (1...2).map { number in
      Gallery.Triple(
        title: "Picture <\(number)>", credit: "Someone & someone else", content: Self.picture(0.2, "A \"lake\""),
        styled: Self.picture(0.5, "A lake, painted"), style: Self.picture(0.8, "Waves"))
    }
    triples[0].films = ["LSTM", "ADAM"].map { name in
      Gallery.Film(name, frames: [0, 4, 8].map { ($0, Self.picture(Float($0) / 8, "").image) })
    }
    var losses = TextTable(["optimizer", "loss"])
    losses.append(["LSTM", "0.5"])
    triples[1].losses = losses
    try notebook.show(Gallery(triples, caption: "All at once"), named: "gallery")
    try notebook.finish()
  }

  @Test("Leaves a picture for each part, films as strips, and a sheet of all") func files() throws {
    let folder = try TemporaryFolder()
    try make(in: folder.path)
    func size(_ name: String) throws -> [Int] {
      let image = try PNG.read("\(folder.path)/fig8-neural-art/\(name).png")
      return [image.width, image.height]
    }
    for number in 1...2 {
      for part in ["content", "styled", "style"] { #expect(try size("gallery-\(number)-\(part)") == [8, 8]) }
    }
    #expect(try size("gallery-1-lstm") == [24, 8])
    #expect(try size("gallery-1-adam") == [24, 8])
    #expect(try size("gallery") == [3 * 10 + 2, 2 * 10 + 2])
  }

  @Test("The page opens pictures large without a script, and has a native slider") func page() throws {
    let folder = try TemporaryFolder()
    try make(in: folder.path)
    let page = try folder.text("fig8-neural-art/index.html")
    #expect(page.contains("<section id=\"pictures\""))
    for part in ["content", "styled", "style"] {
      #expect(page.contains("href=\"#gallery-1-\(part)\"") && page.contains("id=\"gallery-1-\(part)\""))
    }
    #expect(page.ranges(of: "<input type=\"range\"").count == 2)
    #expect(page.contains("<div class=\"compare\" hidden>"), "without a script there is no slider that does nothing")
    #expect(page.contains("alt=\"A &quot;lake&quot;\"") && page.contains("Picture &lt;1&gt;"))
    #expect(page.contains("<span>0</span><span>4</span><span>8</span>"))
    #expect(page.ranges(of: "class=\"reel\"").count == 1)
    #expect(!page.contains("alt=\"\""))
  }

  @Test("A rebuild gives the same page, and names a picture that is gone") func rebuild() throws {
    let folder = try TemporaryFolder()
    try make(in: folder.path)
    let before = try folder.text("fig8-neural-art/index.html")
    _ = try ReportWriter.rebuild(folder.path)
    #expect(try folder.text("fig8-neural-art/index.html") == before)
    unlink("\(folder.path)/fig8-neural-art/gallery-2-styled.png")
    _ = try ReportWriter.rebuild(folder.path)
    let after = try folder.text("fig8-neural-art/index.html")
    #expect(after.contains("Missing here.") && after.contains("gallery-2-styled.png: expected"))
    #expect(after.contains("id=\"gallery-1-styled\""))
  }

  @Test("A gallery without pictures is an error") func empty() throws {
    let folder = try TemporaryFolder()
    let notebook = try Notebook(
      "fig8-neural-art", options: try CommonOptions.parse(["--output", folder.path, "--quiet"]),
      source: "/none/main.swift")
    #expect(throws: SettingError.self) { try notebook.show(Gallery([]), named: "gallery") }
  }
}
