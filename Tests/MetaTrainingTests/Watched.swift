import Foundations
import Optimizees
import Synchronization

/// An optimizee that remembers what was asked of its episodes, in the order in which they were drawn.
final class Watched: Optimizee {
  struct Seen: Sendable, Equatable {
    var start: [Float]
    /// The last step at which the loss was asked for.
    var lastStep = 0
  }

  private let base: Valleys
  private let all = Mutex<[Seen]>([])

  init(_ base: Valleys) { self.base = base }

  var layout: ParameterLayout { base.layout }

  var seen: [Seen] { all.withLock { $0 } }

  func episode(_ stream: RandomStream) -> any Episode {
    let episode = base.episode(stream)
    let place = all.withLock {
      $0.append(Seen(start: episode.initialParameters))
      return $0.count - 1
    }
    return WatchedEpisode(episode) { step in
      self.all.withLock { $0[place].lastStep = max($0[place].lastStep, step) }
    }
  }

  private final class WatchedEpisode: Episode {
    private let base: any Episode
    private let tell: (Int) -> Void

    init(_ base: any Episode, tell: @escaping (Int) -> Void) {
      self.base = base
      self.tell = tell
    }

    var initialParameters: [Float] { base.initialParameters }

    func lossAndGradient(
      at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
    ) throws -> Float {
      tell(step)
      return try base.lossAndGradient(at: parameters, step: step, gradient: gradient)
    }
  }
}
