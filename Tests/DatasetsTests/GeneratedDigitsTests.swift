import Foundations
import GeneratedImages
import LabelledData
import TestSupport
import Testing

@testable import Datasets

struct GeneratedDigitsTests {
  private static let shared = GeneratedDigits.make(training: 1200, test: 300, seed: 3, workers: .one)
  private let digits = GeneratedDigitsTests.shared

  @Test func sameSeedSameBytesWhateverTheThreadsAndCounts() {
    let again = GeneratedDigits.make(training: 1700, test: 300, seed: 3, workers: Workers(3))
    #expect(again.training[0..<1200].pixels == digits.training.pixels)
    #expect(again.test.pixels == digits.test.pixels && again.test.labels == digits.test.labels)
  }

  @Test func otherSeedsAndSplitsGiveOtherImages() {
    let other = GeneratedDigits.make(training: 300, test: 300, seed: 4, workers: .one)
    #expect(other.training.pixels != digits.training[0..<300].pixels)
    #expect(other.test.pixels != other.training.pixels)
  }

  @Test func statisticsAreMNISTs() {
    let pixels = digits.training.pixels
    let mean = pixels.reduce(0) { $0 + Double($1) } / Double(pixels.count)
    let square = pixels.reduce(0) { $0 + Double($1 * $1) } / Double(pixels.count)
    // MNIST's training images have .1307 and .3081.
    #expect(abs(mean - 0.131) < 0.01)
    #expect(abs((square - mean * mean).squareRoot() - 0.308) < 0.02)
    #expect(pixels.allSatisfy { (0...1).contains($0) })
    #expect(Set(digits.training.labels) == Set(0...9))
  }

  @Test func classesCanBeToldApartButNotTrivially() {
    // Nearest class mean over every fourth pixel; over all it is right for 0.82 of MNIST's test images.
    func thinned(_ images: LabelledImages, _ image: Int) -> [Float] {
      let pixels = images.pixels(of: image)
      return stride(from: pixels.startIndex, to: pixels.endIndex, by: 4).map { pixels[$0] }
    }
    var sums = [[Float]](repeating: [Float](repeating: 0, count: 196), count: 10)
    var counts = [Float](repeating: 0, count: 10)
    for image in 0..<600 {
      let label = Int(digits.training.labels[image])
      counts[label] += 1
      sums[label] = zip(sums[label], thinned(digits.training, image)).map(+)
    }
    let means = zip(sums, counts).map { sum, count in sum.map { $0 / count } }
    var right = 0
    for image in 0..<digits.test.count {
      let pixels = thinned(digits.test, image)
      let distances = means.map { mean in zip(mean, pixels).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      if distances.indices.min(by: { distances[$0] < distances[$1] }) == Int(digits.test.labels[image]) { right += 1 }
    }
    #expect((180...285).contains(right), "\(right) of 300")
  }

  @Test func standInsSaySo() throws {
    let folder = try TemporaryFolder()
    let folders = try DataFolders(environment: ["L2L_DATA": folder.path], workingDirectory: folder.path)
    let digits = try Digits.load(.generated, in: folders, generating: 600)
    #expect(digits.training.count == 600 && digits.test.count == 100)
    let provenance = digits.provenance
    #expect(provenance.isGenerated && provenance.name == "generated digits" && provenance.files.isEmpty)
  }
}
