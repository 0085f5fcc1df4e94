import Foundations
import GeneratedImages

/// The ten digits in 28 x 28 pixels: MNIST, or digits that this suite draws itself.
public enum Digits {
  /// MNIST where it is found or can be fetched; else, if the choice allows it, generated digits.
  ///
  /// - Parameters:
  ///   - fetcher: gets MNIST where it is missing; nil to leave the network alone.
  ///   - count: how many training images to draw if they are generated; test images are a sixth of that.
  /// - Throws: `FileError` or `NoNetwork` if MNIST is asked for and cannot be had, or is there but damaged.
  public static func load(
    _ choice: DatasetChoice, in folders: DataFolders, fetching fetcher: Fetcher? = nil, generating count: Int = 60_000
  ) throws -> ImageDataset {
    try StandIn(
      set: .mnist, name: "generated digits", find: MNIST.load(in:),
      generate: { GeneratedDigits.make(training: count, test: count / 6) }
    ).load(choice, in: folders, fetching: fetcher)
  }
}
