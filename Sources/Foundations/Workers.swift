import Synchronization

/// A number of threads that share out independent pieces of work.
///
/// What a piece computes must not depend on which thread runs it or when; then results are the same for any number of
/// workers. Pieces are handed out in order, one at a time, so that uneven ones balance.
public struct Workers: Sendable {
  /// How many threads work at once.
  public let count: Int

  /// The processes over which `spread` shares out its pieces; every other way of working stays in this one.
  public let ranks: Ranks

  public init(_ count: Int, over ranks: Ranks = .alone) {
    self.count = max(1, count)
    self.ranks = ranks
  }

  /// As many threads of this process alone.
  public var here: Workers { Workers(count) }

  /// One worker for each core that is free to use.
  public static var all: Workers { Workers(ProcessorCount.available) }

  /// One worker: the calling thread.
  public static let one = Workers(1)

  /// Runs `body` once for each of 0..<pieces and returns when all are done.
  public func forEach(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
    guard count > 1, pieces > 1 else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    WorkerPool.shared(helpers: count - 1).run(pieces, body)
  }

  /// The results of `body` for each of 0..<pieces, in order. If pieces throw, the error of the first of them is thrown
  /// after all have ended.
  public func map<Result: Sendable, Failure: Error>(
    _ pieces: Int, _ body: @Sendable (Int) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = Mutex([Swift.Result<Result, Failure>?](repeating: nil, count: pieces))
    forEach(pieces) { piece in
      let result = Swift.Result { () throws(Failure) in try body(piece) }
      results.withLock { $0[piece] = result }
    }
    var values: [Result] = []
    values.reserveCapacity(pieces)
    for result in results.withLock({ $0 }) { values.append(try result!.get()) }
    return values
  }
}
