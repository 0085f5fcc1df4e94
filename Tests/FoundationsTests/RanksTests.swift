import Foundations
import Testing

struct RanksTests {
  /// As Open MPI sets it.
  @Test func aProcessOfSeveralHasToKnowOfTheOthers() throws {
    try Ranks.requireSupport(in: [:])
    try Ranks.requireSupport(in: ["OMPI_COMM_WORLD_SIZE": "1"])
    #if !MPI
      let error = #expect(throws: SettingError.self) { try Ranks.requireSupport(in: ["OMPI_COMM_WORLD_SIZE": "2"]) }
      #expect(error?.expected.contains("swift build --traits MPI") == true)
    #endif
  }
}
