import Foundation

enum ProcessorCount {
  /// Cores that the system lets this process use at the moment.
  static var available: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
