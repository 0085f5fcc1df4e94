import Foundation

/// A folder that goes away with its last reference.
public final class TemporaryFolder: Sendable {
  public let path = NSTemporaryDirectory() + "/learning-to-learn-tests-\(UUID().uuidString)"

  public init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  public func path(_ name: String) -> String { path + "/" + name }
}
