import Foundation
import Synchronization

/// Threads that wait for work in a loop for a millisecond before they go to sleep.
///
/// One step of the LSTM takes a third of a millisecond on small problems: too short for threads that must be woken each
/// time, which costs 20 to 60 µs with Dispatch, and half a millisecond on a virtual machine whose idle processors are
/// halted.
final class WorkerPool: Sendable {
  private struct Job {
    var pieces: Int
    var body: @Sendable (Int) -> Void
  }

  private let job = Mutex<Job?>(nil)
  /// Held by the caller whose work is being done; whoever finds it taken works alone.
  private let busy = Atomic<Bool>(false)
  /// Goes up with every job.
  private let generation = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private let done = Atomic<Int>(0)
  /// Helpers that may hold the job at the moment.
  private let active = Atomic<Int>(0)
  private let sleeping = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)

  /// Loads of a counter before a thread goes to sleep: about a millisecond, longer than an optimizee's loss and
  /// gradient between two steps of the LSTM. (With 50 µs the meta-training of `fig3-mnist` took 1.05 times as long.)
  private static let patience = 400_000

  private static let pools = Mutex<[Int: WorkerPool]>([:])

  /// The pool of so many helpers beside the calling thread; its threads live as long as the process.
  static func shared(helpers: Int) -> WorkerPool {
    pools.withLock { pools in
      if let pool = pools[helpers] { return pool }
      let pool = WorkerPool()
      for _ in 0..<helpers {
        let thread = Thread { pool.help() }
        // Kernels keep their scratch on the stack.
        thread.stackSize = 8 << 20
        thread.start()
      }
      pools[helpers] = pool
      return pool
    }
  }

  /// Runs `body` for each of 0..<pieces, here and on the helpers; returns when all are done.
  func run(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
    guard busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    withoutActuallyEscaping(body) { body in
      next.store(0, ordering: .relaxed)
      done.store(0, ordering: .relaxed)
      job.withLock { $0 = Job(pieces: pieces, body: body) }
      generation.add(1, ordering: .sequentiallyConsistent)
      for _ in 0..<sleeping.exchange(0, ordering: .sequentiallyConsistent) { alarm.signal() }
      take(pieces, body)
      Self.wait(until: { done.load(ordering: .acquiring) == pieces })
      // No helper may keep the closure once this returns.
      job.withLock { $0 = nil }
      Self.wait(until: { active.load(ordering: .acquiring) == 0 })
    }
    busy.store(false, ordering: .releasing)
  }

  /// Returns once `condition` holds. Whole trainings are pieces too: a caller that kept asking while another thread
  /// works on the last of them would take a core from the machine for nothing.
  private static func wait(until condition: () -> Bool) {
    for _ in 0..<patience where condition() { return }
    var pause = 1e-4
    while !condition() {
      Thread.sleep(forTimeInterval: pause)
      pause = min(2 * pause, 2e-3)
    }
  }

  private func take(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
    while true {
      let piece = next.add(1, ordering: .relaxed).oldValue
      if piece >= pieces { return }
      body(piece)
      done.add(1, ordering: .releasing)
    }
  }

  /// What a helper does for ever.
  private func help() {
    var seen = 0
    while true {
      wait(beyond: seen)
      seen = generation.load(ordering: .acquiring)
      active.add(1, ordering: .sequentiallyConsistent)
      takePart()
      active.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  /// A function of its own, so that the job is released before this helper counts as inactive.
  @inline(never)
  private func takePart() {
    guard let job = job.withLock({ $0 }) else { return }
    take(job.pieces, job.body)
  }

  private func wait(beyond seen: Int) {
    for _ in 0..<Self.patience where generation.load(ordering: .acquiring) != seen { return }
    sleeping.add(1, ordering: .sequentiallyConsistent)
    // A job that came in between has either seen this sleeper or is seen here; a signal too many only wakes once more.
    if generation.load(ordering: .sequentiallyConsistent) == seen { alarm.wait() }
  }
}
