import Foundations
import LabelledData
import Testing
import Vectors

@testable import Optimizees

struct ClassificationTests {
  /// Image k has its only bright pixel at place k: the first layer's gradient then shows which images a minibatch held.
  private func oneHot(_ count: Int, classes: Int = 3) -> LabelledImages {
    var pixels = [Float](repeating: 0, count: count * count)
    for image in 0..<count { pixels[image * count + image] = 1 }
    return LabelledImages(
      width: count, height: 1, channels: 1, classes: (0..<classes).map { "\($0)" }, pixels: pixels,
      labels: (0..<count).map { UInt8($0 % classes) })
  }

  private func classification(
    images: Int = 30, batch: Int = 6, start: StartDeviation = .fixed(0.3), hidden: [Int] = [4]
  ) throws -> Classification {
    try Classification(
      MLP(inputs: images, hidden: hidden, classes: 3), on: oneHot(images), batch: batch, start: start)
  }

  private func evaluate(_ episode: any Episode, _ step: Int, at parameters: [Float]? = nil) throws -> (
    loss: Float, gradient: [Float]
  ) {
    let parameters = parameters ?? episode.initialParameters
    var gradient = [Float](repeating: 1e9, count: parameters.count)
    let loss = try parameters.withUnsafeBufferPointer { theta in
      try gradient.withUnsafeMutableBufferPointer {
        try episode.lossAndGradient(at: theta, step: step, gradient: $0)
      }
    }
    return (loss, gradient)
  }

  /// Images whose column of the first layer's weights has a gradient.
  private func touched(_ gradient: [Float], images: Int = 30) -> Set<Int> {
    Set((0..<images).filter { image in (0..<4).contains { gradient[$0 * images + image] != 0 } })
  }

  @Test func minibatchesDependOnTheStepAndNotOnTheOrderOfCalls() throws {
    let optimizee = try classification()
    let stream = RandomStream(seed: 1)
    let (forwards, backwards) = (optimizee.episode(stream), optimizee.episode(stream))
    #expect(forwards.initialParameters == backwards.initialParameters)
    let steps = Array(1...20)
    let there = try steps.map { try evaluate(forwards, $0) }
    let back = try steps.reversed().map { try evaluate(backwards, $0) }.reversed()
    for (a, b) in zip(there, back) {
      #expect(a.loss == b.loss)
      #expect(a.gradient == b.gradient)
    }
    #expect(Set(there.map { touched($0.gradient) }).count > 15, "each step has a minibatch of its own")
    #expect(there.reduce(into: Set<Int>()) { $0.formUnion(touched($1.gradient)) }.count > 25, "all images take part")
  }

  @Test func aMinibatchHoldsAsManyImagesAsItSays() throws {
    let optimizee = try classification(batch: 6)
    let episode = optimizee.episode(RandomStream(seed: 1))
    for step in 1...50 {
      let count = touched(try evaluate(episode, step).gradient).count
      #expect((1...6).contains(count))
    }
    let single = try classification(batch: 1).episode(RandomStream(seed: 1))
    for step in 1...20 { #expect(touched(try evaluate(single, step).gradient).count == 1) }
  }

  @Test func episodesDifferByTheirStream() throws {
    let optimizee = try classification()
    let streams = (0..<4).map { RandomStream(seed: 1).stream("episode", $0) }
    let episodes = streams.map { optimizee.episode($0) }
    #expect(Set(episodes.map(\.initialParameters)).count == 4)
    // At the same θ the minibatches differ too.
    let theta = episodes[0].initialParameters
    let gradients = try episodes.map { try evaluate($0, 1, at: theta).gradient }
    #expect(Set(gradients).count == 4)
  }

  @Test func lossIsTheMeanOverItsMinibatch() throws {
    // One image only, so that every minibatch is known.
    let images = LabelledImages(
      width: 3, height: 1, channels: 1, classes: ["a", "b"], pixels: [0.2, 0.9, 0.4], labels: [1])
    let network = MLP(inputs: 3, hidden: [4], classes: 2)
    let episode = try Classification(network, on: images, batch: 5, start: .fixed(1)).episode(RandomStream(seed: 1))
    let plain = PlainMLP(network: network, inputs: [images.pixels.map(Double.init)], labels: [1])
    let (loss, gradient) = try evaluate(episode, 7)
    let parameters = episode.initialParameters.map(Double.init)
    #expect(abs(Double(loss) - plain.loss(parameters)) < 1e-6)
    for k in gradient.indices { #expect(abs(Double(gradient[k]) - plain.slope(parameters, at: k)) < 1e-6) }
  }

  @Test func startsAreNormalWithTheDeviationAskedFor() throws {
    let optimizee = try classification(images: 200, start: .fixed(0.01), hidden: [20])
    for seed in 0..<4 {
      let start = optimizee.episode(RandomStream(seed: UInt64(seed))).initialParameters
      #expect(abs(deviation(start) / 0.01 - 1) < 0.05)
      #expect(abs(start.reduce(0, +) / Float(start.count)) < 0.0005)
      #expect(optimizee.layout.tensors.allSatisfy { start[$0.range].contains { $0 != 0 } }, "biases too")
    }
  }

  @Test func deviationsFillTheirRangeEvenlyOnALogarithmicScale() throws {
    let optimizee = try classification(images: 100, start: .around(0.05, spread: 1), hidden: [20])
    let logarithms = (0..<200).map { k in
      var ratio = [
        deviation(optimizee.episode(RandomStream(seed: 5).stream("trial", k)).initialParameters) / 0.05
      ]
      VectorMath.log(&ratio)
      return ratio[0]
    }
    // Each is measured from 2,083 numbers, to 1.5 %.
    #expect(logarithms.allSatisfy { abs($0) < 1.06 })
    for quarter in 0..<4 {
      let from = -1 + 0.5 * Float(quarter)
      let share = logarithms.filter { $0 >= from && $0 < from + 0.5 }.count
      #expect((25...75).contains(share), "\(share) of 200 in quarter \(quarter)")
    }
  }

  private func deviation(_ numbers: [Float]) -> Float {
    (numbers.reduce(0) { $0 + $1 * $1 } / Float(numbers.count)).squareRoot()
  }

  @Test func imagesAndNetworksThatDoNotFitAreRefused() throws {
    let images = oneHot(5)
    #expect(throws: SettingError.self) { try Classification(MLP(inputs: 6, hidden: [2], classes: 3), on: images) }
    #expect(throws: SettingError.self) { try Classification(MLP(inputs: 5, hidden: [2], classes: 2), on: images) }
    #expect(throws: SettingError.self) {
      try Classification(MLP(inputs: 5, hidden: [2], classes: 3), on: images, batch: 0)
    }
    #expect(throws: SettingError.self) {
      try Classification(MLP(inputs: 5, hidden: [2], classes: 3), on: images[0..<0])
    }
  }
}
