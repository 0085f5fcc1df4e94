import Foundations
import LSTMKernels
import MetaTraining
import Optimizees
import Optimizers
import Synchronization
import Testing

struct EvaluationTests {
  private let stream = RandomStream(seed: 8)

  private func curves(_ optimizer: some Optimizer, on optimizee: any Optimizee = Valleys(), threads: Int = 1) throws
    -> LossCurves
  {
    try evaluate(
      optimizer, on: optimizee, panel: "valleys", trials: 4, steps: 15, stream: stream, learningRate: 0.1,
      workers: Workers(threads))
  }

  @Test func allOptimizersMeetTheSameProblems() throws {
    let (slow, fast) = (try curves(SGD(learningRate: 0)), try curves(Adam(learningRate: 0.1)))
    #expect(slow.losses.map { $0[0] } == fast.losses.map { $0[0] })
    #expect(Set(slow.losses.map { $0[0] }).count == 4, "and each trial another one")
    // At rest, the losses are those of the episode at its start.
    for trial in 0..<4 {
      let episode = ValleysEpisode(Valleys(), stream.stream("trial", trial))
      for step in 1...15 {
        let exact = episode.lossAndGradient(episode.initialParameters.map(Double.init), step: step).loss
        #expect(slow.losses[trial][step - 1] == Float(exact))
      }
    }
    #expect(fast.optimizer == "ADAM" && fast.panel == "valleys" && fast.learningRate == 0.1 && fast.firstStep == 1)
  }

  @Test func threadsDoNotChangeABit() throws {
    let one = try curves(NAG(learningRate: 0.1))
    for threads in [2, 3] { #expect(try curves(NAG(learningRate: 0.1), threads: threads) == one) }
  }

  @Test(arguments: [Fault.loss(.nan), .loss(.infinity)]) func aTrialEndsWhereItsLossIsNotFinite(fault: Fault) throws {
    let bad = stream.stream("trial", 2)
    let optimizee = Faulty(Valleys(), fault, at: 6) { $0 == bad }
    let (broken, whole) = (try curves(SGD(learningRate: 0.1), on: optimizee), try curves(SGD(learningRate: 0.1)))
    for trial in [0, 1, 3] { #expect(broken.losses[trial] == whole.losses[trial]) }
    #expect(broken.losses[2].prefix(5) == whole.losses[2].prefix(5))
    #expect(!broken.losses[2][5].isFinite && broken.losses[2].dropFirst(6).allSatisfy(\.isNaN))
    #expect(optimizee.count == 1, "nothing is asked of it afterwards")
    #expect(broken.finalLosses(last: 3).map(\.isFinite) == [true, true, false, true])
  }

  /// The learned optimizer's features of an infinite gradient are finite: nothing else would tell.
  @Test(arguments: [Float.nan, .infinity, -.infinity]) func aTrialEndsWhereItsGradientIsNotFinite(_ bad: Float) throws {
    let lstm = try CoordinatewiseLSTM(hidden: 4)
    let learned = try LSTMOptimizer(
      lstm, weights: [.init(group: "all", weights: lstm.initialWeights(.wired, stream: stream))])
    let optimizee = Faulty(Valleys(), .gradient(bad), at: 6) { _ in true }
    let curves = try evaluate(
      learned, on: optimizee, panel: "", trials: 2, steps: 15, stream: stream, workers: .one)
    for losses in curves.losses {
      #expect(losses.prefix(6).allSatisfy(\.isFinite) && losses.dropFirst(6).allSatisfy(\.isNaN))
    }
    #expect(curves.finalLosses(last: 10).map(\.isNaN) == [true, true])
  }

  @Test(arguments: [(0, 5), (-1, 5), (3, 0), (3, -2)]) func lessThanOneTrialOrStepIsAnError(trials: Int, steps: Int) {
    #expect(throws: SettingError.self) {
      try evaluate(
        SGD(learningRate: 0.1), on: Valleys(), panel: "", trials: trials, steps: steps, stream: stream, workers: .one)
    }
  }

  @Test func everyTrialIsCountedOnce() throws {
    let seen = Mutex<[Int]>([])
    _ = try evaluate(
      SGD(learningRate: 0.1), on: Valleys(), panel: "", trials: 9, steps: 2, stream: stream, workers: Workers(3)
    ) { trial in seen.withLock { $0.append(trial) } }
    #expect(seen.withLock { $0.sorted() } == Array(0..<9))
  }

  @Test func eachTrialEndsWithItsLastParameters() throws {
    let ends = Mutex<[Int: [Float]]>([:])
    let bad = stream.stream("trial", 1)
    let optimizee = Faulty(Valleys(), .loss(.nan), at: 3) { $0 == bad }
    _ = try evaluate(
      SGD(learningRate: 0.1), on: optimizee, panel: "", trials: 3, steps: 4, stream: stream, workers: Workers(2),
      ending: { trial, parameters in ends.withLock { $0[trial] = parameters } })
    let found = ends.withLock { $0 }
    #expect(found.keys.sorted() == [0, 2], "nothing is said of a trial that diverged")
    // After the last update: where the loss of a further step would be taken.
    let longer = try curves(SGD(learningRate: 0.1))
    for trial in [0, 2] {
      let episode = ValleysEpisode(Valleys(), stream.stream("trial", trial))
      let exact = episode.lossAndGradient(try #require(found[trial]).map(Double.init), step: 5).loss
      #expect(abs(Double(longer.losses[trial][4]) - exact) < 1e-4 * exact)
    }
  }

  @Test func meansAreTakenOverTheStepsNamed() {
    let curves = LossCurves(
      panel: "p", optimizer: "SGD", learningRate: nil, losses: [[1, 2, 3, 4], [5, 5, 5, 9]], firstStep: 100)
    #expect(curves.finalLosses(last: 2) == [3.5, 7])
    #expect(curves.means(of: 100...101) == [1.5, 5])
    #expect(curves.means(of: 103...103) == [4, 9])
  }
}
