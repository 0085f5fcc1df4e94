/// Makes PNG files of every kind by itself, byte by byte, so that the decoder is not checked against its own library.
struct PNGMaker {
  enum ColourType: UInt8, CaseIterable {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgba = 6

    var channels: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      default: [8, 16]
      }
    }
  }

  var width = 9
  var height = 7
  var colourType = ColourType.rgb
  var depth = 8
  var interlaced = false
  /// [height][width][channels], each below 2^depth.
  var samples: [Int]
  var palette: [[UInt8]] = []
  var transparency: [UInt8] = []
  /// Times 100,000, as the file has it.
  var gamma: UInt32?
  /// Chunks between the header and the image data.
  var extra: [(type: String, data: [UInt8])] = []
  /// The filter type of every row; rows are filtered accordingly only for 0 (none) and 2 (up).
  var filter: UInt8 = 0

  init(
    width: Int = 9, height: Int = 7, _ colourType: ColourType = .rgb, depth: Int = 8,
    sample: (_ x: Int, _ y: Int, _ channel: Int) -> Int
  ) {
    self.width = width
    self.height = height
    self.colourType = colourType
    self.depth = depth
    samples = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<colourType.channels { samples.append(sample(x, y, channel) & ((1 << depth) - 1)) }
      }
    }
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(crc(body))
  }

  static func header(width: UInt32, height: UInt32, depth: UInt8, colour: UInt8, interlace: UInt8 = 0) -> [UInt8] {
    chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colour, 0, 0, interlace])
  }

  static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// A zlib stream of stored blocks.
  static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x78, 0x01]
    var offset = 0
    repeat {
      let count = min(65_535, bytes.count - offset)
      let last: UInt8 = offset + count == bytes.count ? 1 : 0
      let (low, high) = (UInt8(count & 255), UInt8(count >> 8))
      result += [last, low, high, ~low, ~high] + bytes[offset..<offset + count]
      offset += count
    } while offset < bytes.count
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return result + bigEndian(b << 16 | a)
  }

  /// The whole file.
  var bytes: [UInt8] {
    var file = Self.signature
    file += Self.header(
      width: UInt32(width), height: UInt32(height), depth: UInt8(depth), colour: colourType.rawValue,
      interlace: interlaced ? 1 : 0)
    if let gamma { file += Self.chunk("gAMA", Self.bigEndian(gamma)) }
    if !palette.isEmpty { file += Self.chunk("PLTE", palette.flatMap { $0 }) }
    if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
    for (type, data) in extra { file += Self.chunk(type, data) }
    return file + Self.chunk("IDAT", Self.deflated(scanlines)) + Self.chunk("IEND", [])
  }

  private var scanlines: [UInt8] {
    guard interlaced else { return pass(columns: Array(0..<width), rows: Array(0..<height)) }
    let adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    return adam7.flatMap { x, y, stepX, stepY in
      pass(
        columns: Array(stride(from: x, to: width, by: stepX)), rows: Array(stride(from: y, to: height, by: stepY)))
    }
  }

  private func pass(columns: [Int], rows: [Int]) -> [UInt8] {
    guard !columns.isEmpty else { return [] }
    var result: [UInt8] = []
    var previous = [UInt8](repeating: 0, count: (columns.count * colourType.channels * depth + 7) / 8)
    for y in rows {
      var bits: [Int] = []
      for x in columns {
        for channel in 0..<colourType.channels {
          let value = samples[(y * width + x) * colourType.channels + channel]
          for bit in stride(from: depth - 1, through: 0, by: -1) { bits.append(value >> bit & 1) }
        }
      }
      bits += [Int](repeating: 0, count: (8 - bits.count % 8) % 8)
      let row = stride(from: 0, to: bits.count, by: 8).map { UInt8(bits[$0..<$0 + 8].reduce(0) { $0 << 1 | $1 }) }
      result.append(filter)
      result += filter == 2 ? zip(row, previous).map { $0 &- $1 } : row
      previous = row
    }
    return result
  }
}
