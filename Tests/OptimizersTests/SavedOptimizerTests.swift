import Foundation
import Foundations
import LSTMKernels
import Optimizers
import TensorFiles
import TestSupport
import Testing

struct SavedOptimizerTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("optimizers/lstm.safetensors") }

  init() throws { folder = try TemporaryFolder() }

  private func optimizer(p: Float? = 10) throws -> LSTMOptimizer {
    let lstm = try CoordinatewiseLSTM(hidden: 7, p: p, outputScale: 0.3)
    let groups = ["conv", "dense"].map { name in
      var stream = RandomStream(seed: 1).stream(name)
      return LSTMOptimizer.GroupWeights(group: name, weights: (0..<lstm.shape.weightCount).map { _ in stream.normal() })
    }
    return try LSTMOptimizer(lstm, weights: groups, name: "LSTM-sub")
  }

  @Test(arguments: [Float(10), nil]) func everyBitSurvivesARoundTrip(p: Float?) throws {
    let original = try optimizer(p: p)
    try original.save(to: path, metadata: ["trained on": "\"quoted\" digits"])
    let (copy, metadata) = try LSTMOptimizer.load(path)
    #expect(copy.weights == original.weights)
    #expect(copy.lstm == original.lstm && copy.name == "LSTM-sub")
    #expect(metadata["trained on"] == "\"quoted\" digits")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try copy.save(to: path, metadata: ["trained on": "\"quoted\" digits"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  /// What someone else's reader of safetensors finds.
  @Test func tensorsHaveTheNamesAndShapesOfTheLSTM() throws {
    let original = try optimizer()
    try original.save(to: path)
    let file = try SafeTensors(contentsOf: path)
    #expect(
      file.tensors.filter { $0.key.hasPrefix("dense.") }.mapValues(\.shape) == [
        "dense.input_weights_1": [28, 2], "dense.recurrent_weights_1": [28, 7], "dense.bias_1": [28],
        "dense.input_weights_2": [28, 7], "dense.recurrent_weights_2": [28, 7], "dense.bias_2": [28],
        "dense.output_weights": [7], "dense.output_bias": [1],
      ])
    #expect(file.tensors.count == 16)
    let shape = original.lstm.shape
    let bias = try file.floats("dense.bias_2", file: path)
    #expect(bias == Array(original.weights[1].weights[shape.bias2..<shape.outputWeights]))
  }

  @Test func filesFromBeforeThereWereChecksumsAreRead() throws {
    let original = try optimizer()
    var file = try original.safeTensors()
    file.metadata["checksum"] = nil
    try file.write(to: path)
    #expect(try LSTMOptimizer.load(path).optimizer.weights == original.weights)
  }

  /// Changes a saved file and gives the error of loading it.
  private func problem(_ change: (inout SafeTensors) -> Void) throws -> FileError {
    try optimizer().save(to: path)
    var file = try SafeTensors(contentsOf: path)
    change(&file)
    try file.write(to: path)
    return try #require(throws: FileError.self) { try LSTMOptimizer.load(path) }
  }

  @Test func foreignAndDamagedFilesAreNamed() throws {
    for change: (inout SafeTensors) -> Void in [
      { $0.metadata["format"] = "another" }, { $0.metadata["version"] = "99" }, { $0.metadata["version"] = nil },
      { $0.metadata["lstm"] = "{}" }, { $0.tensors["conv.bias_1"] = nil },
      { $0.tensors["conv.bias_1"] = .init(shape: [27], [Float](repeating: 0, count: 27)) },
      { $0.tensors["dense.output_bias"] = .init(shape: [1], [.nan]) },
      { $0.metadata["lstm"] = $0.metadata["lstm"]?.replacingOccurrences(of: "\"hidden\":7", with: "\"hidden\":99") },
      {
        $0.metadata["lstm"] = $0.metadata["lstm"]?.replacingOccurrences(of: "[\"conv\",\"dense\"]", with: "[]")
      },
    ] {
      let error = try problem(change)
      #expect(error.file == path)
      #expect(!error.expected.isEmpty && !error.found.isEmpty && !error.remedy.isEmpty)
    }
    let later = try problem { $0.metadata["version"] = "99" }
    #expect(later.found == "99" && later.remedy.hasPrefix("use the revision of this project that wrote it"))
    let flipped = try problem { $0.tensors["conv.bias_1"]?.bytes[5] ^= 1 }
    #expect(flipped.expected.contains("checksum") && flipped.found.contains("damaged"))
    #expect(throws: FileError.self) { try LSTMOptimizer.load(folder.path("missing")) }
  }
}
