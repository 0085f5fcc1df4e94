import Foundation
import Foundations
import TensorFiles
import TestSupport
import Testing

@testable import Datasets

struct VGGWeightsTests {
  /// All layers, with weights that are `layer` at index 1 and 0 at index 0.
  private func quantised(layers: Int = 16) -> SafeTensors {
    var file = SafeTensors()
    for (place, (name, inputs, outputs)) in VGGWeights.plan.prefix(layers).enumerated() {
      var index = [UInt8](repeating: 0, count: outputs * inputs * 9)
      index[place] = 1
      var table = [Float](repeating: 0, count: 256)
      table[1] = Float(place + 1)
      file.tensors["\(name).weight_index"] = .init(type: .uint8, shape: [outputs, inputs, 3, 3], bytes: index)
      file.tensors["\(name).codebook"] = .init(shape: [256], table)
      file.tensors["\(name).bias"] = .init(shape: [outputs], [Float](repeating: Float(-place), count: outputs))
    }
    return file
  }

  @Test func theArchitectureIsConfigurationE() {
    let plan = VGGWeights.plan
    #expect(
      plan.map(\.name).joined(separator: " ").hasPrefix("conv1_1 conv1_2 conv2_1 conv2_2 conv3_1 conv3_2 conv3_3"))
    #expect(plan.count == 16)
    // Parameters without the fully connected layers: 20,024,384.
    let parameters = plan.map { (9 * $0.inputs + 1) * $0.outputs }.reduce(0, +)
    #expect(parameters == 20_024_384)
  }

  @Test func quantisedWeightsAreLookedUp() throws {
    let folder = try TemporaryFolder()
    try folder.write("weights/vgg19-conv-u8.safetensors", quantised().encoded)
    let folders = try DataFolders(data: folder.path, environment: [:], workingDirectory: folder.path)
    let weights = try #require(try VGGWeights.load(in: folders))
    #expect(weights.layers.count == 16)
    #expect(weights.layers[5].kernels[4...6] == [0, 6, 0])
    #expect(weights.layers[5].name == "conv3_2" && weights.layers[5].bias[255] == -5)
    #expect(weights.input == .original && weights.input.order == .bgr)
    #expect(!weights.provenance.isVerified)
    #expect(weights.provenance.files.first?.name == "weights/vgg19-conv-u8.safetensors")
  }

  @Test(arguments: ["missing", "shape", "type", "table", "other"]) func weightsThatDoNotFitAreNamed(fault: String)
    throws
  {
    let folder = try TemporaryFolder()
    var file = quantised(layers: 2)
    let name = "conv1_1.weight_index"
    switch fault {
    case "missing": file.tensors[name] = nil
    case "shape": file.tensors[name]?.shape = [3, 64, 3, 3]
    case "type": file.tensors[name]?.type = .int8
    case "table": file.tensors["conv1_1.codebook"] = .init(shape: [2], [0, 1])
    default: file = SafeTensors(tensors: ["fc.weight": .init(shape: [1], [1])])
    }
    let path = try folder.write("weights.safetensors", file.encoded)
    let error = try #require(throws: FileError.self) { _ = try VGGWeights.load(path).layers.count }
    #expect(error.file == path)
  }

  @Test(arguments: [[], [UInt8](repeating: 0, count: 1000)]) func whatIsOfNoKnownKindIsNamed(bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("weights/vgg19.safetensors", bytes)
    let error = try #require(throws: FileError.self) {
      _ = try VGGWeights.load(in: DataFolders(only: folder.path))?.layers.count
    }
    #expect(error.file == path && error.expected == "a zip file, a safetensors file or one written by torch.save")
    #expect(error.found == (bytes.isEmpty ? "an empty file" : "a start of [0, 0, 0, 0]"))
  }

  @Test func torchvisionsNamesAndColoursAreKnown() throws {
    let folder = try TemporaryFolder()
    var file = SafeTensors(tensors: ["classifier.0.weight": .init(shape: [2], [1, 2])])
    let places = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]
    for (place, (_, inputs, outputs)) in zip(places, VGGWeights.plan) {
      file.tensors["features.\(place).weight"] = .init(
        type: .float16, shape: [outputs, inputs, 3, 3], bytes: [UInt8](repeating: 0, count: outputs * inputs * 18))
      file.tensors["features.\(place).bias"] = .init(shape: [outputs], [Float](repeating: 1, count: outputs))
    }
    let weights = try VGGWeights.load(try folder.write("model.safetensors", file.encoded))
    #expect(weights.input == .torchvision && weights.input.order == .rgb)
    #expect(weights.layers.map(\.outputs) == VGGWeights.plan.map(\.outputs))
    #expect(weights.layers[0].bias == [Float](repeating: 1, count: 64))
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["L2L_DATA"] != nil))
  func thePublishedWeightsAreRecognised() throws {
    let weights = try #require(try VGGWeights.load(in: DataFolders()))
    #expect(weights.provenance.isVerified)
    // The first bias as imagenet-vgg-verydeep-19 prints it.
    #expect(abs(weights.layers[0].bias[0] - 0.73017) < 1e-4)
  }
}
