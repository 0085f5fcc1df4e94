import CPNGBridge
import Foundation
import Foundations

extension PNG {
  /// What a file may ask for before it is refused.
  ///
  /// Decoding takes 12 bytes a pixel for the result, and 8 more while an interlaced file is read.
  public struct Limits: Sendable, Equatable {
    /// Pixels on the longer side.
    public var side: Int
    /// Pixels in all.
    public var pixels: Int
    /// Bytes of the file itself.
    public var fileBytes: Int

    public init(side: Int = 32_768, pixels: Int = 32_000_000, fileBytes: Int = 256_000_000) {
      self.side = side
      self.pixels = pixels
      self.fileBytes = fileBytes
    }
  }

  /// The channels a decoded image is to have.
  public enum Channels: Sendable { case rgb, grey, asStored }

  /// The image of a PNG file.
  ///
  /// - Throws: `FileError` when the file cannot be read, is not a PNG, is damaged or exceeds the limits.
  public static func read(_ path: String, as channels: Channels = .rgb, limits: Limits = Limits()) throws -> Image {
    try decode(contents(of: path, limits), as: channels, limits: limits, name: path)
  }

  /// The image in the bytes of a PNG file: every colour type and bit depth, interlaced or not.
  ///
  /// Transparent pixels are laid over white, blending encoded samples as browsers and Pillow do. A gAMA chunk that says
  /// other than sRGB's 1/2.2 (by more than 5 %, libpng's own threshold) is honoured. Colour profiles are not applied.
  /// Every checksum in the file is checked.
  ///
  /// - Parameter name: what the error calls the file.
  /// - Throws: `FileError` when the bytes are not a PNG, are damaged or exceed the limits.
  public static func decode(
    _ bytes: [UInt8], as channels: Channels = .rgb, limits: Limits = Limits(), name: String = "PNG data"
  ) throws -> Image {
    try withReader(bytes, keepText: false, limits, name) { reader, header in
      let width = Int(header.width)
      let height = Int(header.height)
      let stored = Int(header.channels)
      let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
      guard !overflow, pixels <= limits.pixels else {
        throw FileError(
          name, expected: "at most \(limits.pixels) pixels", found: "\(width) x \(height)",
          remedy: "use a smaller image")
      }
      let kept = stored >= 3 ? 3 : 1
      let conversion = SampleConversion(gamma: header.gamma, channels: stored)
      // Interlaced rows come in seven passes over the whole image.
      let band = header.interlaced != 0 ? height : min(16, height)
      var failure: FileError?
      let samples = [Float](unsafeUninitializedCapacity: pixels * kept) { output, count in
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: band * width * stored) { rows in
          // Passes of an interlaced image fill in the rows bit by bit.
          if header.interlaced != 0 { rows.initialize(repeating: 0) }
          var message = [CChar](repeating: 0, count: Int(PNG_BRIDGE_MESSAGE_SIZE))
          for first in stride(from: 0, to: height, by: band) {
            let taken = min(band, height - first)
            guard png_bridge_read_rows(reader, rows.baseAddress, taken, &message) == 0 else {
              failure = damaged(name, message.text)
              return
            }
            conversion.convert(rows[0..<taken * width * stored], into: output, at: first * width * kept)
          }
          if png_bridge_finish(reader, &message) != 0 { failure = damaged(name, message.text) }
        }
        count = failure == nil ? pixels * kept : 0
      }
      if let failure { throw failure }
      let image = Image(width: width, height: height, channels: kept, pixels: samples)
      switch channels {
      case .rgb: return image.rgb()
      case .grey: return image.grey()
      case .asStored: return image
      }
    }
  }

  /// Width and height of a PNG file, of which no pixel is decoded.
  ///
  /// - Throws: `FileError` when the file cannot be read, is not a PNG, is damaged before its pixels or exceeds the
  ///   limits.
  public static func size(of path: String, limits: Limits = Limits()) throws -> (width: Int, height: Int) {
    try withReader(contents(of: path, limits), keepText: false, limits, path) { _, header in
      (Int(header.width), Int(header.height))
    }
  }

  /// The text chunks that stand before the image data, where this suite's encoder writes them, by keyword.
  ///
  /// - Throws: `FileError` when the bytes are not a PNG, are damaged, or hold more than 32 texts or one of more than
  ///   1 MB.
  public static func text(in bytes: [UInt8], name: String = "PNG data") throws -> [String: String] {
    try withReader(bytes, keepText: true, Limits(), name) { reader, _ in
      var texts: [String: String] = [:]
      for i in 0..<png_bridge_text_count(reader) {
        guard let key = png_bridge_text_key(reader, i), let value = png_bridge_text_value(reader, i) else { continue }
        texts[String(cString: key)] = String(cString: value)
      }
      return texts
    }
  }

  private static func contents(of path: String, _ limits: Limits) throws -> [UInt8] {
    let source = try FileSource(path)
    let size = source.mostLeft ?? 0
    guard size <= limits.fileBytes else {
      throw FileError(
        path, expected: "a PNG of at most \(limits.fileBytes) bytes", found: "\(size) bytes",
        remedy: "use a smaller image")
    }
    return try source.read(upTo: size)
  }

  private static func damaged(_ name: String, _ reason: String) -> FileError {
    FileError(name, expected: "an undamaged PNG", found: reason, remedy: "fetch or export the file again")
  }

  private static func withReader<Result>(
    _ bytes: [UInt8], keepText: Bool, _ limits: Limits, _ name: String,
    _ body: (OpaquePointer, png_bridge_header) throws -> Result
  ) throws -> Result {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw FileError(
        name, expected: "a PNG file", found: bytes.isEmpty ? "an empty file" : "another kind of file",
        remedy: "convert it to PNG")
    }
    try checkPlausible(bytes, limits, name)
    return try bytes.withUnsafeBufferPointer { buffer in
      var header = png_bridge_header()
      var message = [CChar](repeating: 0, count: Int(PNG_BRIDGE_MESSAGE_SIZE))
      // Texts that are not asked for are skipped without memory: they may be long.
      let bounds = png_bridge_limits(
        maximumSide: UInt32(clamping: limits.side), maximumChunks: 32,
        maximumChunkBytes: keepText ? 1_000_000 : 64_000_000)
      guard let reader = png_bridge_open(buffer.baseAddress, buffer.count, bounds, keepText ? 1 : 0, &header, &message)
      else { throw damaged(name, message.text) }
      defer { png_bridge_close(reader) }
      return try body(reader, header)
    }
  }

  /// Refuses what would need much memory before any is taken: deflate shrinks to 1/1032 at best, so a file that says
  /// more pixels than 8 a bit times that is cut short or a lie.
  private static func checkPlausible(_ bytes: [UInt8], _ limits: Limits, _ name: String) throws {
    guard bytes.count >= 29 else { return }
    func word(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (word(16), word(20))
    guard width <= limits.side, height <= limits.side else {
      throw FileError(
        name, expected: "at most \(limits.side) pixels a side", found: "\(width) x \(height)",
        remedy: "use a smaller image")
    }
    // The lowest depth is 1 bit a pixel, the best compression 1032 to 1.
    guard width * height / 8 <= bytes.count * 1032 else {
      throw damaged(name, "\(bytes.count) bytes for \(width) x \(height) pixels, fewer than PNG can do with")
    }
  }
}
