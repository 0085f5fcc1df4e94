import DataFormats
import Foundation
import Foundations
import TestSupport
import Testing

@testable import Datasets

struct MNISTTests {
  /// A data folder with `count` training and test images of its own.
  private func folder(count: Int = 3, changing name: String? = nil, to bytes: [UInt8] = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for part in ["train", "t10k"] {
      let pixels = (0..<count * 784).map { UInt8($0 % 256) }
      try folder.write(
        "mnist/\(part)-images-idx3-ubyte", IDX(type: .uint8, shape: [count, 28, 28], bytes: pixels).encoded)
      try folder.write(
        "mnist/\(part)-labels-idx1-ubyte",
        IDX(type: .uint8, shape: [count], bytes: (0..<count).map { UInt8($0 % 10) }).encoded)
    }
    if let name { try folder.write("mnist/\(name)", bytes) }
    return folder
  }

  private func folders(_ folder: TemporaryFolder) throws -> DataFolders {
    try DataFolders(data: folder.path, environment: [:], workingDirectory: folder.path)
  }

  @Test func pixelsAndLabelsAreRead() throws {
    let folder = try folder()
    let digits = try #require(try MNIST.load(in: folders(folder)))
    #expect(digits.training.labels == [0, 1, 2])
    #expect(digits.training.pixels.count == 3 * 784)
    #expect(digits.test.pixels(of: 1).first == Float(784 % 256) / 255)
    #expect(digits.training.pixels.max() == 1)
  }

  @Test func filesThatAreNotThePublishedOnesAreNotCalledMNIST() throws {
    let folder = try folder()
    let provenance = try #require(try MNIST.load(in: folders(folder))).provenance
    #expect(provenance.name == "digits in MNIST's format")
    #expect(!provenance.isVerified && !provenance.isGenerated && provenance.isForeign)
    #expect(provenance.files.map(\.name).first == "mnist/train-images-idx3-ubyte")
    #expect(provenance.folder == folder.path)
    #expect(provenance.ending == "-other" && provenance.identity(published: "mnist") != "mnist")
    let others = try self.folder(
      changing: "t10k-labels-idx1-ubyte", to: IDX(type: .uint8, shape: [3], bytes: [2, 1, 0]).encoded)
    let theirs = try #require(try MNIST.load(in: folders(others))).provenance
    #expect(theirs.identity(published: "mnist") != provenance.identity(published: "mnist"))
    let record = String(decoding: try JSONEncoder().encode(provenance), as: UTF8.self)
    #expect(!record.contains("\(folder.path.split(separator: "/").last ?? "")"), "a record says nothing of a machine")
  }

  @Test(arguments: [
    ("train-labels-idx1-ubyte", [2]), ("train-labels-idx1-ubyte", [3, 1]), ("train-images-idx3-ubyte", [3, 28, 27]),
    ("train-images-idx3-ubyte", [0, 28, 28]), ("t10k-images-idx3-ubyte", [3, 784]),
  ])
  func filesThatDoNotFitAreNamed(name: String, shape: [Int]) throws {
    let bytes = [UInt8](repeating: 0, count: shape.reduce(1, *))
    let folder = try folder(changing: name, to: IDX(type: .uint8, shape: shape, bytes: bytes).encoded)
    let error = try #require(throws: FileError.self) { try MNIST.load(in: folders(folder)) }
    #expect(error.file.hasSuffix("mnist/\(name)"))
    #expect(error.exitCode == 3)
  }

  @Test func aLabelAboveNineIsRefused() throws {
    let folder = try folder(
      changing: "train-labels-idx1-ubyte", to: IDX(type: .uint8, shape: [3], bytes: [1, 10, 2]).encoded)
    #expect(throws: FileError.self) { try MNIST.load(in: folders(folder)) }
  }

  @Test func theFolderOfTheCommandLineComesFirstThenThatOfTheEnvironmentThenData() throws {
    let (named, ofEnvironment, working) = (try folder(count: 1), try folder(count: 2), try TemporaryFolder())
    let own = try folder(count: 3)
    try FileManager.default.moveItem(atPath: own.path, toPath: working.path("Data"))
    // As in a checkout: else that of this source is looked in, too.
    for mark in ["Package.swift", "Data/paper/curves.json"] { try working.write(mark, []) }
    func found() throws -> Int? {
      let folders = try DataFolders(
        data: named.path, environment: ["L2L_DATA": ofEnvironment.path], workingDirectory: working.path)
      #expect(folders.download == working.path("Data"))
      return try MNIST.load(in: folders)?.training.count
    }
    #expect(try found() == 1)
    try FileManager.default.removeItem(atPath: named.path("mnist"))
    #expect(try found() == 2)
    try FileManager.default.removeItem(atPath: ofEnvironment.path("mnist"))
    #expect(try found() == 3)
    try FileManager.default.removeItem(atPath: working.path("Data/mnist"))
    #expect(try found() == nil)
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["L2L_DATA"] != nil))
  func thePublishedFilesAreRecognised() throws {
    let digits = try #require(try MNIST.load(in: DataFolders()))
    #expect(digits.provenance.name == "MNIST" && digits.provenance.isVerified)
    #expect(digits.training.count == 60_000 && digits.test.count == 10_000)
    #expect(digits.training.labels.prefix(10) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    let sum = digits.training.pixels.reduce(0.0) { $0 + Double($1) }
    #expect(abs(sum / (60_000 * 784) - 0.1307) < 1e-4)
  }
}
