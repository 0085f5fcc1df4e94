import LabelledData
import Testing

struct LabelledImagesTests {
  /// Image i is filled with one number, i or byte 51 i, label i mod 3; kept as numbers, and as bytes.
  enum Kept: CaseIterable {
    case numbers, bytes

    var images: LabelledImages {
      let labels: [UInt8] = [0, 1, 2, 0, 1, 2]
      return switch self {
      case .numbers:
        LabelledImages(
          width: 2, height: 2, channels: 3, classes: ["a", "b", "c"], pixels: (0..<72).map { Float($0 / 12) },
          labels: labels)
      case .bytes:
        LabelledImages(
          width: 2, height: 2, channels: 3, classes: ["a", "b", "c"], bytes: (0..<72).map { UInt8($0 / 12 * 51) },
          labels: labels)
      }
    }

    /// The pixels of image i.
    func pixel(_ image: Int) -> Float {
      switch self {
      case .numbers: Float(image)
      case .bytes: Float(51 * image) * (1 / 255)
      }
    }
  }

  @Test(arguments: Kept.allCases) func halvesShareNoImage(_ kept: Kept) {
    let (practice, held) = kept.images.halves
    #expect(Set(practice.pixels) == Set((0...2).map(kept.pixel)))
    #expect(Set(held.pixels) == Set((3...5).map(kept.pixel)))
    #expect(practice.labels == [0, 1, 2] && held.labels == [0, 1, 2])
    #expect(Set(held.halves.held.pixels(of: 0)) == [kept.pixel(4)])
  }

  @Test(arguments: Kept.allCases) func aMinibatchIsCopiedFromASlice(_ kept: Kept) {
    let held = kept.images.halves.held
    var batch = [Float](repeating: -1, count: 24)
    batch.withUnsafeMutableBufferPointer { held.copyPixels(of: [2, 0], to: $0) }
    #expect(batch == [Float](repeating: kept.pixel(5), count: 12) + [Float](repeating: kept.pixel(3), count: 12))
  }

  @Test(arguments: Kept.allCases) func whatLiesBetweenRowsStaysAsItIs(_ kept: Kept) {
    let order = [4, 0, 2, 5, 1]
    var batch = [Float](repeating: -1, count: 5 * 16)
    batch.withUnsafeMutableBufferPointer { kept.images.copyPixels(of: order, to: $0, stride: 16) }
    let rows = order.map { [Float](repeating: kept.pixel($0), count: 12) + [Float](repeating: -1, count: 4) }
    #expect(batch == Array(rows.joined()))
  }

  @Test(arguments: Kept.allCases) func classesAreRenumbered(_ kept: Kept) {
    let two = kept.images.onlyClasses([2, 0])
    #expect(two.labels == [1, 0, 1, 0])
    #expect(two.classes == ["c", "a"])
    #expect((0..<4).map { two.pixels(of: $0).first } == [0, 2, 3, 5].map(kept.pixel))
    #expect(two[1..<3].chosen([1, 0]).pixels(of: 0).last == kept.pixel(3), "chosen from a slice")
  }

  @Test func averagingKeepsChannelsApart() {
    let image = LabelledImages(
      width: 3, height: 2, channels: 2, classes: ["a"], pixels: [1, 3, 9, 5, 7, 9, 2, 2, 9, 2, 2, 9], labels: [0])
    let small = image.averaged(2, times: 2)
    #expect(small.width == 1 && small.height == 1 && small.channels == 2)
    #expect(small.pixels == [8, 4])
  }

  @Test(arguments: Kept.allCases) func marginsAreCutOnAllFourSides(_ kept: Kept) {
    // Two channels of 5 x 4 pixels, row and column as digits; image 1 is 100 brighter.
    var values: [UInt8] = []
    for first in [0, 50, 100, 150, 0, 50] as [UInt8] {
      for y in 0..<4 as Range<UInt8> { values += (0..<5).map { first + 10 * y + $0 } }
    }
    let images =
      kept == .bytes
      ? LabelledImages(width: 5, height: 4, channels: 2, classes: ["a"], bytes: values, labels: [0, 0, 0])
      : LabelledImages(
        width: 5, height: 4, channels: 2, classes: ["a"], pixels: values.map { Float($0) / 255 }, labels: [0, 0, 0])
    // Of a slice, whose images do not begin where the pixels do.
    let small = images[1..<3].withoutMargin(1)
    #expect(small.width == 3 && small.height == 2 && small.channels == 2 && small.count == 2)
    #expect(
      small.pixels.map { ($0 * 255).rounded() } == [
        111, 112, 113, 121, 122, 123, 161, 162, 163, 171, 172, 173, 11, 12, 13, 21, 22, 23, 61, 62, 63, 71, 72, 73,
      ])
    #expect(images.withoutMargin(0).pixels == images.pixels)
  }

  @Test func everyByteIsItsShareOf255() {
    let bytes = LabelledImages(
      width: 16, height: 16, channels: 1, classes: ["a"], bytes: (0...255).map { UInt8($0) }, labels: [0])
    #expect(bytes.pixels == (0...255).map { Float($0) * (1 / 255) })
    #expect(bytes.pixels.first == 0 && bytes.pixels.last == 1)
  }
}
