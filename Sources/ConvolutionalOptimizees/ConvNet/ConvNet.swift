import Datasets
import Foundations
import LabelledData
import Optimizees

/// A convolutional classifier and its cross-entropy on minibatches, the optimizee of the paper's Fig. 7 (§3.3).
///
/// Convolutions, each followed by batch normalisation, ReLU and 2x2 max-pooling; a fully connected layer with batch
/// normalisation and ReLU; softmax. Batch normalisation uses the minibatch's own statistics, and the gradient goes
/// through them. On 32x32 colour images the default has 22,682 parameters: 14,000 in the group "convolutions" (the
/// kernels), the other 8,682 in the group "others", as in the paper's released code.
public struct ConvNet: Optimizee {
  public let settings: ConvNetSettings
  public let images: LabelledImages
  public let layout: ParameterLayout
  let plans: [ConvolutionBlock.Plans]

  /// - Throws: `SettingError` for a network that does not fit the images, for no images at all, and for a label without
  ///   a class; `ConvolutionError` where oneDNN refuses.
  public init(_ images: LabelledImages, _ settings: ConvNetSettings = ConvNetSettings()) throws {
    try settings.validate(width: images.width, height: images.height)
    guard images.count > 0 else { throw SettingError("images", value: 0, expected: "at least one") }
    guard images.labels.allSatisfy({ Int($0) < images.classes.count }) else {
      throw SettingError("classes", value: images.classes.count, expected: "a class for each label of the images")
    }
    self.images = images
    self.settings = settings
    var kernels: [(name: String, shape: [Int])] = []
    var others: [(name: String, shape: [Int])] = []
    var plans: [ConvolutionBlock.Plans] = []
    var (inputs, height, width) = (images.channels, images.height, images.width)
    for (index, outputs) in settings.channels.enumerated() {
      let name = "convolution\(index + 1)"
      kernels.append(("\(name)/kernels", [outputs, inputs, settings.kernel, settings.kernel]))
      others += [("\(name)/scale", [outputs]), ("\(name)/shift", [outputs])]
      let plan = try ConvolutionBlock.Plans(
        inputs: inputs, outputs: outputs, height: height, width: width, kernel: settings.kernel,
        isPooled: !settings.unpooled.contains(index), isFirst: index == 0)
      plans.append(plan)
      (inputs, height, width) = (outputs, plan.outputHeight, plan.outputWidth)
    }
    others += [
      ("hidden/weights", [settings.hidden, inputs, height, width]), ("hidden/scale", [settings.hidden]),
      ("hidden/shift", [settings.hidden]), ("output/weights", [images.classes.count, settings.hidden]),
      ("output/biases", [images.classes.count]),
    ]
    layout = ParameterLayout(
      kernels + others, groups: [("convolutions", kernels.count), ("others", others.count)])
    self.plans = plans
  }

  /// Floating-point operations of one loss and gradient, for fractions of peak.
  public var operations: Double {
    let dense = (layout["hidden/weights"]?.count ?? 0) + (layout["output/weights"]?.count ?? 0)
    return Double(settings.batch) * (plans.reduce(0) { $0 + $1.operations } + 6 * Double(dense))
  }

  /// - Throws: `ConvolutionError` where oneDNN refuses.
  public func episode(_ stream: RandomStream) throws -> any Episode { try ConvNetEpisode(self, stream) }

  /// The share of images that θ classifies as their labels say.
  ///
  /// Batch normalisation uses the statistics of each `settings.batch` images that are asked for together, as in
  /// training; the last batch is filled up with images from the start.
  ///
  /// - Throws: `SettingError` for parameters that are not as many as the network has, and for no images or images of
  ///   another width, height or number of channels; `ConvolutionError` where oneDNN refuses.
  public func accuracy(of parameters: [Float], on images: LabelledImages) throws -> Double {
    guard parameters.count == layout.count else {
      throw SettingError("parameters", value: parameters.count, expected: "\(layout.count) numbers")
    }
    func size(_ images: LabelledImages) -> String { "\(images.channels) x \(images.height) x \(images.width)" }
    guard images.count > 0, size(images) == size(self.images) else {
      throw SettingError(
        "images", value: "\(images.count) of \(size(images))",
        expected: "at least one of \(size(self.images)) (channels, height, width), like those of training")
    }
    let pass = try ConvNetPass(self)
    defer { withExtendedLifetime(pass) {} }
    var correct = 0
    try parameters.withUnsafeBufferPointer { parameters in
      guard let parameters = parameters.baseAddress else { return }
      for start in stride(from: 0, to: images.count, by: settings.batch) {
        let batch = (start..<start + settings.batch).map { $0 % images.count }
        guard try pass.run(images, batch, parameters) else { continue }
        for (n, decision) in pass.decisions.enumerated() where start + n < images.count {
          correct += decision == Int(images.labels[batch[n]]) ? 1 : 0
        }
      }
    }
    return Double(correct) / Double(images.count)
  }
}

/// One training run: an initial θ and a minibatch for each step.
final class ConvNetEpisode: Episode {
  let initialParameters: [Float]
  private let net: ConvNet
  private let minibatches: RandomStream
  private let pass: ConvNetPass

  init(_ net: ConvNet, _ stream: RandomStream) throws {
    self.net = net
    minibatches = stream.stream("minibatches")
    pass = try ConvNetPass(net)
    var random = stream.stream("initial parameters")
    initialParameters = net.layout.tensors.flatMap { tensor -> [Float] in
      if tensor.name.hasSuffix("/scale") { return Array(repeating: 1, count: tensor.range.count) }
      if tensor.name.hasSuffix("/shift") { return Array(repeating: 0, count: tensor.range.count) }
      return tensor.range.map { _ in net.settings.deviation * random.normal() }
    }
  }

  /// The images of a step's minibatch, drawn with replacement.
  func minibatch(_ step: Int) -> [Int] {
    var random = minibatches.stream("step", step)
    return (0..<net.settings.batch).map { _ in random.integer(below: net.images.count) }
  }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) throws -> Float {
    precondition(parameters.count == net.layout.count && gradient.count == net.layout.count, "θ of this network")
    guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress else { return 0 }
    let batch = minibatch(step)
    defer { withExtendedLifetime(pass) {} }
    guard try pass.run(net.images, batch, parameters) else {
      gradient.update(repeating: .nan, count: net.layout.count)
      return .infinity
    }
    let loss = pass.crossEntropy { Int(net.images.labels[batch[$0]]) }
    try pass.runBack(parameters, gradient)
    return loss
  }
}
