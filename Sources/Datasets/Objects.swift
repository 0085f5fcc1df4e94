import Foundations
import GeneratedImages

/// Ten classes of coloured images, 32 x 32: CIFAR-10, or shapes that this suite draws itself.
public enum Objects {
  /// CIFAR-10 where it is found or can be fetched; else, if the choice allows it, generated shapes.
  ///
  /// - Parameters:
  ///   - fetcher: gets CIFAR-10 (170 MB) where it is missing; nil to leave the network alone.
  ///   - count: how many training images to draw if they are generated; test images are a fifth of that.
  /// - Throws: `FileError` or `NoNetwork` if CIFAR-10 is asked for and cannot be had, or is there but damaged.
  public static func load(
    _ choice: DatasetChoice, in folders: DataFolders, fetching fetcher: Fetcher? = nil, generating count: Int = 50_000
  ) throws -> ImageDataset {
    try StandIn(
      set: .cifar10, name: "generated shapes", find: CIFAR10.load(in:),
      generate: { GeneratedShapes.make(training: count, test: count / 5) }
    ).load(choice, in: folders, fetching: fetcher)
  }
}
