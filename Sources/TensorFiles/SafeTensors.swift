import Foundations

/// Named tensors and a few words about them, as a safetensors file holds them.
///
/// Source: the format's description at https://github.com/huggingface/safetensors: eight bytes with the length of the
/// header, the header in JSON, then the tensors, row major and little-endian, with no gap.
public struct SafeTensors: Sendable, Equatable {
  /// What the elements are, by the format's names.
  public enum ElementType: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"

    /// Bytes of one element.
    public var size: Int {
      switch self {
      case .bool, .uint8, .int8: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      }
    }
  }

  public struct Tensor: Sendable, Equatable {
    public var type: ElementType
    public var shape: [Int]
    /// The elements, row major, little-endian.
    public var bytes: [UInt8]

    /// - Parameter bytes: as many as the shape asks for.
    public init(type: ElementType, shape: [Int], bytes: [UInt8]) {
      precondition(bytes.count == shape.reduce(type.size, *), "as many bytes as the shape asks for")
      self.type = type
      self.shape = shape
      self.bytes = bytes
    }

    public init(shape: [Int], _ values: some Collection<Float>) {
      self.init(type: .float32, shape: shape, bytes: LittleEndian.bytes(values))
    }

    /// The elements of a tensor of floating-point numbers; nil for other types.
    public var floats: [Float]? {
      switch type {
      case .float32: LittleEndian.floats(bytes)
      case .float64: LittleEndian.floats(doubles: bytes)
      case .bfloat16: LittleEndian.floats(upperHalves: bytes)
      case .float16: LittleEndian.floats(halves: bytes)
      default: nil
      }
    }
  }

  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// Anything else worth keeping, such as settings as JSON.
  public var metadata: [String: String]

  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The numbers of one tensor.
  ///
  /// - Parameters:
  ///   - shape: what it must be; nil for any.
  ///   - file: what the error calls the file.
  /// - Throws: `FileError` if there is no such tensor of floating-point numbers of that shape.
  public func floats(_ name: String, shape: [Int]? = nil, file: String) throws -> [Float] {
    let wanted = "floating-point numbers" + (shape.map { " of shape \($0)" } ?? "") + " named \"\(name)\""
    let remedy = "the file is of another kind or version: fetch or make it again"
    guard let tensor = tensors[name] else {
      throw FileError(file, expected: wanted, found: "no tensor of that name", remedy: remedy)
    }
    guard let floats = tensor.floats, shape == nil || shape == tensor.shape else {
      throw FileError(file, expected: wanted, found: "\(tensor.type.rawValue) of shape \(tensor.shape)", remedy: remedy)
    }
    return floats
  }
}
