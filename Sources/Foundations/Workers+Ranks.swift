import Foundation

extension Workers {
  /// The results of `body` for each of 0..<pieces, in order, on every rank: piece k is made by rank k modulo their
  /// number, on this rank's threads, and sent to all others. For one rank it is `map`.
  ///
  /// Called from the main thread, on all ranks alike. If pieces throw, all ranks throw for the first of them.
  ///
  /// - Throws: what `body` throws for the first piece that fails; over several ranks a `RankError` with its text
  ///   instead, or `Interrupted`, and `SettingError` where messages have more than 2 GB or are cut off.
  public func spread<Result: Codable & Sendable>(
    _ pieces: Int, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    guard ranks.count > 1 else { return try map(pieces, body) }
    return try spread(pieces, encode: Self.encoded, decode: Self.decoded, body)
  }

  /// The same for results with a form of their own as bytes.
  ///
  /// - Throws: the same; over several ranks also what `decode` throws, and a `RankError` for what `encode` throws.
  public func spread<Result: Sendable>(
    _ pieces: Int, encode: @Sendable (Result) throws -> [UInt8], decode: ([UInt8]) throws -> Result,
    _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    guard ranks.count > 1 else { return try map(pieces, body) }
    let own = Array(stride(from: ranks.rank, to: pieces, by: ranks.count))
    let made = map(own.count) { place in
      do {
        return Piece.result(try encode(try body(own[place])))
      } catch {
        return Piece(error, rank: ranks.rank)
      }
    }
    var messages = try ranks.gather(made.flatMap(\.bytes)).map { ByteReader($0) }
    // All pieces are read before an error is thrown, so that every rank throws the same.
    let all = try (0..<pieces).map { try messages[$0 % ranks.count].piece() }
    return try all.map { try decode(try $0.get()) }
  }

  /// Runs `body` for each of the pieces that `spread` gives to other ranks, to count them as done.
  public func forOthers(_ pieces: Int, _ body: (Int) -> Void) {
    for piece in 0..<pieces where piece % ranks.count != ranks.rank { body(piece) }
  }

  private static func encoded(_ value: some Encodable) throws -> [UInt8] {
    Array(try JSONEncoder.withAllNumbers().encode([value]))
  }

  private static func decoded<Value: Decodable>(_ bytes: [UInt8]) throws -> Value {
    let values = try JSONDecoder.withAllNumbers().decode([Value].self, from: Data(bytes))
    guard let value = values.first else { throw Piece.cutOff }
    return value
  }
}

/// What a rank sends for one piece: a byte for its kind, two numbers, and so many bytes.
private enum Piece: Sendable {
  case result([UInt8])
  case interrupted(signal: Int32)
  case failed(RankError)

  init(_ error: any Error, rank: Int) {
    switch error {
    case let interrupted as Interrupted: self = .interrupted(signal: interrupted.signal)
    case let error as any SuiteError:
      self = .failed(RankError(rank: rank, exitCode: error.exitCode, text: error.description))
    default: self = .failed(RankError(rank: rank, exitCode: 1, text: String(describing: error)))
    }
  }

  static var cutOff: SettingError {
    SettingError("a message between ranks", value: "cut off", expected: "the same program on all ranks")
  }

  var bytes: [UInt8] {
    let (kind, first, second, rest): (UInt8, Int, Int, [UInt8]) =
      switch self {
      case .result(let bytes): (0, 0, 0, bytes)
      case .interrupted(let signal): (1, Int(signal), 0, [])
      case .failed(let error): (2, error.rank, Int(error.exitCode), Array(error.text.utf8))
      }
    return [kind] + [first, second, rest.count].flatMap(ByteReader.bytes) + rest
  }

  func get() throws -> [UInt8] {
    switch self {
    case .result(let bytes): return bytes
    case .interrupted(let signal): throw Interrupted(signal: signal, isShared: true)
    case .failed(let error): throw error
    }
  }
}

/// Reads what ranks send one after the other.
private struct ByteReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func bytes(_ number: Int) -> [UInt8] { withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) } }

  mutating func piece() throws -> Piece {
    let kind = try take(1).first
    let (first, second, size) = (try number(), try number(), try number())
    let rest = try take(size)
    switch kind {
    case 0: return .result(Array(rest))
    case 1: return .interrupted(signal: Int32(truncatingIfNeeded: first))
    default:
      return .failed(
        RankError(
          rank: first, exitCode: Int32(truncatingIfNeeded: second), text: String(decoding: rest, as: UTF8.self)))
    }
  }

  private mutating func number() throws -> Int {
    Int(try take(8).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) })
  }

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, bytes.count - place >= count else { throw Piece.cutOff }
    defer { place += count }
    return bytes[place..<place + count]
  }
}
