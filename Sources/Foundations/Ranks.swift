import Foundation
import Synchronization

#if MPI
  internal import CMPI
#endif

/// The processes of one MPI job, each on a machine of its own or several on one.
///
/// All of them run the same program and take the same branches: each does its share of the pieces of work, and gets
/// what the others made (see `Workers.spread`). Rank 0 alone writes files and prints. Without MPI, and in a package
/// that was built without the trait `MPI`, there is one rank.
///
/// Exchanges are for the main thread, and all ranks make them in the same order.
public struct Ranks: Sendable, Equatable {
  /// This process: 0..<count.
  public let rank: Int
  public let count: Int

  /// One process on its own.
  public static let alone = Ranks(rank: 0, count: 1)

  /// All processes of the job. MPI is started by the first use, and ended when the process exits.
  public static let world: Ranks = start()

  /// The processes of the job where it has been started, else this one alone.
  public static var current: Ranks { hasStarted.load(ordering: .relaxed) ? world : alone }

  /// Whether this process writes files and prints.
  public var isFirst: Bool { rank == 0 }

  /// Whether this process is one that may write files: not so on later ranks of a job.
  public static var mayWrite: Bool { !isLater.load(ordering: .relaxed) }

  private static let isLater = Atomic(false)
  private static let hasStarted = Atomic(false)
  private static let exchange = Mutex((count: 0, bytes: 0, time: Duration.zero))

  private static func start() -> Ranks {
    #if MPI
      var (rank, count): (Int32, Int32) = (0, 1)
      mpi_start(&rank, &count)
      atexit { mpi_end() }
      hasStarted.store(true, ordering: .relaxed)
      isLater.store(rank > 0, ordering: .relaxed)
      return Ranks(rank: Int(rank), count: Int(count))
    #else
      return alone
    #endif
  }

  /// Sees to it that a process that mpirun has started knows of the others.
  ///
  /// - Throws: `SettingError` where it was built without MPI: each rank would be a run by itself.
  public static func requireSupport(
    in environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    #if !MPI
      if let count = environment["OMPI_COMM_WORLD_SIZE"].flatMap(Int.init), count > 1 {
        throw SettingError(
          "the number of ranks", value: count, expected: "1 without MPI; build with `swift build --traits MPI` first")
      }
    #endif
  }

  /// What each rank gives, in the order of ranks, on all of them.
  ///
  /// The time taken counts from when the last rank has come: waiting for a rank that still works is no cost of
  /// exchange.
  ///
  /// - Throws: `SettingError` for more than 2 GB.
  public func gather(_ own: [UInt8]) throws -> [[UInt8]] {
    guard count > 1 else { return [own] }
    #if MPI
      let largest = Int(Int32.max)
      guard own.count <= largest else { throw Self.tooLarge(own.count) }
      var sizes = [Int32](repeating: 0, count: count)
      mpi_gather_sizes(Int32(own.count), &sizes)
      let start = ContinuousClock.now
      let total = sizes.reduce(0) { $0 + Int($1) }
      guard total <= largest else { throw Self.tooLarge(total) }
      var offsets = [Int32](repeating: 0, count: count)
      for rank in 1..<count { offsets[rank] = offsets[rank - 1] + sizes[rank - 1] }
      var all = [UInt8](repeating: 0, count: total)
      mpi_gather_bytes(own, Int32(own.count), &all, sizes, offsets)
      Self.exchange.withLock {
        $0.count += 1
        $0.bytes += total
        $0.time += start.duration(to: .now)
      }
      return (0..<count).map { Array(all[Int(offsets[$0])..<Int(offsets[$0]) + Int(sizes[$0])]) }
    #else
      return [own]
    #endif
  }

  /// What rank 0 has, on all of them; nil if it has nothing.
  ///
  /// - Parameter make: is called on rank 0 alone. What it throws ends the job.
  /// - Throws: what `make` throws; over several ranks `SettingError` for more than 2 GB.
  public func broadcast(_ make: () throws -> [UInt8]?) throws -> [UInt8]? {
    guard count > 1 else { return try make() }
    // A gather to which the others give nothing; the first byte tells nothing from empty.
    let own: [UInt8] = isFirst ? try make().map { [1] + $0 } ?? [0] : []
    let first = try gather(own)[0]
    return first.first == 1 ? Array(first.dropFirst()) : nil
  }

  /// Ends all ranks at once, for an error that the others know nothing of.
  public func abort(_ code: Int32) {
    #if MPI
      if count > 1 { mpi_abort(code) }
    #endif
  }

  /// What all exchanges so far took: their number, their bytes, and the time without waiting for the last rank.
  public static var exchanged: (count: Int, bytes: Int, time: Duration) { exchange.withLock { $0 } }

  private static func tooLarge(_ bytes: Int) -> SettingError {
    SettingError("an exchange between ranks", value: "\(bytes) bytes", expected: "at most \(Int32.max)")
  }
}

/// An error on one rank that all ranks know of, so that each can end by itself.
public struct RankError: SuiteError, Equatable {
  public var rank: Int
  public var exitCode: Int32
  public var text: String

  public var description: String { rank == 0 ? text : "rank \(rank): \(text)" }
}
