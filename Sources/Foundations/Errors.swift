/// An error that the suite prints as one line before it ends with an exit code.
public protocol SuiteError: Error, CustomStringConvertible {
  /// 2 for a usage error, 3 when data is missing or damaged, 1 for everything else.
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

  public var description: String { "\(file): expected \(expected), found \(found); \(remedy)" }
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

  public var description: String { "\(setting) is \(value); expected \(expected)" }
}
