import Imaging
import TestSupport
import Testing

/// The commands beside the experiments word mistakes as these do, and end with the same codes.
struct ToolTests {
  @Test(arguments: [
    (
      "datasets", ["fetch", "foo"],
      "name is foo; expected mnist, cifar10, vgg19, photos, paintings or all; see datasets"
    ),
    ("datasets", ["fetch", "mnist", "--from", ""], "--from is empty; expected a folder; see datasets --help"),
    ("datasets", ["--data", ""], "--data is empty; expected a folder; see datasets --help"),
    ("datasets", ["fetch", "mnist", "--data", ""], "--data is empty; expected a folder; see datasets --help"),
    ("datasets", ["preview", "--output", ""], "--output is empty; expected a folder; see datasets --help"),
    ("datasets", ["--nope"], "Unknown option '--nope'; see datasets --help"),
    ("datasets", ["--data", "/nowhere"], "--data is /nowhere; expected a folder that exists"),
    ("train-network", ["--steps", "-1"], "--steps is -1; expected a positive number"),
    ("train-network", ["--steps", "0"], "--steps is 0; expected a positive number"),
    ("train-network", ["--output", ""], "--output is empty; expected a file; see train-network --help"),
    ("train-network", ["--nope"], "Unknown option '--nope'; see train-network --help"),
    ("report", ["--list", "--run"], "--list and --run exclude each other; see report --help"),
  ])
  func namesTheMistakeInALine(tool: String, arguments: [String], complaint: String) throws {
    let run = try SmokeRun.run(tool, arguments)
    #expect(run.exitCode == 2 && run.complaints.hasPrefix("error: \(complaint)"), "\(run.complaints)")
    #expect(run.complaints.split(separator: "\n").count == 1)
  }

  @Test func aFolderInPlaceOfTheNetworksFileIsNamedBeforeTheTraining() throws {
    let folder = try TemporaryFolder()
    let run = try SmokeRun.run("train-network", ["--steps", "1", "--output", folder.path])
    #expect(
      run.exitCode == 3 && run.complaints.hasPrefix("error: \(folder.path): expected to write it, found is a dir"))
    #expect(run.output.isEmpty && run.complaints.split(separator: "\n").count == 1)
  }

  @Test func ofAllSetsThoseThatAFolderHasAreCopied() throws {
    let (source, target) = (try TemporaryFolder(), try TemporaryFolder())
    func fetch() throws -> SmokeRun {
      try SmokeRun.run("datasets", ["fetch", "all", "--from", source.path, "--data", target.path])
    }
    let nothing = try fetch()
    #expect(nothing.exitCode == 3 && nothing.complaints.hasPrefix("error: \(source.path): expected sets of data"))
    try source.write("photos/a.png", PNG.encode(Image(width: 4, height: 4, channels: 3)))
    let run = try fetch()
    #expect(run.exitCode == 0 && run.complaints.isEmpty, "\(run.complaints)")
    #expect(run.output.contains("MNIST: none in \(source.path)\n") && run.output.contains("photographs: present"))
    #expect(try target.names("photos") == ["a.png"])
    try source.write("mnist/t10k-labels-idx1-ubyte.gz", [1])
    let incomplete = try fetch()
    #expect(incomplete.exitCode == 3 && incomplete.complaints.contains("train-images-idx3-ubyte.gz is missing"))
  }

  @Test(arguments: ["datasets", "train-network", "report"]) func explainsItself(tool: String) throws {
    let run = try SmokeRun.run(tool, ["--help"])
    #expect(run.exitCode == 0 && run.output.contains("USAGE: \(tool)") && run.complaints.isEmpty)
  }
}
