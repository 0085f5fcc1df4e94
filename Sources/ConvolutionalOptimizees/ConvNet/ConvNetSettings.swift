import Foundations

/// The shape and start of a `ConvNet`. Defaults are the paper's where it gives them (§3.3: three convolutional layers
/// with max-pooling, a fully connected layer of 32, ReLU and batch normalisation) and its released code's elsewhere.
public struct ConvNetSettings: Sendable, Equatable, Codable {
  /// Output channels of each convolution, one entry a layer.
  public var channels = [16, 16, 16]
  /// Convolutions, counted from 0, that no max-pooling follows.
  public var unpooled: [Int] = []
  /// Rows and columns of each kernel; odd.
  public var kernel = 5
  /// Width of the fully connected hidden layer.
  public var hidden = 32
  /// Images in a minibatch.
  public var batch = 128
  /// Deviation of the initial weights and the output's biases; batch normalisation starts at scale 1 and shift 0.
  ///
  /// The paper gives none. Behind batch normalisation the loss does not depend on it, but the gradient grows as 1/σ.
  public var deviation: Float = 0.01
  /// ε of batch normalisation; 0.001 in the released code.
  public var epsilon: Float = 1e-3

  public init() {}

  /// Throws `SettingError` for a network that cannot be built on images of this size.
  func validate(width: Int, height: Int) throws {
    func check(_ holds: Bool, _ setting: String, _ value: some CustomStringConvertible, _ expected: String) throws {
      if !holds { throw SettingError(setting, value: value, expected: expected) }
    }
    try check(
      !channels.isEmpty && channels.allSatisfy { (1...1024).contains($0) }, "channels", "\(channels)", "1...1024")
    try check(kernel % 2 == 1 && (1...31).contains(kernel), "kernel", kernel, "an odd number up to 31")
    try check((1...65_536).contains(hidden), "hidden", hidden, "1...65536 units")
    try check((2...65_536).contains(batch), "batch", batch, "2...65536 images, since statistics need at least two")
    try check(deviation > 0 && deviation.isFinite, "deviation", deviation, "a positive number")
    try check(epsilon > 0 && epsilon.isFinite, "epsilon", epsilon, "a positive number")
    try check(
      min(width, height) >> (0..<channels.count).filter { !unpooled.contains($0) }.count >= 1, "channels",
      "\(channels)",
      "no more pooled layers than \(width) x \(height) images can be halved")
  }
}
