import Foundation

/// Turns libpng's 16-bit samples into floats: removes alpha over white and corrects gamma.
struct SampleConversion {
  /// What each of the 65,536 values means; empty when that is just its fraction of 65,535.
  private var table: [Float] = []
  private let channels: Int

  /// - Parameter gamma: of the file's gAMA chunk, 0 for none.
  init(gamma: Double, channels: Int) {
    self.channels = channels
    // sample = light^gamma; displayed as light^(1/2.2).
    guard gamma > 0, gamma.isFinite, abs(2.2 * gamma - 1) > 0.05 else { return }
    let exponent = 1 / (2.2 * gamma)
    table = (0...65_535).map { Float(pow(Double($0) / 65_535, exponent)) }
  }

  /// Writes the pixels of `rows` to `output` from sample `start` on.
  func convert(
    _ rows: Slice<UnsafeMutableBufferPointer<UInt16>>, into output: UnsafeMutableBufferPointer<Float>, at start: Int
  ) {
    let rows = UnsafeMutableBufferPointer(rebasing: rows)
    let colours = channels >= 3 ? 3 : 1
    guard channels != colours || !table.isEmpty else {
      // Nearly every photograph: without branches here, decoding takes half the time.
      let output = UnsafeMutableBufferPointer(rebasing: output[start..<start + rows.count])
      for i in 0..<rows.count { output.initializeElement(at: i, to: Float(rows[i]) / 65_535) }
      return
    }
    var to = start
    for from in stride(from: 0, to: rows.count, by: channels) {
      let alpha = channels == colours ? 1 : Float(rows[from + colours]) / 65_535
      for channel in 0..<colours {
        let sample = rows[from + channel]
        let value = table.isEmpty ? Float(sample) / 65_535 : table[Int(sample)]
        output.initializeElement(at: to, to: value * alpha + (1 - alpha))
        to += 1
      }
    }
  }
}
