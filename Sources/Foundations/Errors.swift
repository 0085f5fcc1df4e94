/// An error that the suite prints as one line before it ends with an exit code.
public protocol SuiteError: Error, CustomStringConvertible {
  /// 2 for a usage error, 3 for a file that is missing, damaged or cannot be written, 128 and the signal's number for
  /// work that was stopped by one, 1 for everything else.
  var exitCode: Int32 { get }
}

/// A file that is missing, damaged or not what its name says.
public struct FileError: SuiteError, Equatable {
  public var file: String
  public var expected: String
  public var found: String
  /// What the user can do about it.
  public var remedy: String

  public init(_ file: String, expected: String, found: String, remedy: String) {
    self.file = file
    self.expected = expected
    self.found = found
    self.remedy = remedy
  }

  public var exitCode: Int32 { 3 }

  public var description: String {
    "\(file.isEmpty ? "\"\"" : file.shown()): expected \(expected.shown()), found \(found.shown()); \(remedy)"
  }
}

extension String {
  /// What an error shows of a text that may come from a file: one line, of which the middle is left out where it is
  /// long, without the characters by which a terminal is told what to do.
  public func shown(limit: Int = 400) -> String {
    var scalars = String.UnicodeScalarView()
    func append(_ part: some Sequence<Unicode.Scalar>) {
      for scalar in part {
        switch scalar {
        case "\n": scalars.append(contentsOf: "\\n".unicodeScalars)
        case _ where scalar.properties.generalCategory == .control:
          scalars.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
        default: scalars.append(scalar)
        }
      }
    }
    if unicodeScalars.count <= limit {
      append(unicodeScalars)
    } else {
      append(unicodeScalars.prefix(limit * 3 / 4))
      append(" … ".unicodeScalars)
      append(unicodeScalars.suffix(limit / 4))
    }
    return String(scalars)
  }
}

/// A setting that makes no sense: a rate of nan, a negative number of steps.
public struct SettingError: SuiteError, Equatable {
  public var setting: String
  public var value: String
  public var expected: String

  public init(_ setting: String, value: some CustomStringConvertible, expected: String) {
    self.setting = setting
    self.value = value.description
    self.expected = expected
  }

  public var exitCode: Int32 { 2 }

  /// Sees to it that a path that was given is not empty.
  ///
  /// - Throws: `SettingError` that names the setting and what it is the path of.
  public static func refuseEmpty(_ setting: String, _ path: String?, expected: String) throws {
    if path?.isEmpty == true { throw SettingError(setting, value: "empty", expected: expected) }
  }

  public var description: String { "\(setting) is \(value.shown()); expected \(expected.shown())" }
}
