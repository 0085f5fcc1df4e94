import ConvolutionalRecipes
import Foundations
import Testing

struct CifarLabelsTests {
  private let stream = RandomStream(seed: 7)

  @Test func subsetsShareNoLabelWithWhatLSTMSubIsTrainedOn() throws {
    for seed in 1...40 {
      let labels = try CifarLabels.drawn(pairs: 4, stream: RandomStream(seed: UInt64(seed)))
      #expect(Set(labels.five).count == 5 && labels.five == labels.five.sorted())
      #expect(Set(labels.five).isDisjoint(with: labels.others))
      #expect(Set(labels.five + labels.others) == Set(0..<10))
      #expect(labels.pairs.count == 4 && Set(labels.pairs).count == 4)
      #expect(labels.pairs.allSatisfy { $0.count == 2 && $0[0] < $0[1] && Set($0).isSubset(of: labels.five) })
    }
  }

  @Test func drawsFollowTheSeed() throws {
    let draws = try CifarLabels.draws(nil, count: 3, trials: 6, stream: stream)
    #expect(try CifarLabels.draws(nil, count: 3, trials: 6, stream: stream) == draws)
    #expect(try CifarLabels.draws(nil, count: 1, trials: 2, stream: stream) == [draws[0]])
    #expect(Set(draws.map(\.five)).count == 3)
    #expect(try CifarLabels.draws(nil, count: 3, trials: 6, stream: RandomStream(seed: 8)) != draws)
    // As many pairs as there are trials for, and no more than there are.
    #expect(draws.allSatisfy { $0.pairs.count == 2 })
    #expect(try CifarLabels.draws(nil, count: 3, trials: 4, stream: stream) == draws)
    #expect(try CifarLabels.draws(nil, count: 1, trials: 11, stream: stream)[0].pairs.count == 10)
    // Every label has its turn.
    let many = try CifarLabels.draws(nil, count: 60, trials: 10, stream: stream)
    #expect(Set(many.map(\.five)).count == 60, "each has an optimizer of its own")
    #expect(Set(many.flatMap(\.five)) == Set(0..<10))
    #expect(Set(many.flatMap(\.pairs).flatMap { $0 }) == Set(0..<10))
  }

  @Test func labelsMayBeNamed() throws {
    let draws = try CifarLabels.draws("9,1,0,8,5", count: 3, trials: 10, stream: stream)
    #expect(draws.map(\.five) == [[0, 1, 5, 8, 9]])
    #expect(draws[0].others == [2, 3, 4, 6, 7])
    #expect(Set(draws[0].pairs).count == 10)
    let table = draws.table(of: (0..<10).map { "class\($0)" })
    #expect(table.rows[0][1] == "class0, class1, class5, class8, class9")
  }

  @Test(arguments: ["", "1,2,3,4", "1,2,3,4,4", "1,2,3,4,10", "1,2,3,4,5,6", "a,b,c,d,e", "-1,2,3,4,5"])
  func labelsThatAreNotFiveDifferentOnesAreRefused(text: String) {
    #expect(throws: SettingError.self) { try CifarLabels.draws(text, count: 1, trials: 1, stream: stream) }
  }

  @Test func countsThatMakeNoSenseAreRefused() {
    #expect(throws: SettingError.self) { try CifarLabels.draws(nil, count: 0, trials: 1, stream: stream) }
    #expect(throws: SettingError.self) { try CifarLabels.draws(nil, count: 1, trials: 0, stream: stream) }
  }
}
