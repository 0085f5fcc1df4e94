import Foundation
import Foundations
import MetaTraining

/// All of a recipe's settings as one line of JSON, its keys in order: what tells one training from another.
package func settingsText(_ recipe: some Encodable) -> String {
  let text = try? JSONEncoder.withAllNumbers(.sortedKeys).encode(recipe)
  return text.map { String(decoding: $0, as: UTF8.self) } ?? "\(recipe)"
}

/// All that the weights of a meta-training depend on; its text is the "settings" in a kept optimizer's metadata.
package struct TrainingSettings<Recipe: Encodable>: Encodable {
  /// What it was trained on, such as "mnist", or a digest of the files.
  package var data: String
  /// The labels of its images, such as "34589" or "all".
  package var labels: String?
  /// Whether each group of coordinates has weights of its own.
  package var isGrouped: Bool?
  /// Which it is of several from different random weights, from 0.
  package var training: Int?
  /// The checksum of the weights that it began from, where they were not random.
  package var start: String?
  package var seed: UInt64
  package var recipe: Recipe
  private let code = MetaTrainer.version

  package init(
    _ recipe: Recipe, data: String, seed: UInt64, training: Int? = nil, start: String? = nil, labels: String? = nil,
    isGrouped: Bool? = nil
  ) {
    self.recipe = recipe
    self.data = data
    self.seed = seed
    self.training = training
    self.start = start
    self.labels = labels
    self.isGrouped = isGrouped
  }

  package var text: String { settingsText(self) }
}
