import Foundation

/// The cores that the system lets a thread run on, a bit each, 64 in a number. Linux alone tells them.
enum CoreAffinity {
  /// Those of this thread; nil where the system does not tell.
  static var current: [UInt64]? {
    #if os(Linux)
      // As many as Linux's own `cpu_set_t` has.
      var cores = [UInt64](repeating: 0, count: 16)
      guard let call = function("sched_getaffinity") else { return nil }
      let status = cores.withUnsafeMutableBytes { call(0, $0.count, $0.baseAddress) }
      return status == 0 ? cores : nil
    #else
      return nil
    #endif
  }

  /// Has this thread, and those that it starts from now on, run on some cores alone.
  ///
  /// - Returns: whether the system does so.
  @discardableResult
  static func set(_ cores: [UInt64]) -> Bool {
    #if os(Linux)
      var cores = cores
      guard let call = function("sched_setaffinity") else { return false }
      return cores.withUnsafeMutableBytes { call(0, $0.count, $0.baseAddress) } == 0
    #else
      return false
    #endif
  }

  /// The first of some cores alone.
  static func first(of cores: [UInt64]) -> [UInt64] {
    var first = [UInt64](repeating: 0, count: cores.count)
    guard let place = cores.firstIndex(where: { $0 != 0 }) else { return first }
    first[place] = 1 << UInt64(cores[place].trailingZeroBitCount)
    return first
  }

  /// Has this thread stay on the first of its cores, where the system lets it.
  static func stayOnFirst() {
    if let cores = current { set(first(of: cores)) }
  }

  #if os(Linux)
    private typealias Call = @convention(c) (pid_t, Int, UnsafeMutableRawPointer?) -> Int32

    /// Found by name: the C library declares these for programs that ask for GNU's extensions, which Swift does not.
    private static func function(_ name: String) -> Call? {
      guard let address = dlsym(nil, name) else { return nil }
      return unsafeBitCast(address, to: Call.self)
    }
  #endif
}
