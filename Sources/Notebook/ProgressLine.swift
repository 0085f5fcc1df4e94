import Foundation
import Synchronization

/// The progress of one stage of an experiment: percent, loss and time left.
///
/// May be updated from any thread, as often as one likes: a terminal is redrawn at most ten times a second, a pipe gets
/// a line every 15 seconds ($L2L_LOG_SECONDS changes that).
public final class ProgressLine: Sendable {
  private struct State {
    var done = 0
    /// What was done before this run, so that the time left is right after resuming.
    var first: Int
    var loss: Double?
    var note: String?
    var shown: ContinuousClock.Instant
    var finished = false
  }

  let stage: String
  let total: Int
  /// What is counted; nil where only the share means something.
  let unit: String?
  private let terminal: Terminal
  private let start = ContinuousClock.now
  private let state: Mutex<State>
  private let interval = ProgressLine.logInterval
  private let onFinish: @Sendable (String, Duration) -> Void

  /// Time between two lines in a pipe.
  static var logInterval: Duration { .seconds(named: "L2L_LOG_SECONDS", default: 15) }

  init(
    _ stage: String, of total: Int, unit: String?, from first: Int = 0, terminal: Terminal,
    onFinish: @escaping @Sendable (String, Duration) -> Void
  ) {
    self.stage = stage
    self.total = total
    self.unit = unit
    self.terminal = terminal
    self.onFinish = onFinish
    state = Mutex(State(done: first, first: first, shown: start))
  }

  /// Says that `done` of the total are done.
  ///
  /// - Parameter first: what of that an earlier run did, from which this one goes on.
  public func update(_ done: Int, from first: Int? = nil, loss: Double? = nil, note: String? = nil) {
    change {
      $0.done = done
      if let first { $0.first = first }
      if let loss { $0.loss = loss }
      $0.note = note
    }
  }

  /// Says that this share of the whole is done, where no unit is counted.
  ///
  /// - Parameter first: what of that an earlier run did, from which this one goes on.
  public func update(share done: Double, from first: Double, loss: Double? = nil, note: String? = nil) {
    update(Int(Double(total) * done), from: Int(Double(total) * first), loss: loss, note: note)
  }

  /// Says that so many more are done.
  public func advance(by count: Int = 1, loss: Double? = nil) {
    change {
      $0.done += count
      if let loss { $0.loss = loss }
    }
  }

  /// What is done by now, by earlier runs too.
  var done: Int { state.withLock { $0.done } }

  /// Says that an earlier run did so many of them.
  public func skip(_ count: Int) {
    change {
      $0.done += count
      $0.first += count
    }
  }

  /// Ends the stage; its duration becomes part of the run's record. A second call does nothing.
  public func finish() {
    let line: String? = state.withLock {
      guard !$0.finished else { return nil }
      $0.finished = true
      return summary($0)
    }
    guard let line else { return }
    terminal.show(status: "")
    terminal.print(line)
    onFinish(stage, start.duration(to: .now))
  }

  private func change(_ body: (inout State) -> Void) {
    let now = ContinuousClock.now
    let line: String? = state.withLock {
      body(&$0)
      guard !$0.finished, $0.shown.duration(to: now) >= (terminal.redraws ? .milliseconds(100) : interval) else {
        return nil
      }
      $0.shown = now
      return self.line($0, elapsed: start.duration(to: now))
    }
    line.map(terminal.progress)
  }

  private func line(_ state: State, elapsed: Duration) -> String {
    var parts = [stage, Self.amount(state.done, of: total, unit)]
    if let loss = state.loss { parts.append("loss \(shortNumber(loss))") }
    if let note = state.note { parts.append(note) }
    if let left = Self.left(after: elapsed, done: state.done, of: total, from: state.first) {
      parts.append("\(spokenDuration(left)) left")
    }
    return parts.joined(separator: "  ")
  }

  /// "43 %  430 of 1000 episodes", or only the percent.
  static func amount(_ done: Int, of total: Int, _ unit: String?) -> String {
    let percent = total > 0 ? min(100, max(0, 100 * done / total)) : 100
    return "\(percent) %" + (unit.map { "  \(done) of \(total) \($0)" } ?? "")
  }

  /// The time that the rest takes if it goes on as fast as since the start; nil while that cannot be told.
  static func left(after elapsed: Duration, done: Int, of total: Int, from first: Int) -> Duration? {
    guard done > first, done < total else { return nil }
    return elapsed * (Double(total - done) / Double(done - first))
  }

  private func summary(_ state: State) -> String {
    let loss = state.loss.map { ", loss \(shortNumber($0))" } ?? ""
    guard state.done >= total else {
      return "\(stage) stopped after \(spokenDuration(start.duration(to: .now))), at "
        + Self.amount(state.done, of: total, unit)
    }
    let amount = unit.map { ": \(state.done) \($0)" } ?? ""
    return "\(stage)\(amount) in \(spokenDuration(start.duration(to: .now)))\(loss)"
  }
}
