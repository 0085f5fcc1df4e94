import Foundation
import Foundations
import TestSupport
import Testing

@testable import TensorFiles

struct SafeTensorsTests {
  private func read(_ bytes: [UInt8], limit: Int = SafeTensors.limit, where wanted: (String) -> Bool = { _ in true })
    throws -> SafeTensors
  { try SafeTensors(from: MemorySource(bytes, name: "memory"), limit: limit, where: wanted) }

  private func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    LittleEndian.bytes(UInt64(header.utf8.count)) + Array(header.utf8) + data
  }

  private let sample = SafeTensors(
    tensors: [
      "lstm/weights": .init(shape: [2, 3], [1, -2, 0.5, .infinity, .leastNonzeroMagnitude, 3]),
      "index": .init(type: .uint8, shape: [3], bytes: [7, 8, 9]), "a \"quoted\"\n\u{1} näme": .init(shape: [], [4]),
      "empty": .init(shape: [0, 4], []),
    ], metadata: ["settings": "{\"p\": 10}\t\\", "b": ""])

  @Test func tensorsAndMetadataSurviveARoundTrip() throws {
    let copy = try read(sample.encoded)
    #expect(copy == sample)
    #expect(copy.encoded == sample.encoded)
    #expect(
      try copy.floats("lstm/weights", shape: [2, 3], file: "f") == [1, -2, 0.5, .infinity, .leastNonzeroMagnitude, 3])
  }

  @Test func bytesAreThoseOfTheFormatsOwnLibrary() {
    // safetensors.numpy.save({"a": zeros(2, uint8), "b": ones(1, float32)}, {"k": "v"}).
    let tensors = SafeTensors(
      tensors: ["a": .init(type: .uint8, shape: [2], bytes: [0, 0]), "b": .init(shape: [1], [1])], metadata: ["k": "v"])
    let header =
      #"{"__metadata__":{"k":"v"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(tensors.encoded == file(padded, [0, 0, 0x80, 0x3F, 0, 0]))
  }

  @Test func unwantedTensorsArePassedOver() throws {
    let some = try read(sample.encoded, limit: 3) { $0 == "index" }
    #expect(Array(some.tensors.keys) == ["index"])
    #expect(throws: FileError.self) { try read(sample.encoded, limit: 2) { $0 == "index" } }
  }

  @Test func otherFloatingPointTypesAreConverted() {
    let half = SafeTensors.Tensor(type: .float16, shape: [4], bytes: [0, 0x3C, 0, 0xC0, 1, 0, 0, 0x7C])
    #expect(half.floats == [1, -2, 0x1p-24, .infinity])
    #expect(SafeTensors.Tensor(type: .bfloat16, shape: [1], bytes: [0x80, 0xBF]).floats == [-1])
    #expect(SafeTensors.Tensor(type: .float64, shape: [1], bytes: [0, 0, 0, 0, 0, 0, 0xE0, 0x3F]).floats == [0.5])
    #expect(SafeTensors.Tensor(type: .uint8, shape: [1], bytes: [1]).floats == nil)
  }

  @Test func everyCutAndEveryExtraByteIsRefused() {
    let whole = sample.encoded
    for count in whole.indices {
      #expect(throws: FileError.self, "cut to \(count) bytes") { try read(Array(whole[..<count])) }
    }
    #expect(throws: FileError.self) { try read(whole + [0]) }
  }

  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
    #"{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, #"{"a":{"dtype":"F32","shape":[2]}}"#,
    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[9007199254740992],"data_offsets":[0,9007199254740992]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, #"{"__metadata__":{"a":1}}"#, "[]", "{", "{}", "",
    String(repeating: "[", count: 100_000),
  ])
  func headersThatDoNotFitTheDataAreRefused(header: String) {
    #expect(throws: FileError.self) { try read(file(header, [UInt8](repeating: 0, count: 8))) }
  }

  @Test func aHeaderLongerThanTheFileCostsNoMemory() {
    for length in [UInt64.max, 1 << 60, 1 << 20, 0, 1] {
      #expect(throws: FileError.self) { try read(LittleEndian.bytes(length) + Array("{}".utf8)) }
    }
  }

  @Test func missingAndMisshapenTensorsAreNamed() throws {
    let error = try #require(throws: FileError.self) { try sample.floats("absent", file: "x.safetensors") }
    #expect(error.description.contains("absent") && error.file == "x.safetensors")
    #expect(throws: FileError.self) { try sample.floats("lstm/weights", shape: [3, 2], file: "f") }
    #expect(throws: FileError.self) { try sample.floats("index", file: "f") }
  }

  @Test func aFileIsWrittenAndReadBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("new/sample.safetensors")
    try sample.write(to: path)
    #expect(try SafeTensors(contentsOf: path) == sample)
    #expect(try SafeTensors(contentsOf: path) { $0 == "empty" }.tensors.count == 1)
  }
}
