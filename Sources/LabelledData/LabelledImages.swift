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
  private let storage: Pixels
  private let first: Int

  /// - Parameter bytes: [count][channels][height][width], where 255 stands for 1.
  public init(width: Int, height: Int, channels: Int, classes: [String], bytes: [UInt8], labels: [UInt8]) {
    precondition(bytes.count == labels.count * width * height * channels, "as many pixels as the labels ask for")
    self.init(
      width: width, height: height, channels: channels, classes: classes, labels: labels, storage: .bytes(bytes),
      first: 0)
  }

  /// - Parameter pixels: [count][channels][height][width].
  public init(width: Int, height: Int, channels: Int, classes: [String], pixels: [Float], labels: [UInt8]) {
    precondition(pixels.count == labels.count * width * height * channels, "as many pixels as the labels ask for")
    self.init(
      width: width, height: height, channels: channels, classes: classes, labels: labels, storage: .numbers(pixels),
      first: 0)
  }

  private init(
    width: Int, height: Int, channels: Int, classes: [String], labels: [UInt8], storage: Pixels, first: Int
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

  /// All pixels, [count][channels][height][width], 0...1 unless they were scaled: a copy.
  public var pixels: [Float] { copy(Array(0..<count)) }

  /// The pixels of one image, [channels][height][width]: a copy.
  public func pixels(of image: Int) -> [Float] { copy([image]) }

  private func copy(_ images: [Int]) -> [Float] {
    [Float](unsafeUninitializedCapacity: images.count * imageSize) { buffer, initialized in
      copyPixels(of: images, to: buffer)
      initialized = images.count * imageSize
    }
  }

  /// Copies the pixels of chosen images, a minibatch, one after the other.
  ///
  /// - Parameter stride: numbers from one image to the next; what lies between stays as it is.
  public func copyPixels(of images: [Int], to buffer: UnsafeMutableBufferPointer<Float>, stride: Int? = nil) {
    let stride = stride ?? imageSize
    precondition(stride >= imageSize && buffer.count >= images.count * stride, "room for all images")
    guard let output = buffer.baseAddress else { return }
    storage.copyRows(images.map { first + $0 * imageSize }, size: imageSize, to: output, stride: stride)
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
    LabelledImages(
      width: width, height: height, channels: channels, classes: classes, labels: images.map { labels[$0] },
      storage: storage.rows(images.map { first + $0 * imageSize }, size: imageSize), first: 0)
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

  /// Smaller images: `margin` rows and columns less on each of the four sides.
  public func withoutMargin(_ margin: Int) -> LabelledImages {
    precondition(margin >= 0 && 2 * margin < min(width, height), "a margin that leaves something")
    let (w, h) = (width - 2 * margin, height - 2 * margin)
    // A row of what is left after the other.
    let starts = (0..<count * channels).flatMap { plane in
      (0..<h).map { first + (plane * height + margin + $0) * width + margin }
    }
    return LabelledImages(
      width: w, height: h, channels: channels, classes: classes, labels: labels,
      storage: storage.rows(starts, size: w), first: 0)
  }

  /// Smaller images: each pixel is the mean of a square of `side` x `side`, times `factor`. Rows and columns left over
  /// are dropped.
  public func averaged(_ side: Int, times factor: Float = 1) -> LabelledImages {
    precondition(side >= 1 && side <= min(width, height), "a square that fits the images")
    let (w, h) = (width / side, height / side)
    let scale = factor / Float(side * side)
    var pixels: [Float] = []
    pixels.reserveCapacity(count * channels * w * h)
    for image in 0..<count {
      let input = self.pixels(of: image)
      for channel in 0..<channels {
        for y in 0..<h {
          for x in 0..<w {
            var sum: Float = 0
            for dy in 0..<side {
              let row = (channel * height + y * side + dy) * width + x * side
              for dx in 0..<side { sum += input[row + dx] }
            }
            pixels.append(sum * scale)
          }
        }
      }
    }
    return LabelledImages(width: w, height: h, channels: channels, classes: classes, pixels: pixels, labels: labels)
  }
}
