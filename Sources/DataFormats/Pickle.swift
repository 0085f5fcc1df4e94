import Foundation
import Foundations
import TensorFiles

/// Python's pickle format, restricted to data: what PyTorch needs to say which tensors a file holds.
///
/// Nothing in a pickle is ever executed: of all functions that it may name, the few that build tensors are understood
/// here, and any other is refused. Values are kept side by side and refer to each other by number, so that no nesting,
/// however deep or circular, can exhaust the stack.
///
/// Source: Python's Lib/pickletools.py, which documents every opcode; PyTorch's torch/_utils.py.
struct Pickle {
  enum Value: Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    case real(Double)
    case string(String)
    /// Its place in `sequences`.
    case tuple(Int)
    case list(Int)
    /// Its place in `dictionaries`.
    case dictionary(Int)
    case function(String)
    /// Its place in `storages`.
    case storage(Int)
    /// Its place in `tensors`.
    case tensor(Int)
    /// Long integers, bytes and whatever else may stand there but is of no use.
    case other
  }

  /// A run of numbers in a PyTorch file.
  struct Storage: Equatable {
    var key: String
    var type: SafeTensors.ElementType
    var count: Int
  }

  /// A view of a storage.
  struct Tensor: Equatable {
    var storage: Storage
    var offset: Int
    var shape: [Int]
    var strides: [Int]
  }

  private(set) var result = Value.none
  private(set) var sequences: [[Value]] = []
  private(set) var dictionaries: [[(key: Value, value: Value)]] = []
  private(set) var storages: [Storage] = []
  private(set) var tensors: [Tensor] = []
  /// The place of the first byte after the pickle.
  private(set) var end: Int

  private var stack: [Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Value] = [:]
  private let bytes: [UInt8]
  private let name: String

  /// Reads one pickle that starts at a place among the bytes.
  ///
  /// - Parameter name: what errors call the file.
  /// - Throws: `FileError` if it is damaged, or would do more than describe tensors.
  init(_ bytes: [UInt8], at start: Int = 0, name: String) throws {
    self.bytes = bytes
    self.name = name
    end = start
    while try step(byte()) {}
    stack = []
    memo = [:]
  }

  /// The elements of a tuple or list.
  func elements(_ value: Value) -> [Value]? {
    switch value {
    case .tuple(let place), .list(let place): sequences[place]
    default: nil
    }
  }

  /// Carries out one opcode; false after the last.
  private mutating func step(_ opcode: UInt8) throws -> Bool {
    switch opcode {
    case 0x80: _ = try take(1)  // PROTO
    case 0x95: _ = try take(8)  // FRAME
    case ascii("."):
      result = try pop()
      return false
    case ascii("("): marks.append(stack.count)
    case ascii("0"): _ = try pop()
    case ascii("1"): _ = try popMarked()
    case ascii("N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case ascii("K"): stack.append(.integer(try integer(1)))
    case ascii("M"): stack.append(.integer(try integer(2)))
    case ascii("J"): stack.append(.integer(Int(Int32(truncatingIfNeeded: try integer(4)))))
    case 0x8A:  // LONG1
      let digits = try take(try integer(1))
      stack.append(digits.count <= 7 ? .integer(Self.signed(digits)) : .other)
    case ascii("G"): stack.append(.real(Double(bitPattern: LittleEndian.integer(try take(8).reversed()))))
    case ascii("X"): stack.append(.string(try text(4)))  // BINUNICODE
    case 0x8C: stack.append(.string(try text(1)))
    case 0x8D: stack.append(.string(try text(8)))
    case ascii("T"): stack.append(.string(try text(4)))  // BINSTRING
    case ascii("U"): stack.append(.string(try text(1)))
    case ascii("B"), ascii("C"):  // BINBYTES
      _ = try text(opcode == ascii("B") ? 4 : 1)
      stack.append(.other)
    case ascii("q"): memo[try integer(1)] = try top()
    case ascii("r"): memo[try integer(4)] = try top()
    case 0x94: memo[memo.count] = try top()
    case ascii("h"): stack.append(try recall(integer(1)))
    case ascii("j"): stack.append(try recall(integer(4)))
    case ascii(")"): stack.append(tuple([]))
    case ascii("t"): stack.append(tuple(try popMarked()))
    case 0x85, 0x86, 0x87:
      var elements = [try pop()]
      for _ in 0x85..<opcode { elements.insert(try pop(), at: 0) }
      stack.append(tuple(elements))
    case ascii("]"):
      sequences.append([])
      stack.append(.list(sequences.count - 1))
    case ascii("a"): try append([pop()])
    case ascii("e"): try append(popMarked())
    case ascii("}"): stack.append(dictionary())
    case ascii("s"):
      let value = try pop()
      try set([pop(), value])
    case ascii("u"): try set(popMarked())
    case ascii("c"): stack.append(try function("\(line()).\(line())"))
    case 0x93:  // STACK_GLOBAL
      guard case .string(let member) = try pop(), case .string(let module) = try pop() else { throw damaged() }
      stack.append(try function("\(module).\(member)"))
    case ascii("R"):
      guard let arguments = elements(try pop()), case .function(let name) = try pop() else { throw damaged() }
      stack.append(try call(name, arguments))
    case ascii("b"): _ = try pop()  // BUILD: attributes of a dictionary, of no use
    case ascii("Q"): stack.append(try storage(elements(pop()) ?? []))
    default: throw damaged("the opcode \(opcode)")
    }
    return true
  }

  // MARK: What tensors are built from

  /// What is understood of all that a pickle may name.
  private static let elementTypes: [String: SafeTensors.ElementType] = [
    "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64, "torch.HalfStorage": .float16,
    "torch.BFloat16Storage": .bfloat16, "torch.ByteStorage": .uint8, "torch.CharStorage": .int8,
    "torch.ShortStorage": .int16, "torch.IntStorage": .int32, "torch.LongStorage": .int64, "torch.BoolStorage": .bool,
  ]
  private static let functions: Set = [
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
    "collections.OrderedDict",
  ]

  private func function(_ name: String) throws -> Value {
    guard Self.functions.contains(name) || Self.elementTypes[name] != nil else {
      throw FileError(
        self.name, expected: "nothing but tensors", found: "a call of \(name.prefix(100)), which is not carried out",
        remedy: "save the weights as safetensors")
    }
    return .function(name)
  }

  private mutating func call(_ name: String, _ arguments: [Value]) throws -> Value {
    switch name {
    case "collections.OrderedDict":
      guard arguments.isEmpty else { throw damaged("an OrderedDict that is not empty at first") }
      return dictionary()
    case "torch._utils._rebuild_parameter":
      guard case .tensor? = arguments.first else { throw damaged() }
      return arguments[0]
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2":
      guard arguments.count >= 4, case .storage(let place) = arguments[0], case .integer(let offset) = arguments[1],
        let shape = integers(arguments[2]), let strides = integers(arguments[3]), shape.count == strides.count
      else { throw damaged("a tensor without storage, shape and strides") }
      let tensor = Tensor(storage: storages[place], offset: offset, shape: shape, strides: strides)
      guard tensor.fits else { throw damaged("a tensor outside of its storage") }
      tensors.append(tensor)
      return .tensor(tensors.count - 1)
    default: throw damaged("a call of \(name.prefix(100))")
    }
  }

  private mutating func storage(_ fields: [Value]) throws -> Value {
    guard fields.count >= 5, fields[0] == .string("storage"), case .function(let name) = fields[1],
      let type = Self.elementTypes[name], case .string(let key) = fields[2], case .integer(let count) = fields[4],
      count >= 0, count <= 1 << 40
    else { throw damaged("a reference to something that is no storage") }
    storages.append(Storage(key: key, type: type, count: count))
    return .storage(storages.count - 1)
  }

  private func integers(_ value: Value) -> [Int]? {
    guard let elements = elements(value), elements.count <= 32 else { return nil }
    let numbers = elements.compactMap { if case .integer(let number) = $0 { number } else { nil } }
    return numbers.count == elements.count ? numbers : nil
  }

  // MARK: The machine

  private func ascii(_ character: Unicode.Scalar) -> UInt8 { UInt8(ascii: character) }

  private mutating func byte() throws -> UInt8 {
    guard bytes.indices.contains(end) else { throw damaged("its end too early") }
    end += 1
    return bytes[end - 1]
  }

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - end else { throw damaged("its end too early") }
    end += count
    return bytes[end - count..<end]
  }

  private mutating func integer(_ count: Int) throws -> Int {
    Int(clamping: LittleEndian.integer(try take(count)))
  }

  private static func signed(_ digits: ArraySlice<UInt8>) -> Int {
    let value = Int(LittleEndian.integer(digits))
    return digits.last.map { $0 & 0x80 != 0 } == true ? value - 1 << (8 * digits.count) : value
  }

  private mutating func text(_ sizeBytes: Int) throws -> String {
    String(decoding: try take(try integer(sizeBytes)), as: UTF8.self)
  }

  private mutating func line() throws -> String {
    guard let newline = bytes[end...].prefix(256).firstIndex(of: ascii("\n")) else {
      throw damaged("a name without end")
    }
    defer { end = newline + 1 }
    return String(decoding: bytes[end..<newline], as: UTF8.self)
  }

  private func top() throws -> Value {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw damaged("an empty stack") }
    return value
  }

  private mutating func pop() throws -> Value {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popMarked() throws -> [Value] {
    guard let mark = marks.popLast() else { throw damaged("no mark") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private func recall(_ place: Int) throws -> Value {
    guard let value = memo[place] else { throw damaged("a value that was never kept") }
    return value
  }

  private mutating func tuple(_ elements: [Value]) -> Value {
    sequences.append(elements)
    return .tuple(sequences.count - 1)
  }

  private mutating func dictionary() -> Value {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  private mutating func append(_ values: [Value]) throws {
    guard case .list(let place) = try top() else { throw damaged() }
    sequences[place] += values
  }

  private mutating func set(_ pairs: [Value]) throws {
    guard case .dictionary(let place) = try top(), pairs.count % 2 == 0 else { throw damaged() }
    for index in stride(from: 0, to: pairs.count, by: 2) {
      dictionaries[place].append((pairs[index], pairs[index + 1]))
    }
  }

  private func damaged(_ found: String = "values of the wrong kind") -> FileError {
    FileError(
      name, expected: "a pickle of tensors", found: "\(found) at byte \(end)",
      remedy: "the file is damaged or of another kind: fetch it again")
  }
}
