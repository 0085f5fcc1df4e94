import Foundation
import Foundations
import TestSupport
import Testing

struct FileLockTests {
  @Test func aSecondHolderIsToldOfTheFirstAndALockThatWasLetGoIsTaken() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("lock")
    var first: FileLock? = try FileLock(path, protecting: "report")
    let refusal = #expect(throws: LockedError.self) { try FileLock(path, protecting: "report") }
    #expect(
      refusal?.description.contains("report: expected to be alone, found it in use by process \(getpid())") == true)
    withExtendedLifetime(first) {}
    first = nil
    #expect(!FileManager.default.fileExists(atPath: path))
    _ = try FileLock(path, protecting: "report")
  }

  @Test func aLockThatCannotBeWrittenIsNamed() {
    #expect(throws: FileError.self) { try FileLock("/dev/null/.lock", protecting: "report") }
  }
}
