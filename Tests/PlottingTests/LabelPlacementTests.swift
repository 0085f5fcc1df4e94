import Foundations
import Testing

@testable import Plotting

struct LabelPlacementTests {
  @Test func labelsThatFitStayWhereTheyAre() {
    #expect(LabelPlacement.spread([50, 10, 30], spacing: 15, within: 0...100) == [50, 10, 30])
    #expect(LabelPlacement.spread([], spacing: 15, within: 0...100) == [])
  }

  @Test func twoMoveApartAlike() {
    #expect(LabelPlacement.spread([50, 50], spacing: 10, within: 0...100) == [45, 55])
    #expect(LabelPlacement.spread([99, 98], spacing: 10, within: 0...100) == [100, 90])
  }

  @Test func anyLabelsKeepTheirDistanceAndOrder() {
    var random = RandomStream(seed: 2)
    for _ in 0..<500 {
      let wanted = (0..<1 + random.integer(below: 9)).map { _ in Double(random.uniform(0, 200)) }
      let placed = LabelPlacement.spread(wanted, spacing: 14, within: 0...200)
      let order = wanted.indices.sorted { wanted[$0] < wanted[$1] }
      for (a, b) in zip(order, order.dropFirst()) { #expect(placed[b] - placed[a] > 14 - 1e-9) }
      #expect(placed.allSatisfy { $0 > -1e-9 && $0 < 200 + 1e-9 })
      // No label alone can be moved nearer to its place.
      for i in placed.indices {
        let nearer = placed[i] + (wanted[i] > placed[i] ? 0.01 : -0.01)
        let isFree =
          placed.indices.allSatisfy { $0 == i || abs(placed[$0] - nearer) >= 14 } && (0...200).contains(nearer)
        #expect(abs(placed[i] - wanted[i]) < 0.02 || !isFree)
      }
    }
  }

  @Test func tooManyLabelsStillKeepTheirDistance() {
    let placed = LabelPlacement.spread([5, 5, 5, 5], spacing: 10, within: 0...20)
    #expect(placed == [0, 10, 20, 30])
  }
}
