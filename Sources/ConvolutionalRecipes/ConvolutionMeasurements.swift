import ConvolutionalOptimizees
import Datasets
import Foundations
import Imaging
import LabelledData
import Measurements
import Recipes

/// Losses and gradients, most of which oneDNN's convolutions decide.
public enum ConvolutionMeasurements {
  /// The optimizees of the paper's experiments with images: MLP, ConvNet and neural art, an episode on each thread.
  ///
  /// - Throws: `FileError` for pictures that are missing or damaged, `SettingError` for images that do not fit the
  ///   networks; `ConvolutionError` where oneDNN refuses.
  public static func optimizees(
    _ digits: LabelledImages, _ objects: LabelledImages, _ materials: ArtMaterials, workers: Workers
  ) throws -> [MeasuredWork] {
    try [
      KernelMeasurements.network(digits, workers: workers), network(objects, workers: workers),
      art(materials, workers: workers),
    ]
  }

  /// The convolutional network of Fig. 7 on minibatches of 128.
  private static func network(_ images: LabelledImages, workers: Workers) throws -> MeasuredWork {
    let net = try CifarRecipe.network(images)
    return try KernelMeasurements.work(
      "ConvNet, loss and gradient", net, operations: net.operations, workers: workers)
  }

  /// Neural art at 64 x 64 pixels, on VGG-19 where its weights are there.
  private static func art(_ materials: ArtMaterials, workers: Workers) throws -> MeasuredWork {
    let photographs = try materials.contents(.train, workers: workers)
    let art = try materials.problems(photographs, side: 64)
    let name = materials.usesOwnNetwork ? "the small network of our own" : "VGG-19"
    return try KernelMeasurements.work(
      "\(name), loss and gradient at 64 pixels", art, operations: art.operations, workers: workers)
  }
}
