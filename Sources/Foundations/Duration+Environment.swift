import Foundation

extension Duration {
  /// As many seconds as an environment variable says, 0 to a billion; the default where it is not set, or where
  /// `checkSeconds` refuses it.
  public static func seconds(named variable: String, default seconds: Double) -> Duration {
    .seconds(min(max(number(variable, in: ProcessInfo.processInfo.environment) ?? seconds, 0), 1e9))
  }

  /// Sees to it that an environment variable, where it is set, is a number of seconds.
  ///
  /// - Throws: `SettingError` that names the variable.
  public static func checkSeconds(
    named variable: String, in environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    guard let text = environment[variable], !text.isEmpty, number(variable, in: environment) == nil else { return }
    throw SettingError("$\(variable)", value: text, expected: "a number of seconds")
  }

  private static func number(_ variable: String, in environment: [String: String]) -> Double? {
    environment[variable].flatMap(Double.init).flatMap { $0.isNaN ? nil : $0 }
  }
}
