import Datasets
import Foundations
import LabelledData
import MetaTraining
import Optimizees
import Optimizers
import Synchronization
import Testing

/// Meta-training and tuning see one half of the images, validation and the final comparison the other.
struct NoLeakTests {
  private static let count = 60

  /// Image k has its only bright pixel at place k: which images a minibatch held is read off the first layer's
  /// gradient.
  private let images: LabelledImages

  init() {
    var pixels = [Float](repeating: 0, count: Self.count * Self.count)
    for image in 0..<Self.count { pixels[image * Self.count + image] = 1 }
    images = LabelledImages(
      width: Self.count, height: 1, channels: 1, classes: ["a", "b", "c"], pixels: pixels,
      labels: (0..<Self.count).map { UInt8($0 % 3) })
  }

  private func witness(_ images: LabelledImages) throws -> Witness {
    Witness(
      try Classification(
        MLP(inputs: Self.count, hidden: [2], classes: 3), on: images, batch: 5, start: .fixed(0.5)))
  }

  @Test func practiceAndExamDrawFromDifferentHalves() throws {
    let halves = images.halves
    let (practice, validation) = (try witness(halves.practice), try witness(halves.held))
    let outcome = try Rehearsal(metaBatch: 2, threads: 2, on: practice, validation: validation)
    let result = try outcome.trainer.train(
      outcome.lessons, validation: validation, stream: RandomStream(seed: 1).stream("meta-training"))
    let tuned = try witness(halves.practice)
    _ = try BaselineTuning(trials: 2, steps: 10, grid: -4...0).tune(
      .adam, on: tuned, panel: "", stream: RandomStream(seed: 1).stream("tuning"))
    let exam = try witness(halves.held)
    _ = try evaluate(
      result.optimizer, on: exam, panel: "", trials: 4, steps: 10, stream: RandomStream(seed: 1).stream("evaluation"),
      workers: .one)

    let (first, second) = (Set(0..<Self.count / 2), Set(Self.count / 2..<Self.count))
    #expect(practice.seen == first, "all of the first half and nothing else")
    #expect(tuned.seen == first)
    #expect(validation.seen == second)
    #expect(exam.seen == second)
  }

  /// Same seed, other purpose: validation and exam share images, not starts or minibatches.
  @Test func validationAndExamAreDifferentProblems() throws {
    let held = images.halves.held
    let (validation, exam) = (try witness(held), try witness(held))
    let rehearsal = try Rehearsal(on: try witness(images.halves.practice), validation: validation)
    let seed = RandomStream(seed: 1)
    let result = try rehearsal.trainer.train(
      rehearsal.lessons, validation: validation, stream: seed.stream("meta-training"))
    _ = try evaluate(
      result.optimizer, on: exam, panel: "", trials: 8, steps: 1, stream: seed.stream("evaluation"), workers: .one)
    #expect(validation.starts.isDisjoint(with: exam.starts))
    #expect(validation.starts.count == 3 && exam.starts.count == 8)
  }
}

/// A classification that remembers which one-hot images its minibatches held.
private final class Witness: Optimizee {
  private let base: Classification
  private let record = Mutex((seen: Set<Int>(), starts: Set<[Float]>()))

  init(_ base: Classification) { self.base = base }

  var layout: ParameterLayout { base.layout }
  var seen: Set<Int> { record.withLock { $0.seen } }
  var starts: Set<[Float]> { record.withLock { $0.starts } }

  func episode(_ stream: RandomStream) -> any Episode {
    let episode = base.episode(stream)
    record.withLock { _ = $0.starts.insert(episode.initialParameters) }
    return WitnessEpisode(self, episode)
  }

  private func note(_ gradient: UnsafeMutableBufferPointer<Float>) {
    let inputs = base.network.inputs
    let touched = (0..<inputs).filter { gradient[$0] != 0 || gradient[inputs + $0] != 0 }
    record.withLock { $0.seen.formUnion(touched) }
  }

  private final class WitnessEpisode: Episode {
    private let witness: Witness
    private let base: any Episode

    init(_ witness: Witness, _ base: any Episode) {
      self.witness = witness
      self.base = base
    }

    var initialParameters: [Float] { base.initialParameters }

    func lossAndGradient(
      at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
    ) throws -> Float {
      let loss = try base.lossAndGradient(at: parameters, step: step, gradient: gradient)
      witness.note(gradient)
      return loss
    }
  }
}
