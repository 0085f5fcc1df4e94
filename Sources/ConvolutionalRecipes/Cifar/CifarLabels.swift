import Datasets
import Foundations
import Notebook

/// Which labels the subsets of CIFAR-10 have: five for CIFAR-5, pairs of these for CIFAR-2, and the other five, the
/// only ones that LSTM-sub is meta-trained on.
///
/// The paper does not say which it took. Pairs lie within the five, so that one LSTM-sub knows the labels of neither.
public struct CifarLabels: Sendable, Equatable, Codable {
  public let five: [UInt8]
  public let pairs: [[UInt8]]

  /// - Throws: `SettingError` where it is not five different labels, and for a number of pairs that is not 1 to 10.
  public init(five: [UInt8], pairs count: Int, stream: RandomStream) throws {
    guard five.count == 5, Set(five).count == 5, five.allSatisfy({ $0 < 10 }) else {
      throw SettingError(
        "--labels", value: five.map { "\($0)" }.joined(separator: ","), expected: "five different ones of 0 to 9")
    }
    guard (1...10).contains(count) else { throw SettingError("pairs", value: count, expected: "1 to 10") }
    self.five = five.sorted()
    var stream = stream
    let all = (0..<5).flatMap { a in (a + 1..<5).map { [a, $0] } }
    let sorted = self.five
    pairs = stream.permutation(all.count).prefix(count).map { all[$0].map { sorted[$0] } }
  }

  /// Five labels and pairs of them drawn at random.
  ///
  /// - Throws: `SettingError` for a number of pairs that is not 1 to 10.
  public static func drawn(pairs: Int, stream: RandomStream) throws -> CifarLabels {
    var five = stream.stream("five")
    return try CifarLabels(
      five: five.permutation(10).prefix(5).map { UInt8($0) }, pairs: pairs, stream: stream.stream("pairs"))
  }

  /// The labels asked for ("0,1,5,8,9"), or so many draws by chance, no five twice.
  ///
  /// - Parameter trials: how many there are on CIFAR-2; each has a pair of its own, of the draws by turns, as long as
  ///   there are any.
  /// - Throws: `SettingError` for labels that are not five different ones, and for numbers of draws or trials that
  ///   cannot be.
  public static func draws(_ asked: String?, count: Int, trials: Int, stream: RandomStream) throws -> [CifarLabels] {
    guard (1...100).contains(count) else { throw SettingError("--draws", value: count, expected: "1 to 100") }
    let count = asked == nil ? count : 1
    let pairs = min((trials + count - 1) / count, 10)
    guard let asked else {
      var draws: [CifarLabels] = []
      for number in 0... {
        if draws.count == count { break }
        let draw = try drawn(pairs: pairs, stream: stream.stream("draw", number))
        if !draws.contains(where: { $0.five == draw.five }) { draws.append(draw) }
      }
      return draws
    }
    let five = asked.split(separator: ",").map { UInt8($0) }
    guard !five.contains(nil) else {
      throw SettingError("--labels", value: asked, expected: "five numbers from 0 to 9, such as 0,1,5,8,9")
    }
    return [try CifarLabels(five: five.compactMap { $0 }, pairs: pairs, stream: stream.stream("pairs"))]
  }

  /// The labels that LSTM-sub is meta-trained on.
  public var others: [UInt8] { (0..<10).filter { !five.contains($0) } }

  /// "01589", for the names of files.
  public static func digits(_ labels: [UInt8]) -> String { labels.map { "\($0)" }.joined() }
}

extension [CifarLabels] {
  /// All draws by the names of the classes, as a table.
  public func table(of classes: [String]) -> TextTable {
    func names(_ labels: [UInt8]) -> String { labels.map { classes[Int($0)] }.joined(separator: ", ") }
    var table = TextTable(["draw", "CIFAR-5", "CIFAR-2", "LSTM-sub is trained on"])
    for (index, labels) in enumerated() {
      table.append([
        "\(index + 1)", names(labels.five), labels.pairs.map(names).joined(separator: "; "), names(labels.others),
      ])
    }
    return table
  }
}
