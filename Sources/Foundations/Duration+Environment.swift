import Foundation

extension Duration {
  /// As many seconds as an environment variable says, at most a billion; the default where it says no such number.
  public static func seconds(named variable: String, default seconds: Double) -> Duration {
    let wish = ProcessInfo.processInfo.environment[variable].flatMap(Double.init).flatMap { $0.isNaN ? nil : $0 }
    return .seconds(min(max(wish ?? seconds, 0), 1e9))
  }
}
