import ConvolutionalOptimizees
import DataFormats
import Foundation
import Foundations
import Imaging
import LabelledData
import TensorFiles

@testable import Datasets
@testable import MetaTraining
@testable import Notebook
@testable import Tables

/// Everything of this project that reads files which others may have written.
enum Reader: String, CaseIterable {
  case idx, gzip, cifar, tar, png, safetensors, torch, zip, csv, tables, checkpoint, optimizer, network, paper
  case report

  /// What the environment names as the reader that this process is about. It is no argument, since libFuzzer starts
  /// itself anew with its arguments alone.
  static let name = ProcessInfo.processInfo.environment["FUZZ_READER"] ?? ""
  static let current = Reader(rawValue: name)

  /// Reads one input; a trap if an error comes that no reader should throw.
  func tryReading(_ bytes: [UInt8]) {
    do {
      try read(bytes)
    } catch is any SuiteError {
    } catch {
      fatalError("\(self): \(type(of: error)) is no error of the suite: \(error)")
    }
  }

  /// Reads all of a file, with limits that keep one input from taking long.
  private func read(_ bytes: [UInt8]) throws {
    let source = MemorySource(bytes, name: "input")
    let limit = 1 << 20
    switch self {
    case .idx:
      let isPacked = bytes.starts(with: [0x1F, 0x8B])
      let idx = try IDX(from: isPacked ? GzipSource(source) : source, limit: limit)
      _ = idx.values
    case .gzip:
      // The first byte says which kind.
      let rest = MemorySource(bytes.dropFirst(), name: "input")
      _ = try GzipSource(rest, isBare: bytes.first == 1).read(upTo: limit)
    case .cifar:
      let file = Provenance.File(name: "input", bytes: bytes.count, sha256: "")
      _ = CIFAR10.images([try CIFAR10.Batch(bytes: bytes, file: file, path: "input")])
    case .tar:
      let mended = Mending.tar(bytes)
      let archive = TarReader(MemorySource(mended, name: "input"))
      while let entry = try archive.next() { if entry.isFile { _ = try archive.contents(limit: limit) } }
      _ = try CIFAR10.isPublished(archive: Scratch.file(mended))
    case .png:
      let mended = Mending.png(bytes)
      let limits = PNG.Limits(side: 4096, pixels: 1 << 18)
      for channels in [PNG.Channels.rgb, .grey, .asStored] {
        _ = try PNG.decode(mended, as: channels, limits: limits, name: "input")
      }
      _ = try PNG.text(in: mended, name: "input")
    case .safetensors:
      let file = try SafeTensors(from: source, limit: limit)
      for tensor in file.tensors.values { _ = tensor.floats }
      guard try SafeTensors(from: MemorySource(file.encoded, name: "input")) == file else {
        fatalError("another file after writing and reading it")
      }
    case .torch: _ = try TorchFile.read(MemoryFile(bytes, name: "input"), limit: limit).mapValues { $0.floats }
    case .zip:
      let archive = try ZipReader(MemoryFile(bytes, name: "input"))
      for entry in archive.entries.prefix(64) { _ = try? archive.contents(of: entry, limit: limit) }
    case .csv:
      _ = try CSVTable(bytes, name: "input")
      _ = try LabelledTable(bytes, name: "input").checksum
      _ = try? LabelledTable(bytes, name: "input", label: "label")
    case .tables:
      let path = Scratch.file(bytes)
      _ = try? CSVFiles.readCurves(path).map(LossSummary.init)
      _ = try? CSVFiles.readSummary(path)
      _ = try? CSVFiles.readTuning(path)
      _ = try CSVFiles.readTraining(path)
    case .checkpoint:
      var file = try SafeTensors(from: source, limit: limit)
      // What a checkpoint says is looked at only where its sum is right.
      file.metadata["checksum"] = file.checksum
      _ = try MetaTrainerState(
        file, file: "input", settings: file.metadata["settings"] ?? "",
        fitting: MetaTrainerState([[1, 2, 3], [4]], of: file.metadata["training"] ?? ""))
    case .optimizer: _ = try TrainedOptimizer(contentsOf: Scratch.file(bytes)).optimizer.checksum
    case .network: _ = try VGGWeights.loadNetwork(Scratch.file(bytes))
    case .paper: _ = try PaperCurves(path: Scratch.file(bytes)).curves.map { ($0.finalLoss, $0.finalSteps) }
    case .report: try Scratch.report(bytes)
    }
  }
}
