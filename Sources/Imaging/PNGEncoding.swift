// For its module map: names the library to the linker also where pkg-config is missing.
import CPNG
import CPNGBridge
import Foundations

/// Portable Network Graphics, through libpng.
public enum PNG {
  /// How hard the encoder tries, and which filters suit the picture.
  public enum Content: Sendable {
    /// Few colours and flat areas: no row filters, hardest compression.
    case drawing
    /// Many shades: adaptive row filters.
    case photograph
  }

  /// The image as an 8-bit PNG file, marked as sRGB. The same image gives the same bytes (with the same libpng).
  public static func encode(_ image: Image, as content: Content = .photograph) -> [UInt8] {
    encode(image.bytes, width: image.width, height: image.height, channels: image.channels, texts: [], content)
  }

  /// The image as an 8-bit PNG file with text chunks, sorted by keyword.
  ///
  /// - Throws: `SettingError` when a keyword is not 1 to 79 ASCII characters without outer or double spaces, or when a
  ///   text holds a NUL.
  public static func encode(
    _ image: Image, text: [String: String], as content: Content = .photograph
  ) throws -> [UInt8] {
    try encode(
      image.bytes, width: image.width, height: image.height, channels: image.channels, text: text, as: content)
  }

  /// Samples [height][width][channels], 0...255, as a PNG file with text chunks, sorted by keyword.
  ///
  /// - Throws: `SettingError` for keywords and texts that PNG cannot hold.
  public static func encode(
    _ samples: [UInt8], width: Int, height: Int, channels: Int, text: [String: String], as content: Content
  ) throws -> [UInt8] {
    precondition(width > 0 && height > 0 && (channels == 1 || channels == 3), "an image of no size or odd channels")
    precondition(samples.count == width * height * channels, "as many samples as the image's size says")
    for (key, value) in text {
      guard isKeyword(key) else {
        throw SettingError(
          "PNG keyword", value: "'\(key)'", expected: "1 to 79 ASCII characters without outer or double spaces")
      }
      guard !value.utf8.contains(0) else {
        throw SettingError("PNG text '\(key)'", value: "a text with a NUL in it", expected: "none")
      }
    }
    return encode(
      samples, width: width, height: height, channels: channels, texts: text.sorted { $0.key < $1.key }, content)
  }

  private static func isKeyword(_ key: String) -> Bool {
    let bytes = Array(key.utf8)
    return (1...79).contains(bytes.count) && bytes.allSatisfy { (32...126).contains($0) } && bytes.first != 32
      && bytes.last != 32 && !key.contains("  ")
  }

  private static func encode(
    _ samples: [UInt8], width: Int, height: Int, channels: Int, texts: [(key: String, value: String)],
    _ content: Content
  ) -> [UInt8] {
    let strings = texts.map { (key: Array($0.key.utf8CString), value: Array($0.value.utf8CString)) }
    // One flat buffer keeps all C strings alive while libpng reads them.
    let characters = strings.flatMap { $0.key + $0.value }
    return characters.withUnsafeBufferPointer { characters in
      var offset = 0
      let entries = strings.map { key, value in
        let start = characters.baseAddress.map { $0 + offset }
        offset += key.count + value.count
        let isASCII = value.allSatisfy { $0 >= 0 }
        return png_bridge_text(key: start, text: start.map { $0 + key.count }, utf8: isASCII ? 0 : 1)
      }
      var message = [CChar](repeating: 0, count: Int(PNG_BRIDGE_MESSAGE_SIZE))
      var bytes: UnsafeMutablePointer<UInt8>?
      var count = 0
      let drawing = content == .drawing
      let failed = png_bridge_write(
        UInt32(width), UInt32(height), Int32(channels), samples, entries, Int32(entries.count), drawing ? 9 : 6,
        drawing ? png_bridge_filter_none : png_bridge_filter_all, &bytes, &count, &message)
      // What can be wrong with the input was checked; only memory is left, and Swift's own arrays trap there too.
      precondition(failed == 0, "libpng could not encode: \(message.text)")
      defer { png_bridge_free(bytes) }
      return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
  }
}

extension [CChar] {
  /// The C string in this buffer.
  var text: String { String(decoding: prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
