import Foundation
import Foundations
import Imaging
import Testing

#if canImport(Glibc)
  import Glibc
#endif

struct PNGDamageTests {
  private func refused(_ bytes: [UInt8], _ comment: Comment) {
    let error = #expect(throws: FileError.self, comment) { try PNG.decode(bytes, name: "damaged.png") }
    #expect(error?.file == "damaged.png" && error?.exitCode == 3, comment)
  }

  private let small = PNGMaker(width: 5, height: 4, .rgb, depth: 8) { x, y, channel in x * 50 + y + channel }

  @Test func truncatedAtEveryBoundary() {
    var interlaced = small
    interlaced.interlaced = true
    for bytes in [small.bytes, interlaced.bytes] {
      for count in 0..<bytes.count { refused(Array(bytes[..<count]), "first \(count) bytes") }
    }
  }

  @Test func everyDamagedByteIsNoticed() {
    // Every byte is covered by the signature, a length, a chunk's name or a checksum.
    let bytes = small.bytes
    for i in bytes.indices {
      var damaged = bytes
      damaged[i] ^= 0x10
      refused(damaged, "byte \(i)")
    }
  }

  @Test func wrongHeadersAreRefused() {
    let rest = PNGMaker.chunk("IDAT", PNGMaker.deflated([0, 0])) + PNGMaker.chunk("IEND", [])
    func file(_ header: [UInt8]) -> [UInt8] { PNGMaker.signature + header + rest }
    for (width, height, depth, colour, interlace) in [
      (0, 1, 8, 0, 0), (1, 0, 8, 0, 0), (0, 0, 8, 0, 0), (1, 1, 0, 2, 0), (1, 1, 3, 0, 0), (1, 1, 8, 1, 0),
      (1, 1, 8, 9, 0), (1, 1, 4, 2, 0), (1, 1, 16, 3, 0), (1, 1, 8, 0, 2), (1, 1, 8, 3, 0),
      (0x7FFF_FFFF, 0x7FFF_FFFF, 16, 6, 0), (0xFFFF_FFFF, 1, 8, 0, 0), (100_000, 100_000, 8, 2, 0),
      (30_000, 30_000, 8, 2, 1), (5000, 5000, 16, 6, 1),
    ] as [(UInt32, UInt32, UInt8, UInt8, UInt8)] {
      let header = PNGMaker.header(width: width, height: height, depth: depth, colour: colour, interlace: interlace)
      refused(file(header), "\(width) x \(height), \(depth) bits, colour type \(colour)")
    }
    refused(file([]), "no header")
    refused(file(PNGMaker.chunk("IHDR", [0, 0, 0, 1])), "short header")
  }

  @Test func wrongFilesAreRefused() {
    refused([], "empty")
    refused(Array("GIF89a".utf8), "another format")
    refused(PNGMaker.signature, "signature alone")
    refused([UInt8](repeating: 0, count: 100_000), "zeros")
    // As made by transfers in text mode.
    refused(Array(small.bytes[..<4]) + [0x0A, 0x1A, 0x0A] + Array(small.bytes[8...]), "newlines changed")
    let head = PNGMaker.signature + PNGMaker.header(width: 1, height: 1, depth: 8, colour: 0)
    refused(head + PNGMaker.chunk("IEND", []), "no image data")
    refused(head + PNGMaker.chunk("IDAT", [1, 2, 3]) + PNGMaker.chunk("IEND", []), "no zlib stream")
    refused(head + PNGMaker.chunk("IDAT", PNGMaker.deflated([9, 0])) + PNGMaker.chunk("IEND", []), "no such filter")
    refused(head + PNGMaker.chunk("ABCD", []) + Array(small.bytes[33...]), "unknown critical chunk")
    var palette = PNGMaker(width: 4, height: 1, .palette, depth: 2) { x, _, _ in x }
    palette.palette = [[0, 0, 0], [1, 1, 1]]
    // As in every viewer, colours that the palette does not have are black.
    #expect(throws: Never.self) { try PNG.decode(palette.bytes) }
    palette.palette = []
    refused(palette.bytes, "no palette")
  }

  @Test func smallFilesThatClaimMuchAreRefusedBeforeMemoryIsTaken() {
    let before = peakMemory()
    let lie =
      PNGMaker.signature + PNGMaker.header(width: 5600, height: 5600, depth: 16, colour: 6, interlace: 1)
      + PNGMaker.chunk("IDAT", PNGMaker.deflated([0, 0])) + PNGMaker.chunk("IEND", [])
    refused(lie, "31 million pixels in 70 bytes")
    #expect(throws: FileError.self) { try PNG.decode(small.bytes, limits: PNG.Limits(pixels: 19)) }
    #expect(throws: FileError.self) { try PNG.decode(small.bytes, limits: PNG.Limits(side: 4)) }
    #expect(peakMemory() - before < 16_000_000)
  }

