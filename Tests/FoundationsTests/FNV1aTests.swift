import Foundations
import Testing

struct FNV1aTests {
  /// The published vectors of the 64-bit hash.
  @Test(arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)])
  func publishedVectors(text: String, hash: UInt64) {
    #expect(FNV1a(text.utf8).hash == hash)
  }

  @Test func hexadecimalDigits() {
    #expect(FNV1a([UInt8]()).text == "cbf29ce484222325")
  }
}
