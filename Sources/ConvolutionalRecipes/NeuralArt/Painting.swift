import ConvolutionalOptimizees
import Foundation
import Foundations
import Imaging
import MetaTraining
import Notebook
import Optimizees
import Optimizers

/// One image painted by one optimizer: its losses, and pictures on the way.
public struct Painting: Sendable, Codable {
  /// f(θ) at steps 1, 2, ..., each before the update made from it; not a number after it stopped being finite.
  public internal(set) var losses: [Float]
  /// The parts of each loss, unweighed.
  public internal(set) var parts: [ArtLosses]
  /// Pictures after so many updates: those asked for, and the last.
  public internal(set) var frames: [Frame]

  /// A picture as 8-bit samples.
  public struct Frame: Sendable, Codable {
    public var updates: Int
    var width: Int
    var height: Int
    var samples: Data

    init(_ image: Image, after updates: Int) {
      self.updates = updates
      width = image.width
      height = image.height
      samples = Data(image.bytes)
    }

    public var image: Image {
      Image(width: width, height: height, channels: 3, pixels: samples.map { Float($0) / 255 })
    }
  }

  /// The finished picture.
  public var image: Image? { frames.last?.image }
}

extension NeuralArt {
  /// Paints over one image.
  ///
  /// - Parameters:
  ///   - interval: updates between the pictures that are kept; nil for the last alone.
  ///   - progress: counts the steps.
  ///   - watch: is given the gradient and the update of each step.
  /// - Throws: what the network throws, and `Interrupted`.
  public func painting(
    over content: Image, by optimizer: some Optimizer, steps: Int, framesEvery interval: Int? = nil,
    workers: Workers = .one, progress: ProgressLine? = nil,
    watch: ((_ step: Int, _ gradient: [Float], _ update: [Float]) -> Void)? = nil
  ) throws -> Painting {
    let episode = try problem(content: content)
    var parameters = episode.initialParameters
    var gradient = [Float](repeating: 0, count: layout.count)
    var state = optimizer.initialState(for: layout)
    var painting = Painting(losses: [], parts: [], frames: [])
    for step in stride(from: 1, through: steps, by: 1) {
      try Interruption.check()
      if let interval, (step - 1) % interval == 0 {
        painting.frames.append(Painting.Frame(episode.image(parameters), after: step - 1))
      }
      let parts = try parameters.withUnsafeBufferPointer { theta in
        try gradient.withUnsafeMutableBufferPointer { try episode.lossesAndGradient(at: theta, gradient: $0) }
      }
      let loss = settings.loss(of: parts)
      guard loss.isFinite else { break }
      painting.losses.append(loss)
      painting.parts.append(parts)
      let before = watch == nil ? [] : parameters
      parameters.withUnsafeMutableBufferPointer { theta in
        gradient.withUnsafeBufferPointer {
          optimizer.update(theta, gradient: $0, state: &state, workers: workers)
        }
      }
      progress?.advance()
      watch?(step, gradient, zip(parameters, before).map { $0 - $1 })
    }
    painting.fill(to: steps)
    var last = Painting.Frame(episode.image(parameters), after: steps)
    if let interval {
      // One that diverged stands still: all films have as many pictures.
      while painting.frames.count * interval < steps {
        last.updates = painting.frames.count * interval
        painting.frames.append(last)
      }
      last.updates = steps
    }
    painting.frames.append(last)
    return painting
  }

  /// Paints over one image with L-BFGS. A step is an evaluation of loss and gradient, also those of the search along a
  /// line; its loss is the lowest so far.
  ///
  /// - Throws: what the network throws, and `Interrupted`.
  public func painting(over content: Image, by optimizer: LBFGS, evaluations: Int) throws -> Painting {
    let episode = try problem(content: content)
    var painting = Painting(losses: [], parts: [], frames: [])
    let settings = settings
    var best = ArtLosses(content: .infinity, style: .infinity, smoothness: .infinity)
    let end = try optimizer.minimize(from: episode.initialParameters, evaluations: evaluations) { theta, gradient in
      try Interruption.check()
      let parts = try episode.lossesAndGradient(at: theta, gradient: gradient)
      let loss = settings.loss(of: parts)
      if painting.parts.isEmpty || loss < settings.loss(of: best) { best = parts }
      painting.losses.append(settings.loss(of: best))
      painting.parts.append(best)
      return loss
    }
    painting.fill(to: evaluations, repeating: true)
    painting.frames.append(Painting.Frame(episode.image(end), after: evaluations))
    return painting
  }
}

extension Painting {
  /// Makes it as many steps as asked for: with the last loss where the optimizer had found a minimum, else with nan.
  fileprivate mutating func fill(to steps: Int, repeating: Bool = false) {
    let missing = ArtLosses(content: .nan, style: .nan, smoothness: .nan)
    let (loss, part) = repeating ? (losses.last ?? .nan, parts.last ?? missing) : (.nan, missing)
    losses += [Float](repeating: loss, count: steps - losses.count)
    parts += [ArtLosses](repeating: part, count: steps - parts.count)
  }
}