  @Test func textBombsAreSkippedOrRefused() throws {
    let before = peakMemory()
    var maker = small
    maker.extra = [("zTXt", Array("Comment\0\0".utf8) + zeros(megabytes: 60))]
    #expect(throws: Never.self) { try PNG.decode(maker.bytes) }
    #expect(throws: FileError.self) { try PNG.text(in: maker.bytes) }
    maker.extra = (0..<10_000).map { ("tEXt", Array("Key\($0)\0value".utf8)) }
    #expect(throws: Never.self) { try PNG.decode(maker.bytes) }
    #expect(throws: FileError.self) { try PNG.text(in: maker.bytes) }
    #expect(peakMemory() - before < 64_000_000)
  }

  /// A zlib stream of that many zeros: one literal, then matches of length 258 at distance 1, two bits each.
  private func zeros(megabytes: Int) -> [UInt8] {
    // Fixed Huffman codes: literal 0 is 00110000; length 258 is symbol 285, 11000101; distance 1 is 00000.
    var bits: [UInt8] = [1, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0]
    let match: [UInt8] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    for _ in 0..<megabytes * 1_000_000 / 258 { bits += match }
    bits += [0, 0, 0, 0, 0, 0, 0]
    var bytes: [UInt8] = [0x78, 0x01]
    var byte: UInt8 = 0
    for (i, bit) in bits.enumerated() {
      byte |= bit << UInt8(i & 7)
      if i & 7 == 7 {
        bytes.append(byte)
        byte = 0
      }
    }
    return bytes + [byte] + [0, 0, 0, 0]
  }

  /// Seeded mutations, half of them with checksums put right so that damage reaches beyond them. How many:
  /// L2L_MUTATIONS, 3,000 by default.
  @Test func mutatedFilesNeverCrash() {
    let count = ProcessInfo.processInfo.environment["L2L_MUTATIONS"].flatMap { Int($0) } ?? 3000
    let seeds = Self.corpus
    var random = RandomStream(seed: 7).stream("png mutations")
    var outcomes = (decoded: 0, refused: 0)
    let before = peakMemory()
    for _ in 0..<count {
      let bytes = mutated(seeds[random.integer(below: seeds.count)], &random)
      // At most 4 million pixels: what a mutated size may cost stays small.
      do {
        let image = try PNG.decode(bytes, limits: PNG.Limits(pixels: 1 << 22))
        outcomes.decoded += 1
        #expect(image.pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
      } catch {
        outcomes.refused += 1
        #expect(error is FileError)
      }
      do { _ = try PNG.text(in: bytes) } catch { #expect(error is FileError) }
    }
    // 4 million pixels of 20 bytes, see `PNG.Limits`.
    #expect(peakMemory() - before < (20 << 22) + 64_000_000)
    #expect(outcomes.refused > count / 4)
    if count > 3000 { print("PNG mutations: \(outcomes.decoded) decoded, \(outcomes.refused) refused") }
  }

  private func mutated(_ original: [UInt8], _ random: inout RandomStream) -> [UInt8] {
    var bytes = original
    for _ in 0...random.integer(below: 4) {
      let at = random.integer(below: max(1, bytes.count))
      switch random.integer(below: 6) {
      case 0 where at < bytes.count: bytes[at] = UInt8(random.integer(below: 256))
      case 1 where at < bytes.count: bytes[at] ^= 1 << UInt8(random.integer(below: 8))
      case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.integer(below: 8)))
      case 3:
        bytes.insert(contentsOf: (0...random.integer(below: 8)).map { UInt8(truncatingIfNeeded: $0 * 37) }, at: at)
      case 4 where at + 4 <= bytes.count:
        bytes.replaceSubrange(at..<at + 4, with: [[0, 0, 0, 0], [255, 255, 255, 255], [127, 255, 255, 255]][at % 3])
      default: if random.integer(below: 8) == 0 { bytes.removeLast(bytes.count - at) }
      }
    }
    return random.integer(below: 2) == 0 ? bytes : withChecksums(bytes)
  }

  private func withChecksums(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    var at = 8
    while at + 12 <= bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - at - 12 else { break }
      let end = at + 8 + length
      bytes.replaceSubrange(end..<end + 4, with: PNGMaker.bigEndian(PNGMaker.crc(bytes[at + 4..<end])))
      at = end + 4
    }
    return bytes
  }

  private static let corpus: [[UInt8]] = PNGMaker.ColourType.allCases.flatMap { type in
    type.depths.flatMap { depth in
      [false, true].map { interlaced in
        var maker = PNGMaker(type, depth: depth) { x, y, channel in x * 31 + y * 17 + channel }
        maker.interlaced = interlaced
        maker.gamma = interlaced ? 60_000 : nil
        if type == .palette { maker.palette = (0..<1 << depth).map { [UInt8($0 & 255), 3, 5] } }
        if type == .grey { maker.transparency = [0, 1] }
        if depth == 8 { maker.extra = [("tEXt", Array("Title\0text".utf8)), ("tIME", [7, 0, 1, 1, 1, 1, 1])] }
        return maker.bytes
      }
    }
  }

  /// The most memory this process has had, in bytes.
  private func peakMemory() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }
}
