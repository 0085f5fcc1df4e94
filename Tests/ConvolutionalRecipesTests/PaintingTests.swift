import ConvolutionalOptimizees
import Datasets
import Foundations
import Imaging
import MetaTraining
import Notebook
import Optimizers
import Recipes
import TestSupport
import Testing

@testable import ConvolutionalRecipes

/// Generated photographs and paintings, and the small network of our own.
enum ArtFixture {
  static func materials() throws -> ArtMaterials { try ArtMaterials(.generated, in: DataFolders(), generating: 10) }
}

struct PaintingTests {
  private func problems() throws -> (art: NeuralArt, content: Image) {
    let materials = try ArtFixture.materials()
    let contents = try materials.contents(.test, workers: .one)
    return (try materials.problems(contents, side: 32), contents[0])
  }

  @Test func aFolderWithoutPhotographsForTestingIsNamed() throws {
    let folder = try TemporaryFolder()
    let grey = PNG.encode(Image(width: 32, height: 32, channels: 3, filledWith: 0.5))
    for name in 1...2 { try folder.write("photos/\(name).png", grey) }
    let materials = try ArtMaterials(.auto, in: DataFolders(data: folder.path, environment: [:]))
    let error = try #require(throws: FileError.self) { try materials.require() }
    #expect(error.file == folder.path("photos") && error.found == "2 in all, none of them for testing", "\(error)")
    #expect(throws: FileError.self) { _ = try materials.contents(.test, workers: .one) }
    try materials.require([.train, .validation])
  }

  @Test func whatIsGeneratedOrMissingIsNotTakenForThePapers() throws {
    let folder = try TemporaryFolder()
    func picture(_ name: String) throws {
      try folder.write(name, PNG.encode(Image(width: 32, height: 32, channels: 3, filledWith: 0.5)))
    }
    func materials() throws -> ArtMaterials {
      try ArtMaterials(.auto, in: DataFolders(data: folder.path, environment: [:]))
    }
    for name in 1...3 { try picture("photos/\(name).png") }
    #expect(try materials().areGenerated, "the paintings are")
    try picture("paintings/the_scream.png")
    let one = try materials()
    #expect(!one.areGenerated)
    #expect(throws: FileError.self) { try one.require() }
    try picture("paintings/a_wave.png")
    try picture("paintings/boats.png")
    let all = try materials()
    try all.require()
    #expect(all.painting(ArtRecipe.testStyle, orPlace: 1).name == "the_scream")
    #expect(all.painting(ArtRecipe.practiceStyle, orPlace: 0).name == "a_wave")
    #expect(all.painting("none", orPlace: 7).name == "boats")
  }

  @Test func noOthersAreLookedForInPlaceOfWhatSomeoneBrings() throws {
    let folder = try TemporaryFolder()
    try folder.write("cat.png", PNG.encode(Image(width: 40, height: 32, channels: 1, filledWith: 0.5)))
    let cat = try ArtRequest.Own(folder.path("cat.png"))
    func materials(_ content: ArtRequest.Own?, _ style: ArtRequest.Own?, _ arguments: [String] = []) throws
      -> (counts: [Int], sources: [String])
    {
      let notebook = try Notebook(
        "fig0-test",
        options: CommonOptions.parse(["--quiet", "--dataset", "generated", "--output", folder.path] + arguments))
      let found = try notebook.artMaterials(bringing: content, style, painting: true, generating: 6)
      notebook.sayHowArtDiffers(found)
      return ([found.photographs.count, found.paintings.count], found.provenances.map(\.name))
    }
    let both = try materials(cat, cat)
    #expect(both.counts == [0, 0] && both.sources == ["a small network of our own"])
    #expect(try materials(cat, nil).counts == [0, 12])
    #expect(try materials(nil, cat).counts == [6, 0])
    #expect(try materials(cat, cat, ["--retrain"]).counts == [6, 12], "training takes both")
    let file = try #require(cat.provenance.files.first)
    #expect(file.name == "cat.png" && file.bytes > 50 && file.sha256.count == 64)
  }

