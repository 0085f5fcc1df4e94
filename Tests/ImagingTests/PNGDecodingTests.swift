import Foundation
import Foundations
import Imaging
import TestSupport
import Testing

struct PNGDecodingTests {
  /// What a pixel of a made file must look like, worked out from the specification.
  private func expected(_ maker: PNGMaker, x: Int, y: Int) -> [Float] {
    let channels = maker.colourType.channels
    let first = (y * maker.width + x) * channels
    let raw = Array(maker.samples[first..<first + channels])
    let full = Float((1 << maker.depth) - 1)
    var colour: [Float]
    var alpha: Float = 1
    switch maker.colourType {
    case .palette:
      colour = maker.palette[raw[0]].map { Float($0) / 255 }
      if raw[0] < maker.transparency.count { alpha = Float(maker.transparency[raw[0]]) / 255 }
    case .grey, .rgb:
      colour = raw.map { Float($0) / full }
      let key = stride(from: 0, to: maker.transparency.count, by: 2).map {
        Int(maker.transparency[$0]) << 8 | Int(maker.transparency[$0 + 1])
      }
      if key == raw { alpha = 0 }
    case .greyAlpha, .rgba:
      colour = raw.dropLast().map { Float($0) / full }
      alpha = Float(raw[channels - 1]) / full
    }
    if colour.count == 1 { colour = [colour[0], colour[0], colour[0]] }
    return colour.map { $0 * alpha + (1 - alpha) }
  }

  private func expectRight(_ maker: PNGMaker, _ comment: Comment) throws {
    let image = try PNG.decode(maker.bytes)
    #expect(image.width == maker.width && image.height == maker.height && image.channels == 3, comment)
    var worst: Float = 0
    for y in 0..<maker.height {
      for x in 0..<maker.width {
        for (channel, value) in expected(maker, x: x, y: y).enumerated() {
          worst = max(worst, abs(image[x, y, channel] - value))
        }
      }
    }
    #expect(worst < 1e-6, comment)
  }

  @Test(arguments: PNGMaker.ColourType.allCases, [false, true])
  func everyColourTypeDepthAndOrderDecodes(type: PNGMaker.ColourType, interlaced: Bool) throws {
    for depth in type.depths {
      for (width, height) in [(1, 1), (3, 2), (9, 7), (33, 18)] {
        var maker = PNGMaker(width: width, height: height, type, depth: depth) { x, y, channel in
          (x * 40_503 + y * 30_011 + channel * 20_021) >> 2
        }
        maker.interlaced = interlaced
        maker.filter = 2
        if type == .palette {
          let entries = 0...UInt8((1 << depth) - 1)
          maker.palette = entries.map { i -> [UInt8] in [i &* 7, i &* 31, 255 - i] }
        }
        try expectRight(maker, "\(type), \(depth) bits, \(width) x \(height)")
      }
    }
  }

  @Test func transparencyIsLaidOverWhite() throws {
    var keyed = PNGMaker(.grey, depth: 4) { x, y, _ in x + y }
    keyed.transparency = [0, 5]
    try expectRight(keyed, "one grey is transparent")
    var colourKeyed = PNGMaker(.rgb, depth: 16) { x, _, _ in x * 1000 }
    colourKeyed.transparency = [0x0F, 0xA0, 0x0F, 0xA0, 0x0F, 0xA0]
    try expectRight(colourKeyed, "one colour is transparent")
    var palette = PNGMaker(.palette, depth: 2) { x, y, _ in x ^ y }
    palette.palette = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 20, 30]]
    palette.transparency = [0, 128, 255]
    try expectRight(palette, "palette with alpha")
  }

  @Test func gammaIsHonoured() throws {
    var maker = PNGMaker(.grey, depth: 8) { x, y, _ in x * 28 }
    let plain = try PNG.decode(maker.bytes, as: .grey)
    maker.gamma = 45_455
    #expect(try PNG.decode(maker.bytes, as: .grey) == plain)
    maker.gamma = 100_000
    let linear = try PNG.decode(maker.bytes, as: .grey)
    for (a, b) in zip(plain.pixels, linear.pixels) { #expect(abs(pow(a, 1 / 2.2) - b) < 1e-5) }
    // An sRGB chunk overrides gAMA.
    maker.extra = [("sRGB", [0])]
    #expect(throws: Never.self) { try PNG.decode(maker.bytes) }
    #expect(try PNG.decode(maker.bytes, as: .grey) == plain)
  }

  @Test func channelsAreAsAskedFor() throws {
    let grey = PNGMaker(.grey, depth: 8) { x, y, _ in x * y }.bytes
    let colour = PNGMaker(.rgb, depth: 8) { x, y, channel in x * y * channel }.bytes
    #expect(try PNG.decode(grey, as: .asStored).channels == 1)
    #expect(try PNG.decode(grey, as: .rgb).channels == 3)
    #expect(try PNG.decode(colour, as: .asStored).channels == 3)
    #expect(try PNG.decode(colour, as: .grey) == PNG.decode(colour).grey())
  }

  @Test func whatIsEncodedDecodesToTheSame() throws {
    var random = RandomStream(seed: 1)
    for channels in [1, 3] {
      let bytes = (0..<37 * 23 * channels).map { _ in UInt8(random.integer(below: 256)) }
      let image = Image(width: 37, height: 23, channels: channels, pixels: bytes.map { Float($0) / 255 })
      for content in [PNG.Content.drawing, .photograph] {
        let file = PNG.encode(image, as: content)
        #expect(file == PNG.encode(image, as: content))
        #expect(try PNG.decode(file, as: .asStored) == image)
      }
    }
  }

  @Test func textsComeBack() throws {
    let image = Image(width: 3, height: 2, channels: 1, filledWith: 0.5)
    let texts = ["Title": "MNIST", "Comment": "θ ← θ − α∇", "Software": ""]
    let file = try PNG.encode(image, text: texts)
    #expect(try PNG.text(in: file) == texts)
    #expect(try PNG.decode(file, as: .asStored) == PNG.decode(PNG.encode(image), as: .asStored))
    for key in ["", " Title", "Title ", "two  spaces", "Größe", String(repeating: "k", count: 80)] {
      #expect(throws: SettingError.self) { try PNG.encode(image, text: [key: "x"]) }
    }
    #expect(throws: SettingError.self) { try PNG.encode(image, text: ["Title": "a\0b"]) }
  }

  @Test func filesAreReadAndMissingOnesNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("image.png")
    let error = #expect(throws: FileError.self) { try PNG.read(path) }
    #expect(error?.file == path)
    let image = Image(width: 2, height: 2, channels: 3, pixels: (0..<12).map { Float($0) / 15 })
    try AtomicFile.write(PNG.encode(image), to: path)
    #expect(try PNG.read(path).bytes == image.bytes)
    #expect(throws: FileError.self) { try PNG.read(path, limits: PNG.Limits(fileBytes: 10)) }
  }
}
