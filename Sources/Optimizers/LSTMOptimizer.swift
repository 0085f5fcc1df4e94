import Foundations
import LSTMKernels

/// The paper's learned optimizer: a coordinatewise LSTM whose weights φ were meta-trained (§2.1).
public struct LSTMOptimizer: Optimizer {
  public let lstm: CoordinatewiseLSTM
  public var name: String
  /// One set of weights for all coordinates, or one for each group of the optimizee's parameters by name (Fig. 7).
  public private(set) var weights: [GroupWeights]
  private var packed: [PackedWeights]

  /// The weights of one group, in the order of `LSTMShape`.
  public struct GroupWeights: Sendable, Equatable, Codable {
    public var group: String
    public var weights: [Float]

    public init(group: String, weights: [Float]) {
      self.group = group
      self.weights = weights
    }
  }

  /// - Throws: `SettingError` for no weights at all, where a set of weights has another size than the LSTM, or is not finite, and where two
  ///   are of one group: only the first of them would be used.
  public init(_ lstm: CoordinatewiseLSTM, weights: [GroupWeights], name: String = "LSTM") throws {
    guard !weights.isEmpty else { throw SettingError("groups of weights", value: 0, expected: "at least 1") }
    guard Set(weights.map(\.group)).count == weights.count else {
      throw SettingError(
        "groups of weights", value: weights.map(\.group).joined(separator: ", "), expected: "each name once")
    }
    for group in weights {
      guard group.weights.count == lstm.shape.weightCount else {
        throw SettingError(
          "weights of group \(group.group)", value: group.weights.count, expected: "\(lstm.shape.weightCount)")
      }
      guard group.weights.allSatisfy(\.isFinite) else {
        throw SettingError("weights of group \(group.group)", value: "not finite", expected: "finite numbers")
      }
    }
    self.lstm = lstm
    self.name = name
    self.weights = weights
    packed = weights.map { PackedWeights($0.weights, for: lstm) }
  }

  /// A hash (FNV-1a) of all weights, which tells weights apart: the LSTM's p and output scale and the groups' names are
  /// not part of it.
  public var checksum: String { FNV1a(weights.flatMap(\.weights).map(\.bitPattern)).text }

  /// The weights of a group: its own, or the first ones where it has none: an optimizer of other problems runs on any,
  /// whatever their groups are called.
  public func weights(of group: String) -> [Float] {
    (weights.first { $0.group == group } ?? weights[0]).weights
  }

  /// The same optimizer with the updates of some groups multiplied by a factor each, which is a change of the
  /// read-out's weights.
  ///
  /// - Throws: `SettingError` for a factor of a group that the optimizer has no weights of, and where weights would not
  ///   be finite.
  public func scaled(by factors: [String: Float]) throws -> LSTMOptimizer {
    let names = weights.map(\.group)
    if let unknown = factors.keys.sorted().first(where: { !names.contains($0) }) {
      throw SettingError("group of a factor", value: unknown, expected: "one of \(names.joined(separator: ", "))")
    }
    let scaled = weights.map { group in
      var group = group
      for k in lstm.shape.outputWeights...lstm.shape.outputBias { group.weights[k] *= factors[group.group] ?? 1 }
      return group
    }
    return try LSTMOptimizer(lstm, weights: scaled, name: name)
  }

  /// The weights of a group as the kernels read them.
  func packedWeights(for group: ParameterLayout.Group) -> PackedWeights {
    packed[weights.firstIndex { $0.group == group.name } ?? 0]
  }

  /// The hidden and cell states of each group's coordinates: a value, whose copies go on from it on their own.
  public struct State {
    fileprivate var groups: [(group: ParameterLayout.Group, state: LSTMState)]
    /// Room for the updates of one step.
    fileprivate var update: [Float]

    init(_ lstm: CoordinatewiseLSTM, _ layout: ParameterLayout) {
      groups = layout.groups.map { ($0, LSTMState(lstm, coordinates: $0.range.count)) }
      update = [Float](repeating: 0, count: layout.count)
    }

    /// Copies the states that another value has too, before they change.
    fileprivate mutating func makeUnique(_ lstm: CoordinatewiseLSTM) {
      for index in groups.indices {
        if isKnownUniquelyReferenced(&groups[index].state) { continue }
        let own = LSTMState(lstm, coordinates: groups[index].group.range.count)
        own.copy(from: groups[index].state)
        groups[index].state = own
      }
    }
  }

  public func initialState(for layout: ParameterLayout) -> State { State(lstm, layout) }

  public func update(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>, state: inout State,
    workers: Workers
  ) {
    precondition(gradient.count == parameters.count && state.update.count == parameters.count, misfit)
    state.makeUnique(lstm)
    let groups = state.groups
    state.update.withUnsafeMutableBufferPointer { update in
      for (group, memory) in groups {
        lstm.step(
          packedWeights(for: group), state: memory, gradient: UnsafeBufferPointer(rebasing: gradient[group.range]),
          update: UnsafeMutableBufferPointer(rebasing: update[group.range]), workers: workers)
      }
      for k in parameters.indices { parameters[k] += update[k] }
    }
  }
}
