import Foundation
import Foundations
import LabelledData
import TensorFiles
import TestSupport
import Testing

@testable import DataFormats

/// Valid files with some bytes changed at random: whatever comes, a reader either reads it or throws a `FileError`.
///
/// 300 inputs a reader, or as many as L2L_MUTATIONS says; input k of a reader is the same in every run.
@Suite(.serialized) struct MutationTests {
  enum Reader: String, CaseIterable, CustomTestStringConvertible {
    case idx, gzip, tar, safetensors, pickle, torch, torchZip, zip, csv

    var testDescription: String { rawValue }

    /// Valid files of this kind.
    var seeds: [[UInt8]] {
      let bytes = [UInt8](0..<48)
      let views = [
        TorchMaker.View(name: "a", key: "0", count: 8, shape: [2, 4], strides: [4, 1]),
        TorchMaker.View(name: "b", key: "0", count: 8, offset: 1, shape: [3, 2], strides: [1, 4]),
      ]
      switch self {
      case .idx:
        return [
          IDX(type: .uint8, shape: [4, 3, 4], bytes: bytes).encoded,
          IDX(type: .float64, shape: [6], bytes: bytes).encoded,
          IDX(type: .int16, shape: [2, 3, 2, 2], bytes: bytes).encoded,
        ]
      case .gzip:
        // `printf 'some text, some text, some text' | gzip -9n`, once and twice.
        let packed: [UInt8] = [
          0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0x2B, 0xCE, 0xCF, 0x4D, 0x55, 0x28, 0x49, 0xAD, 0x28, 0xD1, 0x51, 0x28,
          0xC6, 0xC2, 4, 0, 0x51, 0xA1, 0xEC, 0xC0, 0x1F, 0, 0, 0,
        ]
        return [packed, packed + packed]
      case .tar:
        var tar = TarMaker()
        tar.add("cifar-10-batches-bin/", kind: "5")
        tar.pax([("path", "cifar-10-batches-bin/data_batch_1.bin"), ("mtime", "1.5")])
        tar.add("short", [3] + bytes)
        tar.add("././@LongLink", Array("cifar-10-batches-bin/data_batch_2.bin\0".utf8), kind: "L")
        tar.add("short", [9] + bytes)
        tar.add("test_batch.bin", bytes, prefix: "cifar-10-batches-bin")
        tar.end()
        return [tar.bytes]
      case .safetensors:
        return [
          SafeTensors(
            tensors: [
              "weights": .init(shape: [2, 2], [1, 2, 3, 4]),
              "index": .init(type: .uint8, shape: [5], bytes: [1, 2, 3, 4, 5]),
            ], metadata: ["settings": "{\"p\":10}"]
          ).encoded
        ]
      case .pickle: return [TorchMaker.pickle(views), [0x80, 2, 0x5D, 0x71, 0, 0x28, 0x4B, 1, 0x68, 0, 0x65, 0x2E]]
      case .torch: return [TorchMaker.legacy(views, [("0", LittleEndian.bytes((0..<8).map(Float.init)), 8)])]
      case .torchZip: return [TorchMaker.zip(views, [("0", LittleEndian.bytes((0..<8).map(Float.init)))])]
      case .csv: return [Array("file,split,licence\na.png,train,\"CC0, \"\"mine\"\"\"\nb.png,test,none\n".utf8)]
      case .zip: return [ZipMaker.file([("a", bytes), ("b/c", bytes), ("d", [])], comment: "words")]
      }
    }

    /// Reads all of a file, with limits that nothing valid here comes near.
    func read(_ bytes: [UInt8]) throws {
      let source = MemorySource(bytes, name: "memory")
      let file = MemoryFile(bytes, name: "memory")
      switch self {
      case .idx: _ = try IDX(from: source, limit: 1 << 20).values.count
      case .gzip: _ = try GzipSource(source).read(upTo: 1 << 20).count
      case .tar:
        let archive = TarReader(source)
        while let entry = try archive.next() { if entry.isFile { _ = try archive.contents(limit: 1 << 20).count } }
      case .safetensors: _ = try SafeTensors(from: source, limit: 1 << 20).tensors.mapValues { $0.floats }.count
      case .pickle: _ = try Pickle(bytes, name: "memory").tensors.count
      case .torch, .torchZip: _ = try TorchFile.read(file, limit: 1 << 20).mapValues { $0.floats }.count
      case .csv: _ = try CSVTable(bytes, name: "memory").rows.count
      case .zip:
        let archive = try ZipReader(file)
        for entry in archive.entries { _ = try archive.contents(of: entry, limit: 1 << 20).count }
      }
    }
  }

  private static let count = ProcessInfo.processInfo.environment["L2L_MUTATIONS"].flatMap(Int.init) ?? 300

  @Test(arguments: Reader.allCases) func changedFilesAreReadOrRefused(reader: Reader) throws {
    let seeds = reader.seeds
    for seed in seeds { try reader.read(seed) }
    let before = peakMemory
    var refused = 0
    for index in 0..<Self.count {
      var random = RandomStream(seed: 7).stream(reader.rawValue, index)
      let input = Self.mutated(seeds, &random)
      do {
        try reader.read(input)
      } catch is FileError {
        refused += 1
      } catch {
        Issue.record("input \(index) of \(reader): \(error)")
      }
    }
    #expect(refused > 0)
    // Other tests run at the same time unless this suite runs alone.
    if Self.count > 300 {
      print(
        "BENCH \(reader): \(Self.count) inputs, \(refused) refused, peak memory + \((peakMemory - before) >> 20) MB")
      #expect(peakMemory - before < 64 << 20)
    }
  }

  /// The most bytes that this process has had.
  private var peakMemory: Int {
    #if canImport(Darwin)
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
      return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) << 10
    #endif
  }

  private static let interesting: [UInt64] = [
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40, 1 << 60,
    .max >> 1, .max,
  ]

  /// One of the files with up to eight changes.
  private static func mutated(_ seeds: [[UInt8]], _ random: inout RandomStream) -> [UInt8] {
    var bytes = seeds[random.integer(below: seeds.count)]
    for _ in 0...random.integer(below: 8) {
      if bytes.isEmpty { break }
      let place = random.integer(below: bytes.count)
      let length = 1 + random.integer(below: min(64, bytes.count - place))
      switch random.integer(below: 9) {
      case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
      case 1: bytes[place] = UInt8(truncatingIfNeeded: random.nextWord())
      case 2: bytes.removeSubrange(place..<place + length)
      case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: random.integer(below: bytes.count + 1))
      case 4: bytes.removeLast(bytes.count - place)
      case 5:
        for index in place..<place + length { bytes[index] = UInt8(truncatingIfNeeded: random.nextWord()) }
      case 6:
        // A digit among digits: sizes in tar's octal and in text headers.
        if let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) {
          bytes[digit] = 0x30 + UInt8(random.integer(below: 10))
        }
      default:
        let value = LittleEndian.bytes(interesting[random.integer(below: interesting.count)])
        let size = [1, 2, 4, 8][random.integer(below: 4)]
        let field = random.integer(below: 2) == 0 ? Array(value.prefix(size)) : Array(value.prefix(size).reversed())
        for (index, byte) in field.enumerated() where place + index < bytes.count { bytes[place + index] = byte }
      }
    }
    return bytes
  }
}
