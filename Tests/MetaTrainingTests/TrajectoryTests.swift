import Foundations
import MetaTraining
import Optimizees
import Optimizers
import Testing

struct TrajectoryTests {
  @Test func theWayIsThatOfTheUpdates() throws {
    let bowl = Functions(dimension: 2) { _ in
      Function(start: [1, -2]) { theta, gradient in
        (gradient[0], gradient[1]) = (2 * theta[0], 2 * theta[1])
        return theta[0] * theta[0] + theta[1] * theta[1]
      }
    }
    let way = try Trajectory(SGD(learningRate: 0.25), on: bowl, stream: RandomStream(seed: 1), steps: 3)
    #expect(way.parameters == [[1, -2], [0.5, -1], [0.25, -0.5]])
    #expect(way.losses == [5, 1.25, 0.3125] && way.optimizer == "SGD")
  }

  @Test func itEndsWhereLossesAreNotFinite() throws {
    let cliff = Functions(dimension: 1) { _ in
      Function(start: [0]) { theta, gradient in
        gradient[0] = -1
        return theta[0] < 1.5 ? theta[0] : .infinity
      }
    }
    let way = try Trajectory(SGD(learningRate: 1), on: cliff, stream: RandomStream(seed: 1), steps: 9)
    #expect(way.losses == [0, 1] && way.parameters == [[0], [1]])
  }
}
