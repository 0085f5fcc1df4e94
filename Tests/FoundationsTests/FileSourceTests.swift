import Foundation
import Foundations
import TestSupport
import Testing

struct FileSourceTests {
  @Test func foldersPipesAndDevicesAreNoFiles() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.path("pipe"), 0o600)
    for (path, found) in [
      (folder.path, "a folder"), (folder.path("pipe"), "a pipe or a device"), ("/dev/zero", "a pipe or a device"),
      (folder.path("absent"), "no such file or directory"),
    ] {
      let error = #expect(throws: FileError.self) { try FileSource(path) }
      #expect(error?.file == path && error?.found == found)
    }
  }

  @Test func whatCannotBeWrittenSaysWhatToDo() throws {
    let folder = try TemporaryFolder()
    try folder.write("file", [1])
    let inTheWay = #expect(throws: FileError.self) { try AtomicFile.write([1], to: folder.path("file/below")) }
    #expect(inTheWay?.remedy.hasPrefix("move away what is there") == true)
    let long = #expect(throws: FileError.self) {
      try AtomicFile.write([1], to: folder.path(String(repeating: "n", count: 300)))
    }
    #expect(long?.remedy.hasPrefix("choose a shorter name") == true)
  }
}
