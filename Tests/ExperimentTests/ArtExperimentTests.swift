import Foundation
import Foundations
import Imaging
import TestSupport
import Testing

@Suite(.serialized)
struct ArtExperimentTests {
  private static func rows(_ path: String) throws -> [Substring] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
  }

  @Test func neuralArtLeavesCurvesPartsAndPicturesTheSameForTheSameSeed() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let run = try SmokeRun.smoke("fig8-neural-art", folder)
    #expect(run.exitCode == 0, "\(run.complaints)")
    let report = folder.path + "/fig8-neural-art"
    for file in [
      "tuning.csv", "training.csv", "summary.csv", "losses.png", "losses.svg", "parts.png", "parts.svg", "gallery.png",
      "claims.json", "run.json", "index.html", "notebook.ipynb",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(report)/\(file)"), "\(file)")
    }
    // Header, and a row for each panel, optimizer and step.
    #expect(try Self.rows(report + "/summary.csv").count == 1 + 2 * 6 * 16)
    let curves = try Self.rows(report + "/curves.csv")
    // Two panels of six optimizers, two photographs, 16 steps.
    #expect(curves.count == 1 + 2 * 6 * 2 * 16)
    let losses = curves.dropFirst().compactMap { Float($0.split(separator: ",").last ?? "") }
    #expect(losses.count == curves.count - 1 && losses.allSatisfy { $0 > 1e4 && $0 < 1e10 })
    let parts = try Self.rows(report + "/parts.csv")
    #expect(parts.first == "panel,optimizer,trial,step,content,style,smoothness" && parts.count == curves.count)
    for (number, side) in [(1, 64), (2, 64), (3, 128), (4, 128)] {
      for part in ["content", "styled", "style"] {
        let image = try PNG.read("\(report)/gallery-\(number)-\(part).png")
        #expect(image.width == side && image.height == side)
      }
    }
    #expect(try PNG.read(report + "/gallery-1-lstm.png").width == 5 * 64, "after 0, 4, 8, 12 and 16 updates")
    try SmokeRun.expectRepeats(
      "fig8-neural-art", folder,
      files: ["curves.csv", "parts.csv", "tuning.csv", "training.csv", "gallery.png", "losses.png", "claims.json"])
  }

  @Test func updatesLeaveFiguresAndNumbersTheSameForTheSameSeed() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let trials = ["--trials", "3"]
    let run = try SmokeRun.smoke("fig10-updates", folder, trials)
    #expect(run.exitCode == 0, "\(run.complaints)")
    let report = folder.path + "/fig10-updates"
    #expect(try Self.rows(report + "/updates.csv").count == 1 + 2 * 3 * 16)
    #expect(try Self.rows(report + "/curves.csv").count == 1 + 16, "of the painting")
    for number in 1...3 {
      // 16 steps, three optimizers, 51 gradients.
      #expect(try Self.rows("\(report)/proposals-\(number).csv").count == 1 + 16 * 3 * 51)
      #expect(FileManager.default.fileExists(atPath: "\(report)/proposals-\(number).png"))
    }
    #expect(run.output.contains("Claims of the paper reproduced: "))
    #expect(run.output.contains("--trials has no effect: one painting is looked at."))
    try SmokeRun.expectRepeats(
      "fig10-updates", folder, trials, files: ["updates.csv", "proposals-1.csv", "updates.png", "claims.json"])
  }

  @Test func paintsOnePictureThatSomeoneBrings() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let (photograph, painting) = (folder.path + "/cat.png", folder.path + "/wave.png")
    var image = Image(width: 60, height: 40, channels: 3)
    for k in image.pixels.indices { image.pixels[k] = Float(k % 97) / 97 }
    try AtomicFile.write(PNG.encode(image), to: photograph)
    try AtomicFile.write(PNG.encode(image.grey()), to: painting)
    let run = try SmokeRun.smoke(
      "fig8-neural-art", folder, ["--content", photograph, "--style", painting, "--size", "48"])
    #expect(run.exitCode == 0, "\(run.complaints)")
    let styled = try PNG.read(folder.path + "/painting/styled.png")
    #expect(styled.width == 48 && styled.height == 32, "in the photograph's proportions")
    let curves = try Self.rows(folder.path + "/painting/curves.csv")
    #expect(curves.count == 1 + 2 * 16)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/fig8-neural-art/index.html"))
  }

  @Test func stylesOfAnyShapeWillDo() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let style = folder.path + "/style.png"
    var wide = Image(width: 20_000, height: 40, channels: 3)
    for k in wide.pixels.indices { wide.pixels[k] = Float(k % 89) / 89 }
    try AtomicFile.write(PNG.encode(wide), to: style)
    let run = try SmokeRun.smoke("fig8-neural-art", folder, ["--style", style, "--size", "32"])
    #expect(run.exitCode == 0, "\(run.complaints)")
    #expect(try PNG.read(folder.path + "/painting/styled.png").width == 32)
  }

  /// 32 x 32 pixels, red to the right, green downwards, the right half see-through.
  private static let sticker = """
    iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAANklEQVR42u3OsQkAIBAEwRUMvv+GtQgDkznY8GBWdaZ6aL38 \
    d9PXAQAAAAAAAAAAAAAAAAAAXFPdA25GyTf0AAAAAElFTkSuQmCC
    """

  @Test func aStyleMayBeTransparent() throws {
    let folder = try TemporaryFolder()
    let style = try folder.write(
      "sticker.png", [UInt8](try #require(Data(base64Encoded: Self.sticker, options: .ignoreUnknownCharacters))))
    let run = try SmokeRun.smoke("fig8-neural-art", folder, ["--style", style, "--size", "32"])
    #expect(run.exitCode == 0, "\(run.complaints)")
    #expect(try PNG.read(folder.path("painting/styled.png")).width == 32)
  }

  /// Well formed, but of a network with other layers.
  @Test func weightsOfAnotherNetworkAreSaidInOneSentence() throws {
    let folder = try TemporaryFolder()
    let weights = folder.path("weights/vgg19-conv-u8.safetensors")
    let own = URL(fileURLWithPath: #filePath + "/../../../Data/optimizers/fig3-mnist.safetensors").standardized
    try folder.write("weights/vgg19-conv-u8.safetensors", [UInt8](try Data(contentsOf: own)))
    let run = try SmokeRun.run(
      "fig8-neural-art",
      ["--preset", "smoke", "--dataset", "real", "--data", folder.path, "--output", folder.path("Reports")])
    #expect(run.exitCode == 3)
    #expect(run.complaints.split(separator: "\n").count == 1, "\(run.complaints)")
    #expect(run.complaints.contains(weights), "\(run.complaints)")
  }

  @Test func whatIsNoPictureIsSaidInOneSentence() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let (text, dot) = (folder.path + "/text.png", folder.path + "/dot.png")
    try AtomicFile.write("no picture".utf8, to: text)
    try AtomicFile.write(PNG.encode(Image(width: 1, height: 1, channels: 3)), to: dot)
    // With all data real the network's weights are read first.
    let weights = folder.path + "/weights/vgg19-conv-u8.safetensors"
    try FileManager.default.createDirectory(atPath: folder.path + "/weights", withIntermediateDirectories: true)
    try AtomicFile.write("no weights".utf8, to: weights)
    for (arguments, code) in [
      (["--dataset", "real", "--data", folder.path], 3),
      (["--style", text], 3), (["--content", dot], 3), (["--content", folder.path + "/none.png"], 3),
      (["--size", "7"], 2),
    ] as [([String], Int32)] {
      let run = try SmokeRun.smoke("fig8-neural-art", folder, arguments)
      #expect(run.exitCode == code, "\(arguments)")
      #expect(run.complaints.split(separator: "\n").count == 1, "\(run.complaints)")
    }
    // What someone brings is looked at before weights are read or fetched.
    for (arguments, complaint) in [
      (["--style", text], text), (["--content", dot], dot),
      (["--size", "7"], "--size is 7; expected 32 to 1024 pixels"),
    ] {
      let run = try SmokeRun.run(
        "fig8-neural-art",
        ["--preset", "smoke", "--dataset", "real", "--data", folder.path, "--output", folder.path] + arguments)
      #expect(run.complaints.hasPrefix("error: \(complaint)"), "\(run.complaints)")
    }
  }
}
