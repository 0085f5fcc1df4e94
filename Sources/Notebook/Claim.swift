/// A statement of the paper, and whether our numbers bear it out.
public struct Claim: Codable, Sendable, Equatable {
  /// Whether the paper says it, or we set it ourselves.
  public enum Origin: String, Codable, Sendable {
    /// Counted in "claims of the paper reproduced: n of m".
    case paper
    /// A goal of our own beyond the paper, shown beside the others and not counted.
    case ours
  }

  /// What is tested, in a sentence: "LSTM ends below every baseline at step 100".
  public var statement: String
  /// The paper's sentence or number, with where it stands.
  public var paper: String
  /// What is measured, with its unit: "loss of the LSTM less that of the best baseline (nats)".
  public var quantity: String
  /// Our number.
  public var ours: Double
  /// Where our number lies with 95 % confidence; nil where it is no estimate.
  public var interval: Interval?
  public var reproduced: Bool
  public var origin: Origin
  /// What a reader should know to judge the verdict.
  public var note: String?

  public init(
    _ statement: String, paper: String, quantity: String, ours: Double, interval: Interval? = nil, reproduced: Bool,
    origin: Origin = .paper, note: String? = nil
  ) {
    self.statement = statement
    self.paper = paper
    self.quantity = quantity
    self.ours = ours
    self.interval = interval
    self.reproduced = reproduced
    self.origin = origin
    self.note = note
  }
}

/// An interval of numbers, which may be nan where nothing finite was measured.
public struct Interval: Codable, Sendable, Equatable {
  public var low: Double
  public var high: Double

  public init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  /// "0.239 to 0.255"; with four digits where three might not tell an end from 1, as of ratios has to be told.
  var text: String {
    let isNearOne = [low, high].contains { (end: Double) in end != 1 && abs(end - 1) < 0.01 }
    let digits = isNearOne ? 4 : 3
    return "\(shortNumber(low, digits: digits)) to \(shortNumber(high, digits: digits))"
  }
}
