import Foundations

/// Images of one size with a label each, in memory.
///
/// Copies and slices share the pixels.
public struct LabelledImages: Sendable {
  public let width: Int
  public let height: Int
  /// 1 for grey; 3 for red, green and blue, one whole plane after the other.
  public let channels: Int
  /// What the labels mean: label k is `classes[k]`.
  public let classes: [String]
  public let labels: [UInt8]
  private let storage: [Float]
  private let first: Int

  /// - Parameter pixels: [count][channels][height][width].
  public init(width: Int, height: Int, channels: Int, classes: [String], pixels: [Float], labels: [UInt8]) {
    precondition(pixels.count == labels.count * width * height * channels, "as many pixels as the labels ask for")
    self.init(
      width: width, height: height, channels: channels, classes: classes, labels: labels, storage: pixels, first: 0)
  }

  private init(
    width: Int, height: Int, channels: Int, classes: [String], labels: [UInt8], storage: [Float], first: Int
  ) {
    self.width = width
    self.height = height
    self.channels = channels
    self.classes = classes
    self.labels = labels
    self.storage = storage
    self.first = first
  }

  public var count: Int { labels.count }

  /// Numbers in one image.
  public var imageSize: Int { width * height * channels }

  /// All pixels, [count][channels][height][width], 0...1 unless they were scaled; shared, not copied.
  public var pixels: ArraySlice<Float> { storage[first..<first + count * imageSize] }

  /// The pixels of one image, [channels][height][width]; shared, not copied.
  public func pixels(of image: Int) -> ArraySlice<Float> {
    storage[first + image * imageSize..<first + (image + 1) * imageSize]
  }

  /// Gives `body` all pixels, [count][channels][height][width].
  public func withPixels<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try storage.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[first..<first + count * imageSize]))
    }
  }

  /// Copies the pixels of chosen images, a minibatch, one after the other.
  public func copyPixels(of images: [Int], to buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(buffer.count >= images.count * imageSize, "room for all images")
    withPixels { pixels in
      for (row, image) in images.enumerated() {
        let source = UnsafeBufferPointer(rebasing: pixels[image * imageSize..<(image + 1) * imageSize])
        let target = UnsafeMutableBufferPointer(rebasing: buffer[row * imageSize..<(row + 1) * imageSize])
        _ = target.update(fromContentsOf: source)
      }
    }
  }

  /// The images of a range; shares their pixels.
  public subscript(range: Range<Int>) -> LabelledImages {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range of the images")
    return LabelledImages(
      width: width, height: height, channels: channels, classes: classes, labels: Array(labels[range]),
      storage: storage, first: first + range.lowerBound * imageSize)
  }

  /// The first half, on which optimizers practise (meta-training and the tuning of rates), and the second half, on
  /// which they are validated and tested.
  ///
  /// Cut in the middle and not shuffled: the writers of MNIST's digits follow each other, so that hardly any of them is
  /// in both halves.
  public var halves: (practice: LabelledImages, held: LabelledImages) {
    (self[0..<count / 2], self[count / 2..<count])
  }

  /// The images at these places, in this order.
  public func chosen(_ images: [Int]) -> LabelledImages {
    let pixels = [Float](unsafeUninitializedCapacity: images.count * imageSize) { buffer, initialized in
      if images.isEmpty { return }
      buffer.initialize(repeating: 0)
      copyPixels(of: images, to: buffer)
      initialized = images.count * imageSize
    }
    return LabelledImages(
      width: width, height: height, channels: channels, classes: classes, pixels: pixels,
      labels: images.map { labels[$0] })
  }

  /// The images of some classes, in order, whose labels become their places in `wanted`: the paper's CIFAR-5 and
  /// CIFAR-2 (§3.3).
  ///
  /// All classes as they are share the pixels.
  public func onlyClasses(_ wanted: [UInt8]) -> LabelledImages {
    if wanted.elementsEqual(0..<UInt8(clamping: classes.count)) { return self }
    let kept = chosen(labels.indices.filter { wanted.contains(labels[$0]) })
    return LabelledImages(
      width: width, height: height, channels: channels, classes: wanted.map { classes[Int($0)] },
      labels: kept.labels.map { UInt8(wanted.firstIndex(of: $0) ?? 0) }, storage: kept.storage, first: 0)
  }

  /// Smaller images: each pixel is the mean of a square of `side` x `side`, times `factor`. Rows and columns left over
  /// are dropped.
  public func averaged(_ side: Int, times factor: Float = 1) -> LabelledImages {
    precondition(side >= 1 && side <= min(width, height), "a square that fits the images")
    let (w, h) = (width / side, height / side)
    let planes = count * channels
    let scale = factor / Float(side * side)
    let pixels = [Float](unsafeUninitializedCapacity: planes * w * h) { output, initialized in
      withPixels { input in
        for plane in 0..<planes {
          for y in 0..<h {
            for x in 0..<w {
              var sum: Float = 0
              for dy in 0..<side {
                let row = (plane * height + y * side + dy) * width + x * side
                for dx in 0..<side { sum += input[row + dx] }
              }
              output.initializeElement(at: (plane * h + y) * w + x, to: sum * scale)
            }
          }
        }
      }
      initialized = planes * w * h
    }
    return LabelledImages(width: w, height: h, channels: channels, classes: classes, pixels: pixels, labels: labels)
  }
}
