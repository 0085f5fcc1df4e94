import Foundations
import LabelledData

/// Training a network from scratch on minibatches of labelled images (§3.2).
///
/// An episode is one such training: fresh initial parameters, and for each step a minibatch of its own, drawn with
/// replacement from all images.
public struct Classification: Optimizee {
  public let network: MLP
  public let images: LabelledImages
  public let batch: Int
  public let start: StartDeviation

  /// - Throws: `SettingError` where images and network do not fit each other.
  public init(_ network: MLP, on images: LabelledImages, batch: Int = 128, start: StartDeviation = .fixed(0.01)) throws
  {
    guard network.inputs == images.imageSize else {
      throw SettingError("network inputs", value: network.inputs, expected: "\(images.imageSize), as the images have")
    }
    guard images.count > 0, images.labels.allSatisfy({ Int($0) < network.classes }) else {
      throw SettingError("classes", value: network.classes, expected: "a class for each label of at least one image")
    }
    guard batch > 0 else { throw SettingError("batch", value: batch, expected: "at least 1") }
    self.network = network
    self.images = images
    self.batch = batch
    self.start = start
  }

  public var layout: ParameterLayout { network.layout }

  public func episode(_ stream: RandomStream) -> any Episode { ClassificationEpisode(self, stream) }
}

private final class ClassificationEpisode: Episode {
  let initialParameters: [Float]
  private let optimizee: Classification
  private let minibatches: RandomStream
  private var workspace: MLPWorkspace

  init(_ optimizee: Classification, _ stream: RandomStream) {
    self.optimizee = optimizee
    minibatches = stream.stream("minibatches")
    workspace = MLPWorkspace(optimizee.network, batch: optimizee.batch)
    var starts = stream.stream("initial parameters")
    let deviation = optimizee.start.draw(&starts)
    initialParameters = (0..<optimizee.layout.count).map { _ in deviation * starts.normal() }
  }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    load(step)
    return workspace.lossAndGradient(at: parameters, gradient: gradient)
  }

  /// Copies the minibatch of a step.
  private func load(_ step: Int) {
    var draw = minibatches.stream("step", step)
    let chosen = (0..<optimizee.batch).map { _ in draw.integer(below: optimizee.images.count) }
    let stride = workspace.inputs.stride
    workspace.labels = chosen.map { Int(optimizee.images.labels[$0]) }
    workspace.inputs.elements.withUnsafeMutableBufferPointer {
      optimizee.images.copyPixels(of: chosen, to: $0, stride: stride)
    }
  }
}
