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
    let longFolder = #expect(throws: FileError.self) {
      try AtomicFile.probe(folder.path("new/\(String(repeating: "n", count: 300))/file"))
    }
    #expect(longFolder?.found.contains("name too long") == true, "\(longFolder?.found ?? "")")
    try AtomicFile.probe(folder.path("a/b/c/file"))
    #expect(try folder.names("a/b/c").isEmpty)
    for path in [folder.path("a/b"), folder.path("a/b/"), ""] {
      #expect(throws: FileError.self) { try AtomicFile.probe(path) }
    }
    #expect(try folder.names("a") == ["b"])
  }

  @Test func theContentsBeforeStayUnderAnotherName() throws {
    let folder = try TemporaryFolder()
    func contents(_ name: String) throws -> [UInt8] { try FileSource(folder.path(name)).read(upTo: 9) }
    for number: UInt8 in 1...3 {
      try AtomicFile.write([number], to: folder.path("a/file"), keepingPrevious: true)
      #expect(try contents("a/file") == [number])
      if number > 1 { #expect(try contents("a/file.previous") == [number - 1]) }
    }
    #expect(try folder.names("a") == ["file", "file.previous"])
    // A previous one outlasts that nothing stands at the path.
    unlink(folder.path("a/file"))
    try AtomicFile.write([4], to: folder.path("a/file"), keepingPrevious: true)
    #expect(try contents("a/file") == [4])
    #expect(try contents("a/file.previous") == [2])
  }

  @Test func whatIsToBeMovedLastIs() throws {
    #expect(
      AtomicFile.inOrder(["index.html", "z", "a", "run.json"], last: ["run.json", "none", "index.html"])
        == ["a", "z", "run.json", "index.html"])
    let folder = try TemporaryFolder()
    for name in ["index.html", "z", "a"] { try folder.write("new/\(name)", [1]) }
    try AtomicFile.moveContents(of: folder.path("new"), to: folder.path("old"), last: ["a", "index.html"])
    #expect(try folder.names("old") == ["a", "index.html", "z"])
  }

  @Test func nothingIsMovedWhereOneFileCannotBe() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] { try folder.write("new/\(name)", [2]) }
    try folder.write("new/whole/x", [2])
    try folder.write("old/a", [1])
    try folder.write("old/b/c", [1])
    let error = #expect(throws: FileError.self) {
      try AtomicFile.moveContents(of: folder.path("new"), to: folder.path("old"))
    }
    #expect(error?.file == folder.path("old/b") && error?.found == "is a directory")
    #expect(try FileSource(folder.path("old/a")).read(upTo: 9) == [1])
    #expect(!FileManager.default.fileExists(atPath: folder.path("old/whole")))
    try FileManager.default.removeItem(atPath: folder.path("old/b"))
    try AtomicFile.moveContents(of: folder.path("new"), to: folder.path("old"))
    #expect(try ["a", "b"].map { try FileSource(folder.path("old/\($0)")).read(upTo: 9) } == [[2], [2]])
    // A folder that is not there yet is renamed, which no kill can cut in two; one that is there gets the files.
    for (part, number) in [("new/c/d", 3), ("new/c/e", 4)] { try folder.write(part, [UInt8(number)]) }
    try AtomicFile.moveContents(of: folder.path("new"), to: folder.path("old"))
    #expect(try folder.names("old/c") == ["d", "e"])
    #expect(!FileManager.default.fileExists(atPath: folder.path("new/c")))
    try folder.write("new/c/d", [5])
    try AtomicFile.moveContents(of: folder.path("new"), to: folder.path("old"))
    #expect(try ["d", "e"].map { try FileSource(folder.path("old/c/\($0)")).read(upTo: 9) } == [[5], [4]])
  }
}
