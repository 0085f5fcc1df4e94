/// A picture: rows of pixels with one channel (grey) or three (red, green, blue).
///
/// Samples are `Float`, sRGB-encoded as in a PNG file, 0 black and 1 white; they may leave 0...1 while an optimizer
/// works on them and are clipped when written. They lie interleaved, `pixels[(y * width + x) * channels + channel]`;
/// networks that want one plane a channel, other ranges or BGR use `planes(scale:order:)`.
public struct Image: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// 1 for grey, 3 for red, green, blue.
  public let channels: Int
  /// [height][width][channels]
  public var pixels: [Float]

  /// An image of given samples, [height][width][channels].
  public init(width: Int, height: Int, channels: Int, pixels: [Float]) {
    precondition(width > 0 && height > 0 && (channels == 1 || channels == 3), "an image of no size or odd channels")
    precondition(pixels.count == width * height * channels, "as many samples as the image's size says")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// An image of one brightness.
  public init(width: Int, height: Int, channels: Int, filledWith value: Float = 0) {
    self.init(
      width: width, height: height, channels: channels,
      pixels: [Float](repeating: value, count: width * height * channels))
  }

  public subscript(x: Int, y: Int, channel: Int = 0) -> Float {
    get { pixels[(y * width + x) * channels + channel] }
    set { pixels[(y * width + x) * channels + channel] = newValue }
  }

  /// Samples as whole numbers 0...255, [height][width][channels]; what is not a number becomes 0.
  public var bytes: [UInt8] { pixels.map { $0 > 0 ? UInt8(min($0, 1) * 255 + 0.5) : 0 } }

  /// All samples brought into 0...1; what is not a number becomes 0.
  public func clipped() -> Image { mapped { $0 > 0 ? min($0, 1) : 0 } }

  func mapped(_ change: (Float) -> Float) -> Image {
    Image(width: width, height: height, channels: channels, pixels: pixels.map(change))
  }
}

// MARK: Colours
extension Image {
  /// The order of planes that a network was trained with.
  public enum ChannelOrder: String, Sendable, Codable { case rgb, bgr }

  /// The image in grey: luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, as Pillow and most libraries).
  public func grey() -> Image {
    guard channels == 3 else { return self }
    var result = Image(width: width, height: height, channels: 1)
    for i in result.pixels.indices {
      result.pixels[i] = 0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2]
    }
    return result
  }

  /// The image with three channels.
  public func rgb() -> Image {
    guard channels == 1 else { return self }
    var result = Image(width: width, height: height, channels: 3)
    for i in pixels.indices {
      for channel in 0..<3 { result.pixels[3 * i + channel] = pixels[i] }
    }
    return result
  }

  /// Samples times `scale`, one plane after the other, [channels][height][width]: the form convolutions take.
  public func planes(scale: Float = 1, order: ChannelOrder = .rgb) -> [Float] {
    let area = width * height
    var result = [Float](repeating: 0, count: pixels.count)
    for channel in 0..<channels {
      let plane = (order == .bgr ? channels - 1 - channel : channel) * area
      for i in 0..<area { result[plane + i] = pixels[i * channels + channel] * scale }
    }
    return result
  }

  /// The image whose `planes(scale:order:)` these are.
  public init(planes: [Float], width: Int, height: Int, scale: Float = 1, order: ChannelOrder = .rgb) {
    let area = width * height
    let channels = planes.count / max(area, 1)
    self.init(width: width, height: height, channels: channels)
    precondition(planes.count == area * channels, "as many samples as the image's size says")
    for channel in 0..<channels {
      let plane = (order == .bgr ? channels - 1 - channel : channel) * area
      for i in 0..<area { pixels[i * channels + channel] = planes[plane + i] / scale }
    }
  }
}
