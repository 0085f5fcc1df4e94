import ConvolutionKernels
import Foundation

/// What follows the convolutions: a fully connected layer with batch normalisation and ReLU, and a softmax over
/// classes.
///
/// Less than half a percent of the network's work.
final class DenseHead {
  private let batch: Int
  /// Numbers of an image that come in: channels x area, in blocks of 16 channels.
  private let blockedInputs: Int
  private let channels: Int
  private let area: Int
  private let hidden: Int
  private let classes: Int

  /// [hidden][blockedInputs], in the order of the input.
  private let weights: Floats
  private let weightGradient: Floats
  /// [batch][hidden]: x̂, then the output of ReLU.
  private let normalized: Floats
  private let active: Floats
  private let hiddenGradient: Floats
  private var scales: [Float]
  /// [batch][classes]: logits, then their gradients.
  private let logits: Floats

  init(batch: Int, channels: Int, area: Int, hidden: Int, classes: Int) {
    self.batch = batch
    self.channels = channels
    self.area = area
    self.hidden = hidden
    self.classes = classes
    blockedInputs = paddedChannels(channels) * area
    weights = Floats(hidden * blockedInputs)
    weightGradient = Floats(hidden * blockedInputs)
    normalized = Floats(batch * hidden)
    active = Floats(batch * hidden)
    hiddenGradient = Floats(batch * hidden)
    scales = Array(repeating: 0, count: hidden)
    logits = Floats(batch * classes)
  }

  /// Parameters of the head, or their gradients, each where it starts.
  struct Parameters<Pointer> {
    /// [hidden][channels][area]
    var weights: Pointer
    /// [hidden]
    var scale: Pointer
    var shift: Pointer
    /// [classes][hidden]
    var outputWeights: Pointer
    /// [classes]
    var outputBias: Pointer
  }

  /// Where the weight of a channel at a place lies in the order of the input.
  private func blocked(_ channel: Int, _ place: Int) -> Int { (channel / 16 * area + place) * 16 + channel % 16 }

  /// Logits of all images; false when numbers overflow.
  ///
  /// - Parameter input: [batch][channels / 16][area][16]
  func run(_ input: Floats, _ parameters: Parameters<UnsafePointer<Float>>, epsilon: Float) throws -> Bool {
    for unit in 0..<hidden {
      for channel in 0..<channels {
        for place in 0..<area {
          weights.start[unit * blockedInputs + blocked(channel, place)] =
            parameters.weights[(unit * channels + channel) * area + place]
        }
      }
    }
    let sums = normalized.start
    try multiply(
      input.start, weights.start, transposed: .second, rows: batch, columns: hidden, inner: blockedInputs, into: sums)
    for unit in 0..<hidden {
      var (mean, squares) = (0.0, 0.0)
      for n in 0..<batch { mean += Double(sums[n * hidden + unit]) }
      mean /= Double(batch)
      for n in 0..<batch {
        let difference = Double(sums[n * hidden + unit]) - mean
        squares += difference * difference
      }
      let scale = Float(1 / (squares / Double(batch) + Double(epsilon)).squareRoot())
      guard mean.isFinite, scale.isFinite else { return false }
      scales[unit] = scale
      for n in 0..<batch {
        let i = n * hidden + unit
        sums[i] = Float(Double(sums[i]) - mean) * scale
        let output = parameters.scale[unit] * sums[i] + parameters.shift[unit]
        active.start[i] = output < 0 ? 0 : output
      }
    }
    try multiply(
      active.start, parameters.outputWeights, transposed: .second, rows: batch, columns: classes, inner: hidden,
      into: logits.start)
    for n in 0..<batch {
      for k in 0..<classes { logits.start[n * classes + k] += parameters.outputBias[k] }
    }
    return true
  }

  /// The class with the largest logit for each image.
  var decisions: [Int] {
    (0..<batch).map { n in
      (0..<classes).max { logits.start[n * classes + $0] < logits.start[n * classes + $1] } ?? 0
    }
  }

  /// The mean cross-entropy in nats, whose gradient replaces the logits.
  func crossEntropy(_ label: (Int) -> Int) -> Float {
    var total = 0.0
    for n in 0..<batch {
      let row = logits.start + n * classes
      var largest = row[0]
      for k in 1..<classes { largest = max(largest, row[k]) }
      var sum = 0.0
      for k in 0..<classes { sum += exp(Double(row[k] - largest)) }
      total += log(sum) - Double(row[label(n)] - largest)
      for k in 0..<classes {
        let probability = exp(Double(row[k] - largest)) / sum
        row[k] = Float((probability - (k == label(n) ? 1 : 0)) / Double(batch))
      }
    }
    return Float(total / Double(batch))
  }

  /// Gradients of the head's parameters and of its input, from the gradient that `crossEntropy` left.
  func runBack(
    _ input: Floats, _ parameters: Parameters<UnsafePointer<Float>>,
    _ gradients: Parameters<UnsafeMutablePointer<Float>>, inputGradient: Floats
  ) throws {
    try multiply(
      logits.start, active.start, transposed: .first, rows: classes, columns: hidden, inner: batch,
      into: gradients.outputWeights)
    for k in 0..<classes {
      gradients.outputBias[k] = Float((0..<batch).reduce(0.0) { $0 + Double(logits.start[$1 * classes + k]) })
    }
    let d = hiddenGradient.start
    try multiply(
      logits.start, parameters.outputWeights, rows: batch, columns: hidden, inner: classes, into: d)
    for unit in 0..<hidden {
      var (sum, product) = (0.0, 0.0)
      for n in 0..<batch {
        let i = n * hidden + unit
        if active.start[i] <= 0 { d[i] = 0 }
        sum += Double(d[i])
        product += Double(d[i] * normalized.start[i])
      }
      gradients.shift[unit] = Float(sum)
      gradients.scale[unit] = Float(product)
      let (mean, slope) = (Float(sum / Double(batch)), Float(product / Double(batch)))
      let factor = parameters.scale[unit] * scales[unit]
      for n in 0..<batch {
        let i = n * hidden + unit
        d[i] = factor * (d[i] - mean - normalized.start[i] * slope)
      }
    }
    try multiply(
      d, input.start, transposed: .first, rows: hidden, columns: blockedInputs, inner: batch, into: weightGradient.start
    )
    try multiply(
      d, weights.start, rows: batch, columns: blockedInputs, inner: hidden, into: inputGradient.start)
    for unit in 0..<hidden {
      for channel in 0..<channels {
        for place in 0..<area {
          gradients.weights[(unit * channels + channel) * area + place] =
            weightGradient.start[unit * blockedInputs + blocked(channel, place)]
        }
      }
    }
  }
}
