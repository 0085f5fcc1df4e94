import Foundations
import Imaging

/// The sixteen convolutions of VGG-19, with what their input must look like.
///
/// Source: K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition"
/// (arXiv:1409.1556), configuration E: kernels 3 x 3, padding 1, ReLU after each; pooling 2 x 2 after conv1_2, conv2_2,
/// conv3_4, conv4_4 and conv5_4.
public struct VGGWeights: Sendable, Equatable {
  /// One convolution.
  public struct Layer: Sendable, Equatable {
    /// "conv1_1" to "conv5_4".
    public var name: String
    public var inputs: Int
    public var outputs: Int
    /// [outputs][inputs][3][3].
    public var kernels: [Float]
    /// [outputs].
    public var bias: [Float]

    public init(name: String, inputs: Int, outputs: Int, kernels: [Float], bias: [Float]) {
      self.name = name
      self.inputs = inputs
      self.outputs = outputs
      self.kernels = kernels
      self.bias = bias
    }
  }

  /// What the first layer wants: channel c of a pixel, 0...255, less `means[c]`, divided by `deviations[c]`.
  public struct Input: Sendable, Equatable {
    public typealias ColourOrder = Image.ChannelOrder

    public var order: ColourOrder
    /// In the network's own order of colours.
    public var means: [Float]
    public var deviations: [Float]

    public init(order: ColourOrder, means: [Float], deviations: [Float]) {
      self.order = order
      self.means = means
      self.deviations = deviations
    }

    /// The Oxford group's own weights, converted from Caffe.
    public static let original = Input(order: .bgr, means: [103.939, 116.779, 123.68], deviations: [1, 1, 1])

    /// Torchvision's retrained weights, with its means .485 .456 .406 and deviations .229 .224 .225 of 0...1.
    public static let torchvision = Input(
      order: .rgb, means: [123.675, 116.28, 103.53], deviations: [58.395, 57.12, 57.375])
  }

  public var layers: [Layer]
  public var input: Input
  public var provenance: Provenance

  public init(layers: [Layer], input: Input, provenance: Provenance) {
    self.layers = layers
    self.input = input
    self.provenance = provenance
  }

  /// Name, inputs and outputs of each layer.
  static let plan: [(name: String, inputs: Int, outputs: Int)] = {
    var plan: [(String, Int, Int)] = []
    var inputs = 3
    for (block, (count, outputs)) in [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)].enumerated() {
      for layer in 1...count {
        plan.append(("conv\(block + 1)_\(layer)", inputs, outputs))
        inputs = outputs
      }
    }
    return plan
  }()
}
