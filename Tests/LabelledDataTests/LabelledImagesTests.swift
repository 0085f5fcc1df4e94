import LabelledData
import Testing

struct LabelledImagesTests {
  /// Image i is filled with the number i, label i mod 3.
  private let images = LabelledImages(
    width: 2, height: 2, channels: 3, classes: ["a", "b", "c"], pixels: (0..<6 * 12).map { Float($0 / 12) },
    labels: [0, 1, 2, 0, 1, 2])

  @Test func halvesShareNoImage() {
    let (practice, held) = images.halves
    #expect(Set(practice.pixels) == [0, 1, 2])
    #expect(Set(held.pixels) == [3, 4, 5])
    #expect(practice.labels == [0, 1, 2] && held.labels == [0, 1, 2])
    #expect(Set(held.halves.held.pixels(of: 0)) == [4])
  }

  @Test func aMinibatchIsCopiedFromASlice() {
    let held = images.halves.held
    var batch = [Float](repeating: -1, count: 24)
    batch.withUnsafeMutableBufferPointer { held.copyPixels(of: [2, 0], to: $0) }
    #expect(batch == [Float](repeating: 5, count: 12) + [Float](repeating: 3, count: 12))
  }

  @Test func classesAreRenumbered() {
    let two = images.onlyClasses([2, 0])
    #expect(two.labels == [1, 0, 1, 0])
    #expect(two.classes == ["c", "a"])
    #expect((0..<4).map { two.pixels(of: $0).first } == [0, 2, 3, 5])
  }

  @Test func averagingKeepsChannelsApart() {
    let image = LabelledImages(
      width: 3, height: 2, channels: 2, classes: ["a"], pixels: [1, 3, 9, 5, 7, 9, 2, 2, 9, 2, 2, 9], labels: [0])
    let small = image.averaged(2, times: 2)
    #expect(small.width == 1 && small.height == 1 && small.channels == 2)
    #expect(Array(small.pixels) == [8, 4])
  }
}
