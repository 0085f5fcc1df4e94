import ArgumentParser
import Foundation
import Foundations

/// The settings of an experiment: the common options and its own, with the command's name and what it does in
/// `configuration`.
///
/// ```swift
/// struct Settings: ExperimentSettings {
///   static let configuration = CommandConfiguration(
///     commandName: "fig3-mnist", abstract: "A learned optimizer on MNIST against four tuned baselines.")
///   @OptionGroup var common: CommonOptions
///   @Option(help: "Episodes of meta-training; the preset chooses when it is left out.") var episodes: Int?
/// }
/// ```
public protocol ExperimentSettings: ParsableCommand {
  var common: CommonOptions { get }

  /// The folder of the report; the command's name, unless a run is of another kind and shall not take its place.
  var reportName: String { get }
}

extension ExperimentSettings {
  public var reportName: String { Self.experimentName }

  /// The name of the command and of the folder of its report.
  static var experimentName: String { configuration.commandName ?? _commandName }

  /// Every option by name, with the value that this run has, as text; options left out are absent.
  ///
  /// ArgumentParser keeps values in property wrappers that are not encodable; they are read by reflection, as it does
  /// itself to write help texts.
  var values: [String: String] { optionValues(of: self) }

  /// The command that repeats a run with these settings: every option that differs from its default, except those that
  /// say where files lie, what is printed and how many threads work.
  var command: String {
    let defaults = (try? Self.parse([]))?.values ?? [:]
    let unimportant: Set = ["data", "output", "threads", "strict", "quiet", "retrain"]
    let options = values.filter { defaults[$0.key] != $0.value && !unimportant.contains($0.key) }
    let words = options.sorted { $0.key < $1.key }.map { option, value in
      value == "true" && defaults[option] == "false" ? "--\(option)" : "--\(option) \(quoted(value))"
    }
    return (["swift run \(Self.experimentName)"] + words).joined(separator: " ")
  }

  /// The text as a shell takes it for one word.
  private func quoted(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "-_./,:+".contains($0) }
    return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }
}

func optionValues(of options: Any) -> [String: String] {
  var values: [String: String] = [:]
  for child in Mirror(reflecting: options).children {
    guard let label = child.label?.drop(while: { $0 == "_" }), !label.isEmpty else { continue }
    guard let parsed = Mirror(reflecting: child.value).descendant("_parsedValue", "value") else { continue }
    if parsed is any ParsableArguments {
      values.merge(optionValues(of: parsed)) { own, _ in own }
    } else if let text = optionText(parsed) {
      values[optionName(label)] = text
    }
  }
  return values
}

private func optionText(_ value: Any) -> String? {
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional:
    guard let wrapped = mirror.children.first?.value else { return nil }
    return optionText(wrapped)
  case .collection:
    return mirror.children.compactMap { optionText($0.value) }.joined(separator: ",")
  default:
    if let raw = value as? any RawRepresentable { return "\(raw.rawValue)" }
    return "\(value)"
  }
}

/// `learningRate` is spelled `learning-rate` on the command line.
private func optionName(_ property: Substring) -> String {
  property.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
}
