import Foundation
import Foundations
import TestSupport
import Testing

@testable import Datasets

struct CIFAR10Tests {
  private static let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]

  /// A batch of two records; the pixels of record r of batch b in channel c are 10 b + 3 r + c.
  private func batch(_ index: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for record in 0..<2 {
      bytes.append(UInt8(index + record))
      for channel in 0..<3 { bytes += [UInt8](repeating: UInt8(10 * index + 3 * record + channel), count: 1024) }
    }
    return bytes
  }

  private func loose(changing name: String? = nil, to bytes: [UInt8] = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (index, file) in Self.names.enumerated() {
      try folder.write("cifar-10-batches-bin/\(file)", file == name ? bytes : batch(index))
    }
    return folder
  }

  private func packed(leavingOut name: String? = nil, twice: String? = nil) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var tar = TarMaker()
    tar.add("cifar-10-batches-bin/", kind: "5")
    tar.add("cifar-10-batches-bin/readme.html", Array("hi".utf8))
    // In another order than they are wanted in.
    for (index, file) in Self.names.enumerated().reversed() where file != name {
      tar.add("cifar-10-batches-bin/\(file)", batch(index))
      if file == twice { tar.add("again/\(file)", batch(index)) }
    }
    tar.end()
    try folder.write("cifar-10/cifar-10-binary.tar.gz", tar.bytes)
    return folder
  }

  private func load(_ folder: TemporaryFolder) throws -> ImageDataset? {
    try CIFAR10.load(in: DataFolders(data: folder.path, environment: [:], workingDirectory: folder.path))
  }

  @Test(arguments: [false, true]) func imagesAreReadInOrder(fromArchive: Bool) throws {
    let folder = fromArchive ? try packed() : try loose()
    let images = try #require(try load(folder))
    #expect(images.training.labels == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5])
    #expect(images.test.labels == [5, 6])
    let pixels = images.training.pixels(of: 7)
    #expect([0, 1023, 1024, 2048].map { (pixels[pixels.startIndex + $0] * 255).rounded() } == [33, 33, 34, 35])
    #expect(images.training.classes[3] == "cat")
    #expect(images.provenance.isForeign && !images.provenance.isVerified)
    #expect(images.provenance.name == "images in CIFAR-10's format")
    #expect(images.provenance.files.count == (fromArchive ? 1 : 6))
  }

  @Test(arguments: [[], [1], [UInt8](repeating: 1, count: 3072), [UInt8](repeating: 10, count: 3073)])
  func damagedBatchesAreNamed(bytes: [UInt8]) throws {
    let folder = try loose(changing: "data_batch_3.bin", to: bytes)
    let error = try #require(throws: FileError.self) { try load(folder) }
    #expect(error.file.hasSuffix("data_batch_3.bin"))
  }

  @Test func archivesThatLackAFileOrHaveItTwiceAreRefused() throws {
    let without = try packed(leavingOut: "data_batch_2.bin")
    let error = try #require(throws: FileError.self) { try load(without) }
    #expect(error.description.contains("data_batch_2.bin"))
    let twice = try packed(twice: "test_batch.bin")
    #expect(throws: FileError.self) { try load(twice) }
  }

  @Test func absentIsNotAnError() throws {
    let folder = try TemporaryFolder()
    #expect(try CIFAR10.load(in: DataFolders(only: folder.path))?.provenance == nil)
  }
}

extension CIFAR10Tests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["L2L_DATA"] != nil))
  func thePublishedImagesAreRecognised() throws {
    let images = try #require(try CIFAR10.load(in: DataFolders()))
    #expect(images.provenance.name == "CIFAR-10" && images.provenance.isVerified)
    #expect(images.training.count == 50_000 && images.test.count == 10_000)
    #expect(images.training.labels.prefix(5) == [6, 9, 9, 4, 1])
  }

  @Test func aHugeEntryOfAnArchiveIsRefusedUnread() throws {
    let folder = try TemporaryFolder()
    var tar = TarMaker()
    tar.add("cifar-10-batches-bin/data_batch_1.bin", size: "77777777777")
    try FileManager.default.createDirectory(atPath: folder.path + "/cifar-10", withIntermediateDirectories: true)
    let path = try folder.gzip(Array(tar.bytes.prefix(512)), zeros: 32 << 20)
    try FileManager.default.moveItem(atPath: path, toPath: folder.path + "/cifar-10/cifar-10-binary.tar.gz")
    let error = try #require(throws: FileError.self) {
      _ = try CIFAR10.load(in: DataFolders(only: folder.path))?.test.count
    }
    #expect(error.expected.contains("at most"))
  }
}
