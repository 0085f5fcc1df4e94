import Foundation
import Foundations
import Testing

@Suite(.serialized) struct DurationTests {
  @Test(arguments: [
    ("2.5", 2.5), ("0", 0), ("-3", 0), ("nan", 7), ("inf", 1e9), ("1e300", 1e9), ("soon", 7), ("", 7),
  ])
  func variablesOfAnyTextGiveSeconds(text: String, seconds: Double) {
    setenv("L2L_TEST_SECONDS", text, 1)
    #expect(Duration.seconds(named: "L2L_TEST_SECONDS", default: 7) == .seconds(seconds))
  }
}
