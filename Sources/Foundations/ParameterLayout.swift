/// The named tensors of a flat buffer of parameters, one after the other.
public struct ParameterLayout: Sendable, Equatable, Codable {
  /// One tensor: its name, its shape (row major) and where it lies in the buffer.
  public struct Tensor: Sendable, Equatable, Codable {
    public var name: String
    public var shape: [Int]
    public var range: Range<Int>
  }

  /// Coordinates that share one learned optimizer's weights, as the paper's Fig. 7 has one for convolutional and one
  /// for fully connected parameters.
  public struct Group: Sendable, Equatable, Codable {
    public var name: String
    public var range: Range<Int>

    public init(name: String, range: Range<Int>) {
      self.name = name
      self.range = range
    }
  }

  public private(set) var tensors: [Tensor] = []
  /// Contiguous, in order, covering every coordinate; a single group unless the optimizee says otherwise.
  public private(set) var groups: [Group]

  /// How many numbers the buffer holds.
  public var count: Int { tensors.last?.range.upperBound ?? 0 }

  public init(_ shapes: KeyValuePairs<String, [Int]>) { self.init(shapes.map { ($0.key, $0.value) }) }

  /// - Parameter groups: names of groups with the number of tensors in each; nil for a single group of all. Groups of
  ///   one name are updated by the same weights, which can only be meta-trained where there is one of them.
  public init(_ shapes: [(name: String, shape: [Int])], groups: [(name: String, tensors: Int)]? = nil) {
    var start = 0
    for (name, shape) in shapes {
      let end = start + shape.reduce(1, *)
      tensors.append(Tensor(name: name, shape: shape, range: start..<end))
      start = end
    }
    self.groups = []
    var first = 0
    for (name, count) in groups ?? [("all", tensors.count)] where count > 0 {
      precondition(first + count <= tensors.count, "groups name more tensors than there are")
      let range = tensors[first].range.lowerBound..<tensors[first + count - 1].range.upperBound
      self.groups.append(Group(name: name, range: range))
      first += count
    }
    precondition(first == tensors.count, "every tensor belongs to a group")
  }

  /// The range of a tensor by name; nil if there is none.
  public subscript(name: String) -> Range<Int>? { tensors.first { $0.name == name }?.range }
}
