import Foundations
import Testing

@testable import DataFormats

struct IDXTests {
  private func read(_ bytes: [UInt8], limit: Int = IDX.limit) throws -> IDX {
    try IDX(from: MemorySource(bytes, name: "memory"), limit: limit)
  }

  @Test(arguments: [
    (IDX.ElementType.uint8, [200, 1] as [UInt8], [200, 1]), (.int8, [0xFF, 1], [-1, 1]),
    (.int16, [0xFF, 0xFE, 0, 3], [-2, 3]), (.int32, [0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], [65536, -1]),
    (.float32, [0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0], [1, -2]),
    (.float64, [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xBF, 0xE0, 0, 0, 0, 0, 0, 0], [1.5, -0.5]),
  ])
  func everyElementTypeIsRead(type: IDX.ElementType, bytes: [UInt8], values: [Double]) throws {
    let array = IDX(type: type, shape: [1, 2], bytes: bytes)
    #expect(try read(array.encoded) == array)
    #expect(array.values == values)
  }

  @Test(arguments: 1...4) func upToFourDimensionsAreRead(rank: Int) throws {
    let shape = Array([2, 3, 1, 4].prefix(rank))
    let array = IDX(type: .int16, shape: shape, bytes: (0..<2 * shape.reduce(1, *)).map { UInt8($0) })
    #expect(try read(array.encoded) == array)
  }

  @Test func everyCutAndEveryExtraByteIsRefused() {
    let whole = IDX(type: .int16, shape: [2, 3], bytes: [UInt8](0..<12)).encoded
    for count in whole.indices {
      #expect(throws: FileError.self, "cut to \(count) bytes") { try read(Array(whole[..<count])) }
    }
    #expect(throws: FileError.self) { try read(whole + [0]) }
  }

  @Test(
    arguments: [
      [1, 0, 8, 1, 0, 0, 0, 0], [0, 0, 10, 1, 0, 0, 0, 0], [0, 0, 8, 0],
      [0, 0, 8, 5] + [UInt8](repeating: 1, count: 40),
      [0, 0, 14, 4] + [UInt8](repeating: 0xFF, count: 16), [0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF],
    ] as [[UInt8]])
  func nonsenseIsRefusedBeforeMemoryIsTaken(bytes: [UInt8]) {
    #expect(throws: FileError.self) { try read(bytes) }
  }

  @Test func limitHolds() throws {
    let array = IDX(type: .uint8, shape: [11], bytes: [UInt8](0..<11))
    #expect(try read(array.encoded, limit: 11) == array)
    #expect(throws: FileError.self) { try read(array.encoded, limit: 10) }
  }
}
