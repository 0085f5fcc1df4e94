import Foundations
import LabelledData

extension LabelledImages {
  /// Draws square images with uniformly drawn labels, each with random numbers of its own.
  ///
  /// - Parameter draw: is given a label, random numbers, and pixels that are zero: [channel][row][column], 0...1.
  init(
    drawing count: Int, side: Int, channels: Int, classes: [String], _ stream: RandomStream, _ workers: Workers,
    _ draw: @Sendable (_ label: Int, _ random: inout RandomStream, _ pixels: inout [Float]) -> Void
  ) {
    let piece = 250
    let size = channels * side * side
    let pieces = workers.map((count + piece - 1) / piece) { index in
      var bytes: [UInt8] = []
      var labels: [UInt8] = []
      for image in index * piece..<min(count, (index + 1) * piece) {
        var random = stream.stream("image", image)
        let label = random.integer(below: classes.count)
        var pixels = [Float](repeating: 0, count: size)
        draw(label, &random, &pixels)
        labels.append(UInt8(label))
        for pixel in pixels { bytes.append(UInt8(pixel * 255 + 0.5)) }
      }
      return (bytes, labels)
    }
    self.init(
      width: side, height: side, channels: channels, classes: classes, bytes: pieces.flatMap(\.0),
      labels: pieces.flatMap(\.1))
  }
}
