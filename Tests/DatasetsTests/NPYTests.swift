import Foundations
import Testing

@testable import Datasets

struct NPYTests {
  private func read(_ bytes: [UInt8]) throws -> NPY { try NPY(from: MemorySource(bytes, name: "memory")) }

  /// numpy.save of numpy.array([[1, -2], [0.5, 3]], 'f4') and of numpy.arange(3, dtype='u1').
  private static let matrix =
    [0x93] + Array("NUMPY".utf8) + [1, 0, 0x76, 0]
    + Array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".utf8)
    + [UInt8](repeating: 0x20, count: 58) + [0x0A, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0x40, 0x40]

  @Test func numpysBytesAreReadAndWritten() throws {
    let array = NPY(shape: [2, 2], [1, -2, 0.5, 3])
    #expect(array.encoded == Self.matrix)
    #expect(try read(Self.matrix) == array)
    #expect(array.floats == [1, -2, 0.5, 3])
  }

  @Test(arguments: [[], [3], [0, 5], [2, 3, 4]]) func shapesSurviveARoundTrip(shape: [Int]) throws {
    let array = NPY(type: .int8, shape: shape, bytes: [UInt8](repeating: 7, count: shape.reduce(1, *)))
    #expect(try read(array.encoded) == array)
    #expect((array.encoded.count - array.bytes.count) % 64 == 0)
  }

  @Test func everyCutAndEveryExtraByteIsRefused() {
    for count in Self.matrix.indices {
      #expect(throws: FileError.self, "cut to \(count) bytes") { try read(Array(Self.matrix[..<count])) }
    }
    #expect(throws: FileError.self) { try read(Self.matrix + [0]) }
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "{}", "",
  ])
  func foreignHeadersAreRefused(header: String) {
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    #expect(throws: FileError.self) { try read(bytes + [UInt8](repeating: 0, count: 16)) }
  }
}
