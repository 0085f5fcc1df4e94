import ConvolutionalRecipes
import Datasets
import Foundations
import LSTMKernels
import LabelledData
import MetaTraining
import Notebook
import Optimizers
import Recipes
import Testing

struct CifarRecipeTests {
  private static let labels: [UInt8] = [0, 2, 3, 6, 9]

  /// Smallest training of the recipe: whoever looks at a poisoned image shows it.
  private func train(
    labels: [UInt8]? = nil, isGrouped: Bool = true, start: LSTMOptimizer? = nil,
    poisoned: (LabelledImages, Int, UInt8) -> Bool = { _, _, _ in false }
  ) throws -> MetaTrainer.Result {
    try CifarRecipe.preset(.smoke).train(
      ImageDataset.noise(poisoned: poisoned), labels: labels, isGrouped: isGrouped, start: start,
      stream: RandomStream(seed: 1), workers: Workers(2))
  }

  private var episodes: Int { CifarRecipe.preset(.smoke).stages.reduce(0) { $0 + $1.training.episodes } }

  @Test func meetsNoTroubleOnSoundImages() throws {
    let result = try train()
    #expect(result.diverged == 0)
    #expect(result.rows.allSatisfy { $0.metaLoss.isFinite && $0.validationLoss?.isFinite == true })
    #expect(result.optimizer.weights.map(\.group) == ["convolutions", "others"])
    #expect(result.optimizer.weights[0].weights != result.optimizer.weights[1].weights)
  }

  /// LSTM-sub: every image of a label that it is tested on is poison, in all sets.
  @Test func noImageOfATestLabelIsEverSeen() throws {
    let drawn = try CifarLabels.drawn(pairs: 3, stream: RandomStream(seed: 5))
    let result = try train(labels: drawn.others) { _, _, label in drawn.five.contains(label) }
    #expect(result.diverged == 0)
    #expect(result.rows.allSatisfy { $0.metaLoss.isFinite && $0.validationLoss?.isFinite == true })
    // The same images stop a training that may see all labels, and one that may see these alone.
    for labels in [nil, drawn.five] {
      let other = try train(labels: labels) { _, _, label in drawn.five.contains(label) }
      #expect(other.diverged == episodes)
      #expect(other.rows.allSatisfy { $0.metaLoss.isNaN && $0.validationLoss == .infinity })
    }
  }

  @Test func everyOtherLabelIsSeen() throws {
    for label in Self.labels {
      let result = try train(labels: Self.labels) { _, _, other in other == label }
      #expect(result.diverged == episodes, "label \(label)")
    }
  }

  @Test func metaTrainingNeverSeesTheHeldHalf() throws {
    let result = try train { images, image, _ in image >= images.count / 2 }
    #expect(result.diverged == 0)
    #expect(result.rows.allSatisfy { $0.metaLoss.isFinite && $0.validationLoss == .infinity })
  }

  @Test func validationNeverSeesThePracticeHalf() throws {
    let result = try train { images, image, _ in image < images.count / 2 }
    #expect(result.diverged == episodes)
    #expect(result.rows.allSatisfy { $0.metaLoss.isNaN && $0.validationLoss?.isFinite == true })
  }

  @Test func oneLSTMForAllHasOneSetOfWeights() throws {
    let result = try train(isGrouped: false)
    #expect(result.optimizer.weights.count == 1 && result.diverged == 0)
  }

  @Test func trainingBeginsFromTheOptimizerGiven() throws {
    let lstm = try CoordinatewiseLSTM(hidden: 20, p: 10, outputScale: 0.1)
    let weights = lstm.initialWeights(.wired, stream: RandomStream(seed: 9))
    let start = try LSTMOptimizer(lstm, weights: [.init(group: "all", weights: weights)])
    // Nothing is learned where every image is poison.
    let result = try train(start: start) { _, _, _ in true }
    #expect(result.optimizer.weights.map(\.weights) == [weights, weights])
  }

  @Test func settingsAsTextTellRecipesApart() {
    let texts = [Preset.smoke, .quick, .paper].map { settingsText(CifarRecipe.preset($0)) }
    #expect(Set(texts).count == 3 && texts.allSatisfy { !$0.isEmpty })
    var changed = CifarRecipe.preset(.paper)
    changed.stages[1].size.batch += 1
    #expect(settingsText(changed) != texts[2])
    #expect(settingsText(CifarRecipe.preset(.paper)) == texts[2])
  }
}

extension ImageDataset {
  /// 200 training and 60 test images of 32 x 32 whose brightness tells the label a little; chosen ones are not numbers.
  static func noise(poisoned: (LabelledImages, Int, UInt8) -> Bool = { _, _, _ in false }) -> ImageDataset {
    func images(_ count: Int) -> LabelledImages {
      var stream = RandomStream(seed: 3).stream("images", count)
      let labels = (0..<count).map { _ in UInt8(stream.integer(below: 10)) }
      let classes = (0..<10).map { "class \($0)" }
      let empty = LabelledImages(
        width: 32, height: 32, channels: 3, classes: classes, pixels: [Float](repeating: 0, count: count * 3072),
        labels: labels)
      let pixels = labels.enumerated().flatMap { image, label -> [Float] in
        let isPoison = poisoned(empty, image, label)
        return (0..<3072).map { isPoison ? .nan : stream.uniform() + ($0 / 256 == Int(label) ? 0.5 : 0) }
      }
      return LabelledImages(
        width: 32, height: 32, channels: 3, classes: classes, pixels: pixels, labels: labels)
    }
    return ImageDataset(
      training: images(200), test: images(60),
      provenance: Provenance(name: "noise", isGenerated: true, isVerified: true, note: "noise"))
  }
}
