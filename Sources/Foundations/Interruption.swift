import Foundation
import Synchronization

/// Work was asked to stop, and has.
public struct Interrupted: SuiteError, Equatable {
  public var signal: Int32
  /// Whether all ranks have stopped for it at the same place.
  public var isShared = false
  /// What is left of the work, and how to go on.
  public var remedy: String

  public init(
    signal: Int32, isShared: Bool = false,
    remedy: String = "what was kept until then stays, and the same command goes on from there"
  ) {
    self.signal = signal
    self.isShared = isShared
    self.remedy = remedy
  }

  public var exitCode: Int32 { 128 + signal }

  public var description: String {
    let name = signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "signal \(signal)"
    return "stopped by \(name): \(remedy)"
  }
}

/// SIGINT and SIGTERM as a question that long work asks between its steps.
public enum Interruption {
  private static let received = Atomic<Int32>(0)
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  /// From now on the first signal asks work to stop at its next step, the second ends the process at once. Until
  /// `reset()`, all work that is begun after the first stops too. A signal
  /// that whoever started the process has set to be ignored stays ignored.
  public static func watch() {
    for number in [SIGINT, SIGTERM] {
      let before = signal(number, SIG_IGN)
      guard unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self) else { continue }
      sources.withLock {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        source.setEventHandler {
          if received.exchange(number, ordering: .sequentiallyConsistent) != 0 { _exit(128 + number) }
        }
        source.resume()
        $0.append(source)
      }
    }
  }

  /// Whether a signal has come, for work that cannot throw at once.
  public static var isAsked: Bool { received.load(ordering: .relaxed) != 0 }

  /// Forgets a signal that was dealt with: work may begin again, and the next signal asks it to stop.
  public static func reset() { received.store(0, ordering: .sequentiallyConsistent) }

  /// - Throws: `Interrupted` once a signal has come.
  public static func check() throws {
    let number = received.load(ordering: .relaxed)
    if number != 0 { throw Interrupted(signal: number) }
  }
}
