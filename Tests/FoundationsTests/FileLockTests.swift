import Foundation
import Foundations
import Synchronization
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

  @Test func whoeverWaitsGetsItOnceItIsLetGoOf() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("lock")
    let first = Mutex<FileLock?>(try FileLock(path, protecting: "report"))
    let isFree = Atomic(false)
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) {
      isFree.store(true, ordering: .sequentiallyConsistent)
      first.withLock { $0 = nil }
    }
    let second = try FileLock(path, protecting: "report", waits: true)
    let wasFree = isFree.load(ordering: .sequentiallyConsistent)
    #expect(wasFree)
    #expect(throws: LockedError.self) { try FileLock(path, protecting: "report") }
    withExtendedLifetime(second) {}
  }

  @Test func whereAFileSystemHasNoLocksThereIsAWarningAndWorkGoesOn() {
    func take(_ problem: Int32, waits: Bool = false) -> (problem: Int32, calls: Int, announced: Int) {
      var (calls, announced) = (0, 0)
      let found = FileLock.take(0, "/a/lock", waits: waits) {
        announced += 1
      } lock: { _, _ in
        calls += 1
        errno = problem
        return calls < 4 ? -1 : 0
      }
      return (found, calls, announced)
    }
    for problem in [ENOSYS, EOPNOTSUPP, ENOLCK] { #expect(take(problem, waits: true) == (0, 1, 0)) }
    #expect(take(EIO, waits: true) == (EIO, 1, 0))
    #expect(take(EWOULDBLOCK) == (EWOULDBLOCK, 1, 0))
    #expect(take(EWOULDBLOCK, waits: true) == (0, 4, 1))
  }

  @Test func aLockThatCannotBeWrittenIsNamed() {
    #expect(throws: FileError.self) { try FileLock("/dev/null/.lock", protecting: "report") }
  }
}
