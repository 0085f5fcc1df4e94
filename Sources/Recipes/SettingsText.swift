import Foundation
import Foundations

/// All of a recipe's settings as one line of JSON, its keys in order: what tells one training from another.
package func settingsText(_ recipe: some Encodable) -> String {
  let text = try? JSONEncoder.withAllNumbers(.sortedKeys).encode(recipe)
  return text.map { String(decoding: $0, as: UTF8.self) } ?? "\(recipe)"
}
