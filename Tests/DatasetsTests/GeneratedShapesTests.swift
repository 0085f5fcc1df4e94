import Foundations
import GeneratedImages
import TestSupport
import Testing

@testable import Datasets

struct GeneratedShapesTests {
  @Test func sameSeedSameBytesWhateverTheThreadsAndCounts() {
    let shapes = GeneratedShapes.make(training: 260, test: 20, seed: 3, workers: .one)
    let again = GeneratedShapes.make(training: 300, test: 20, seed: 3, workers: Workers(3))
    #expect(again.training[0..<260].pixels == shapes.training.pixels)
    #expect(again.test.pixels == shapes.test.pixels && again.test.labels == shapes.test.labels)
    let other = GeneratedShapes.make(training: 20, test: 0, seed: 4, workers: .one)
    #expect(other.training.pixels != shapes.training[0..<20].pixels)
    #expect(shapes.training[0..<20].pixels != shapes.test.pixels)
  }

  @Test func imagesAreColouredAndEveryClassIsThere() {
    let shapes = GeneratedShapes.make(training: 300, test: 0, workers: .one).training
    #expect(Set(shapes.labels) == Set(0...9) && shapes.classes.count == 10)
    #expect(shapes.imageSize == 3072)
    var spread: Float = 0
    for image in 0..<shapes.count {
      let pixels = shapes.pixels(of: image)
      let low = pixels.min() ?? 0
      let high = pixels.max() ?? 0
      #expect(low >= 0 && high <= 1)
      spread += high - low
    }
    // No image is of one colour.
    #expect(spread / 300 > 0.5)
  }
}

struct StandInTests {
  private func folders(_ folder: TemporaryFolder) -> DataFolders { DataFolders(only: folder.path) }

  @Test func generatedDataNeverHasARealName() throws {
    let folder = try TemporaryFolder()
    for choice in [DatasetChoice.auto, .generated] {
      let digits = try Digits.load(choice, in: folders(folder), generating: 60).provenance
      let objects = try Objects.load(choice, in: folders(folder), generating: 50).provenance
      #expect(digits.name == "generated digits" && objects.name == "generated shapes")
      #expect(digits.isGenerated && objects.isGenerated)
      #expect(digits.note.contains("not found") == (choice == .auto))
    }
  }

  @Test func realDataThatIsMissingIsAnError() throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: FileError.self) { _ = try Digits.load(.real, in: folders(folder)).test.count }
    #expect(error.description.contains("fetch mnist") && error.exitCode == 3)
    #expect(throws: FileError.self) { _ = try Objects.load(.real, in: folders(folder)).test.count }
  }

  @Test func damagedRealDataIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    for file in MNIST.files { try folder.write("mnist/\(file.name)", [0, 0, 8, 1]) }
    #expect(throws: FileError.self) { _ = try Digits.load(.auto, in: folders(folder), generating: 60).test.count }
  }

  @Test func withoutANetworkTheStandInIsTakenAndSaid() throws {
    // A folder that cannot be made stands for every failure to fetch, with no word sent to the network.
    let folder = try TemporaryFolder()
    try folder.write("mnist", [1])
    let listener = FetcherTests.Listener()
    let digits = try Digits.load(.auto, in: folders(folder), fetching: listener.fetcher, generating: 60)
    #expect(digits.provenance.isGenerated)
    #expect(listener.text.contains("going on with generated digits"))
    #expect(throws: FileError.self) {
      _ = try Digits.load(.real, in: folders(folder), fetching: listener.fetcher).test.count
    }
  }
}
