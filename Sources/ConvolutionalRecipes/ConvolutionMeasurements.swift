import ConvolutionalOptimizees
import Datasets
import Foundations
import Imaging
import Recipes

/// Losses and gradients that oneDNN's convolutions decide.
public enum ConvolutionMeasurements {
  /// The convolutional network of Fig. 7 on minibatches of 128.
  public static func network(_ images: LabelledImages) throws -> MeasuredWork {
    let net = try CifarRecipe.network(images)
    return KernelMeasurements.work(
      "ConvNet, loss and gradient", try net.episode(RandomStream(seed: 1)), operations: net.operations)
  }

  /// Neural art at 64 x 64 pixels, on VGG-19 where its weights are there.
  public static func art(_ materials: ArtMaterials, workers: Workers) throws -> MeasuredWork {
    let photographs = try materials.contents(.train, workers: workers)
    let art = try materials.problems(photographs, side: 64)
    let name = materials.usesOwnNetwork ? "the small network of our own" : "VGG-19"
    return KernelMeasurements.work(
      "\(name), loss and gradient at 64 pixels", try art.episode(RandomStream(seed: 1)), operations: art.operations)
  }
}