  @Test func partsAddUpToTheLossAndItFalls() throws {
    let (art, content) = try problems()
    let painting = try art.painting(over: content, by: Adam(learningRate: 5), steps: 12)
    #expect(painting.losses.count == 12 && painting.parts.count == 12)
    for (loss, parts) in zip(painting.losses, painting.parts) { #expect(loss == art.settings.loss(of: parts)) }
    #expect(painting.losses[11] < painting.losses[0])
    #expect(painting.parts[0].content == 0, "it starts from the content")
  }

  @Test func keepsThePicturesThatAreAskedForAndTheLast() throws {
    let (art, content) = try problems()
    let painting = try art.painting(over: content, by: Adam(learningRate: 5), steps: 10, framesEvery: 4)
    #expect(painting.frames.map(\.updates) == [0, 4, 8, 10])
    let start = try art.problem(content: content).content
    #expect(painting.frames[0].image.bytes == start.bytes)
    #expect(painting.image?.bytes != start.bytes)
    #expect(painting.image?.pixels.allSatisfy { (0...1).contains($0) } == true)
    #expect(try art.painting(over: content, by: Adam(learningRate: 5), steps: 10).frames.map(\.updates) == [10])
  }

  @Test func watcherSeesEachGradientAndUpdate() throws {
    let (art, content) = try problems()
    let rate: Float = 0.003
    var steps: [Int] = []
    _ = try art.painting(over: content, by: SGD(learningRate: rate), steps: 3) { step, gradient, update in
      steps.append(step)
      // The update is seen after rounding to pixels of up to 255.
      let isSGD = zip(gradient, update).allSatisfy { abs($1 + rate * $0) < 1e-4 }
      #expect(isSGD)
    }
    #expect(steps == [1, 2, 3])
  }

  @Test func whatDivergesIsNotANumberToTheEnd() throws {
    let (art, content) = try problems()
    let painting = try art.painting(over: content, by: SGD(learningRate: 1e30), steps: 6, framesEvery: 2)
    #expect(painting.losses.count == 6 && painting.parts.count == 6)
    #expect(painting.frames.map(\.updates) == [0, 2, 4, 6], "as many as of any other")
    #expect(painting.losses[0].isFinite && painting.losses[5].isNaN)
  }

  @Test func lbfgsCountsEvaluationsAndNeverRises() throws {
    let (art, content) = try problems()
    let painting = try art.painting(over: content, by: LBFGS(), evaluations: 15)
    #expect(painting.losses.count == 15)
    let falls = zip(painting.losses, painting.losses.dropFirst()).allSatisfy { $1 <= $0 }
    #expect(falls && painting.losses[14] < painting.losses[0])
  }
}

struct ArtRecipeTests {
  @Test func meetsTheSplitsThatItIsMeantFor() throws {
    let materials = try ArtFixture.materials()
    let splits = Pictures.Split.allCases.map { split in
      Set(materials.photographs.only(split).entries.map(\.name))
    }
    #expect(splits.allSatisfy { !$0.isEmpty })
    #expect(splits.reduce(0) { $0 + $1.count } == materials.photographs.count, "no photograph is in two of them")
    let exam = try ArtExam("Art 64", materials, style: "none", side: 32, steps: 4, trials: 9, workers: .one)
    #expect(Set(exam.contents.map(\.name)) == splits[2])
  }

  @Test func gradientsOfPixelsAreAlikeAtAllSizes() throws {
    let materials = try ArtFixture.materials()
    let content = try materials.contents(.test, workers: .one)[0]
    func size(_ side: Int) throws -> Double {
      let art = try materials.problems([], side: side)
      var mean = 0.0
      _ = try art.painting(over: content, by: SGD(learningRate: 0), steps: 1) { _, gradient, _ in
        mean = gradient.reduce(0) { $0 + Double(abs($1)) } / Double(gradient.count)
      }
      return mean
    }
    let (small, large) = (try size(32), try size(64))
    #expect(small > 10 && large / small > 0.4 && large / small < 2.5, "\(small), \(large)")
  }

  @Test func settingsAsTextTellRecipesApart() {
    #expect(Set([Preset.smoke, .quick, .paper].map { settingsText(ArtRecipe.preset($0)) }).count == 3)
    for lesson in ArtRecipe.preset(.paper).lessons {
      #expect(lesson.stage.horizon == 128 && lesson.stage.unroll == 32, "as in the paper")
    }
  }
}

struct ArtRequestTests {
  private func request(_ image: Image?, size: Int = 64) throws -> ArtRequest {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path + "/own.png"
    if let image {
      try AtomicFile.write(PNG.encode(image), to: path)
    } else {
      try AtomicFile.write("text".utf8, to: path)
    }
    let own = try ArtRequest.Own(path)
    return try ArtRequest(content: own, style: own, size: size, ArtFixture.materials())
  }

  @Test func wantsPicturesOfSomeSize() {
    #expect(throws: FileError.self) { try request(nil) }
    #expect(throws: FileError.self) { try request(Image(width: 1, height: 1, channels: 3)) }
    #expect(throws: SettingError.self) { try request(Image(width: 40, height: 40, channels: 3), size: 16) }
    #expect(throws: SettingError.self) { try request(Image(width: 40, height: 40, channels: 3), size: 5000) }
  }

  @Test func takesGreyAndVeryWidePictures() throws {
    let grey = try request(Image(width: 80, height: 40, channels: 1, filledWith: 0.5))
    #expect(grey.content.image.channels == 3 && grey.shape.width == 64 && grey.shape.height == 32)
    let wide = try request(Image(width: 20_000, height: 40, channels: 3))
    #expect(wide.shape.width == 64 && wide.shape.height == 32, "no side gets shorter than the network can look at")
  }
}
