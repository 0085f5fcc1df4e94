import Foundation

/// A path with the home folder in place of ~, where a shell has left it as it is: --output=~/reports.
public func expandingTilde(_ path: String) -> String { NSString(string: path).expandingTildeInPath }
