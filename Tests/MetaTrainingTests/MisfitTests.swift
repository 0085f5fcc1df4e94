import Foundations
import LSTMKernels
import MetaTraining
import Optimizees
import Optimizers
import Testing

/// Optimizees of a programmer's own that do not keep what the protocols ask.
struct MisfitTests {
  private let stream = RandomStream(seed: 3)

  @Test(arguments: [1, 3]) func aStartThatDoesNotFitTheLayoutIsAnError(count: Int) throws {
    let optimizee = Misfit(groups: ["theta"], startCount: count)
    #expect(throws: SettingError("numbers of an episode's start", value: count, expected: "2")) {
      try minimize(optimizee, by: SGD(learningRate: 0.1), steps: 3, stream: stream)
    }
    #expect(throws: SettingError.self) { try train(optimizee, validation: Misfit(groups: ["theta"], startCount: 2)) }
  }

  @Test func optimizeesOfOtherGroupsAreAnError() throws {
    let one = Misfit(groups: ["theta"], startCount: 2)
    let two = Misfit(groups: ["theta", "rest"], startCount: 2)
    #expect(
      throws: SettingError("groups of parameters", value: "theta, rest", expected: "theta as in the first lesson")
    ) { try train(one, two, validation: one) }
    #expect(throws: SettingError.self) { try train(two, one, validation: two) }
    #expect(throws: SettingError.self) { try train(one, validation: two) }
  }

  /// Each would train a set of weights of its own, of which one was kept.
  @Test func groupsOfOneNameAreAnError() throws {
    let twice = Misfit(groups: ["theta", "theta"], startCount: 2)
    let error = try #require(throws: SettingError.self) { try train(twice, validation: twice) }
    #expect(error.setting == "groups of parameters" && error.value == "theta, theta")
  }

  @Test func minimizingGoesDownhillAndGivesTheEnd() throws {
    let (parameters, losses) = try minimize(
      Misfit(groups: ["theta"], startCount: 2), by: SGD(learningRate: 0.25), steps: 3, stream: stream)
    // f = |θ|² from (1, 1): every update halves θ.
    #expect(losses == [2, 0.5, 0.125])
    #expect(parameters == [0.125, 0.125])
    #expect(throws: SettingError.self) {
      try minimize(Misfit(groups: ["theta"], startCount: 2), by: SGD(learningRate: 1), steps: 0, stream: stream)
    }
  }

  @Test func stepsThatACurveDoesNotHaveAreLeftOut() {
    let curves = LossCurves(panel: "", optimizer: "", learningRate: nil, losses: [[4, 2, 6]], firstStep: 11)
    #expect(curves.means(of: 12...20) == [4] && curves.means(of: 1...11) == [4] && curves.means(of: 11...13) == [4])
    #expect(curves.means(of: 1...3)[0].isNaN && curves.means(of: 14...20)[0].isNaN)
    #expect(curves.finalLosses(last: 2) == [4] && curves.finalLosses(last: 9) == [4])
    #expect(curves.finalLosses(last: 0)[0].isNaN && curves.finalLosses(last: -1)[0].isNaN)
    let cut = [curves].cut(to: 12...20, panel: "end")[0]
    #expect(cut.losses == [[2, 6]] && cut.firstStep == 12)
    #expect([curves].cut(to: 1...11, panel: "")[0].firstStep == 11)
  }

  private func train(_ optimizees: Misfit..., validation: Misfit) throws {
    var stage = TrainingStage(name: "any", episodes: 1, horizon: 2, learningRate: 0.01)
    stage.unroll = 2
    _ = try MetaTrainer(CoordinatewiseLSTM(hidden: 5), workers: .one).train(
      optimizees.map { MetaTrainer.Lesson(stage, on: $0) }, validation: validation, stream: stream)
  }
}

/// |θ|² over two coordinates, from a start of as many ones as are asked for.
private struct Misfit: Optimizee {
  var groups: [String]
  var startCount: Int

  var layout: ParameterLayout {
    let size = 2 / groups.count
    return ParameterLayout(
      groups.map { (name: $0, shape: [size]) }, groups: groups.map { (name: $0, tensors: 1) })
  }

  func episode(_ stream: RandomStream) -> any Episode { MisfitEpisode(startCount) }
}

private final class MisfitEpisode: Episode {
  let initialParameters: [Float]
  init(_ count: Int) { initialParameters = [Float](repeating: 1, count: count) }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    for k in gradient.indices { gradient[k] = 2 * parameters[k] }
    return parameters.reduce(0) { $0 + $1 * $1 }
  }
}
