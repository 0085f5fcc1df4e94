import CZlib
import Foundation

extension TemporaryFolder {
  /// Writes a gzip file of a beginning and so many zeros after it, as small as can be, and gives its path.
  public func gzip(_ start: [UInt8], zeros: Int) throws -> String {
    let path = path("packed")
    guard let file = gzopen(path, "wb9") else { throw CocoaError(.fileWriteUnknown) }
    var start = start
    if !start.isEmpty { gzwrite(file, &start, UInt32(start.count)) }
    var block = [UInt8](repeating: 0, count: 1 << 20)
    for offset in stride(from: 0, to: zeros, by: block.count) {
      gzwrite(file, &block, UInt32(min(block.count, zeros - offset)))
    }
    gzclose(file)
    return path
  }
}
