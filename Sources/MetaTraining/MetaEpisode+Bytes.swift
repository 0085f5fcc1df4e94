import Foundations

/// What an unroll leaves, as it goes from rank to rank: the gradients, then the losses; nothing for an episode that has
/// diverged.
extension MetaEpisode.Unroll {
  @Sendable static func bytes(_ unroll: Self?) -> [UInt8] {
    guard let unroll else { return [] }
    return LittleEndian.bytes(unroll.gradients.flatMap { $0 } + unroll.losses)
  }

  /// - Parameter sizes: of the gradients.
  static func read(_ bytes: [UInt8], sizes: [Int]) -> Self? {
    let floats = LittleEndian.floats(bytes)
    var place = 0
    guard floats.count >= sizes.reduce(0, +), !floats.isEmpty else { return nil }
    let gradients = sizes.map { size in
      defer { place += size }
      return Array(floats[place..<place + size])
    }
    return Self(gradients: gradients, losses: Array(floats[place...]))
  }
}
