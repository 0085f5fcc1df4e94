/// The same layers written as plainly as possible, in Double and with nothing shared with the code under test.
enum Plain {
  /// Input [inputs][height][width], weights [outputs][inputs][kernel][kernel], zeros outside of the input.
  static func convolution(
    _ input: [Double], inputs: Int, height: Int, width: Int, weights: [Double], outputs: Int, kernel: Int, padding: Int
  ) -> [Double] {
    let (rows, columns) = (height + 2 * padding - kernel + 1, width + 2 * padding - kernel + 1)
    var output = [Double](repeating: 0, count: outputs * rows * columns)
    for o in 0..<outputs {
      for y in 0..<rows {
        for x in 0..<columns {
          var sum = 0.0
          for i in 0..<inputs {
            for v in 0..<kernel {
              for u in 0..<kernel {
                let (row, column) = (y + v - padding, x + u - padding)
                guard row >= 0, row < height, column >= 0, column < width else { continue }
                sum +=
                  weights[((o * inputs + i) * kernel + v) * kernel + u] * input[(i * height + row) * width + column]
              }
            }
          }
          output[(o * rows + y) * columns + x] = sum
        }
      }
    }
    return output
  }

  /// [channels][area] from [channels / 16][area][16].
  static func planes(_ blocks: [Float], channels: Int, area: Int) -> [Double] {
    (0..<channels * area).map { i in
      let (channel, place) = (i / area, i % area)
      return Double(blocks[(channel / 16 * area + place) * 16 + channel % 16])
    }
  }

  /// [channels / 16][area][16] from [channels][area]; channels are filled up with zeros.
  static func blocks(_ planes: [Double], channels: Int, area: Int) -> [Float] {
    var blocks = [Float](repeating: 0, count: (channels + 15) / 16 * 16 * area)
    for channel in 0..<channels {
      for place in 0..<area {
        blocks[(channel / 16 * area + place) * 16 + channel % 16] = Float(planes[channel * area + place])
      }
    }
    return blocks
  }
}
