import ConvolutionalOptimizees
import Datasets
import Foundations
import LabelledData
import Optimizees

/// A panel of Fig. 7: the networks that optimizers are compared on, one for each choice of labels.
public struct CifarPanel: Sendable {
  /// Networks for one choice of labels.
  public struct Choice: Sendable {
    /// The labels that its images have.
    public var labels: [UInt8]
    /// On the images that rates are tuned on.
    public var practice: ConvNet
    /// On images that neither meta-training nor tuning was done on; validation chose weights on them, on other problems.
    public var exam: ConvNet
    /// Images that tell how well a network classifies that was trained on `exam`.
    public var test: LabelledImages
    /// Which of the draws of labels it belongs to.
    public var draw: Int
  }

  public let name: String
  /// Trial k is of choice k modulo their number.
  public let choices: [Choice]
  /// All that its problems are made of: images, labels and the network.
  let text: String

  /// - Parameter choices: labels, and the draw that they belong to.
  /// - Throws: `SettingError` for labels without images and networks that do not fit the images; `ConvolutionError`
  ///   where oneDNN refuses.
  public init(
    _ name: String, _ choices: [(labels: [UInt8], draw: Int)], of objects: ImageDataset,
    size: CifarRecipe.Size = .full
  ) throws {
    self.name = name
    let labels = choices.map { CifarLabels.digits($0.labels) }.joined(separator: " ")
    text =
      "\(objects.provenance.identity(published: "cifar-10")), labels \(labels), \(size.text), starts of "
      + "\(CifarRecipe.deviation)"
    let (practice, held) = objects.training.halves
    self.choices = try choices.map { labels, draw in
      let test = objects.test.onlyClasses(labels)
      return Choice(
        labels: labels, practice: try CifarRecipe.network(practice.onlyClasses(labels), size),
        exam: try CifarRecipe.network(held.onlyClasses(labels), size),
        test: size.pooling > 1 ? test.averaged(size.pooling) : test, draw: draw)
    }
  }

  /// The choice of a trial.
  public func choice(_ trial: Int) -> Choice { choices[trial % choices.count] }

  /// The problems that rates are tuned on.
  public var practice: any Optimizee { Choices(networks: choices.map(\.practice)) }
}

/// Problems of several networks of one layout, one of them drawn for each.
private struct Choices: Optimizee {
  let networks: [ConvNet]

  var layout: ParameterLayout { networks[0].layout }

  func episode(_ stream: RandomStream) throws -> any Episode {
    var draw = stream.stream("choice")
    return try networks[draw.integer(below: networks.count)].episode(stream)
  }
}
