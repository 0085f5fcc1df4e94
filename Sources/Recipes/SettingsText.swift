import Foundation

/// All of a recipe's settings as one line of JSON, its keys in order: what tells one training from another.
package func settingsText(_ recipe: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return (try? encoder.encode(recipe)).map { String(decoding: $0, as: UTF8.self) } ?? "\(recipe)"
}
