import Foundations
import Testing

struct CommandTests {
  @Test func whatItPrintsIsTheAnswer() {
    #expect(Command.output(of: ["sh", "-c", "echo one; echo two; echo other >&2"]) == "one\ntwo")
    #expect(Command.output(of: ["true"]) == "")
  }

  @Test func moreThanAPipeHoldsComesWhole() {
    #expect(Command.output(of: ["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x"])?.utf8.count == 300_000)
  }

  @Test func aMissingOrFailingProgramHasNone() {
    #expect(Command.output(of: ["no-such-program"]) == nil)
    #expect(Command.output(of: ["sh", "-c", "echo words; exit 3"]) == nil)
  }

  /// One that prints nothing, one that started another which keeps its output open, one that prints without end, and
  /// one that closes its output and stays: without the limit this test would end after an hour, or never.
  @Test(arguments: ["exec sleep 3600", "echo words; sleep 3600 & exit 0", "exec yes", "exec >&-; sleep 3600"])
  func oneThatDoesNotEndIsGivenUp(command: String) {
    #expect(Command.output(of: ["sh", "-c", command], within: .seconds(1)) == nil)
  }
}
