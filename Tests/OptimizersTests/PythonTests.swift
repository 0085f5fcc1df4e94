import Foundation
import Foundations
import LSTMKernels
import Optimizers
import TensorFiles
import TestSupport
import Testing

/// The reader in Data/optimizers, run by Python.
struct PythonTests {
  /// $L2L_PYTHON names a Python that has numpy and safetensors.
  private static let python = ProcessInfo.processInfo.environment["L2L_PYTHON"] ?? "python3"
  private static let optimizers = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Data/optimizers").path
  private static let hasPackages = (try? run("import numpy, safetensors"))?.code == 0
  private static let hasONNX = (try? run("import numpy, safetensors, onnx, onnxruntime"))?.code == 0

  /// How Python makes `optimizer`, whose `update` gives a step's updates, from a file and a group.
  private static let reader = """
    from learned_optimizer import LearnedOptimizer
    optimizer = LearnedOptimizer(sys.argv[1], sys.argv[2])
    """
  private static let exported = """
    import onnxruntime
    import export_onnx
    from learned_optimizer import LearnedOptimizer
    class Exported:
      def __init__(self, model):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options)
        self.state = None
      def update(self, gradient):
        names = ["h1", "c1", "h2", "c2"]
        if self.state is None:
          hidden = self.session.get_inputs()[1].shape[1]
          self.state = [numpy.zeros((gradient.size, hidden), numpy.float32) for _ in names]
        inputs = dict(zip(["gradient"] + names, [gradient] + self.state))
        update, *self.state = self.session.run(["update"] + ["next_" + n for n in names], inputs)
        return update
    optimizer = Exported(export_onnx.model(LearnedOptimizer(sys.argv[1], sys.argv[2])))
    """

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func run(_ script: String, _ arguments: String...) throws -> (code: Int32, text: String) {
    try PythonRun.run(python, ["-c", script] + arguments, environment: ["PYTHONPATH": optimizers])
  }

  /// Minimises Σ s (θ - 1)² with steepness of six orders of magnitude, and has Python propose its updates for the same
  /// gradients.
  ///
  /// On steeper ones θ runs back and forth, and what a roundoff leads to grows from step to step. At 2^-9 `fig3-mnist`
  /// comes to a moment at which it grows too: there what our activations are off by, 5e-7, made 8e-6 of it in numpy.
  ///
  /// - Returns: the largest difference of the updates, relative to 1 or to the update, whichever is larger.
  private func difference(
    _ optimizer: LSTMOptimizer, file: String, group: String, program: String = reader
  ) throws -> Float {
    let (count, steps) = (70, 60)
    let layout = ParameterLayout([("theta", [count])], groups: [(group, 1)])
    var theta = [Float](repeating: 0, count: count)
    let steepness = theta.indices.map { exp2(Float($0 % 20) - 22) * ($0 % 3 == 0 ? 1.1 : 1.3) }
    var state = optimizer.initialState(for: layout)
    var (gradients, updates): ([Float], [Float]) = ([], [])
    for _ in 0..<steps {
      let (before, gradient) = (theta, theta.indices.map { 2 * steepness[$0] * (theta[$0] - 1) })
      theta.withUnsafeMutableBufferPointer { theta in
        gradient.withUnsafeBufferPointer { optimizer.update(theta, gradient: $0, state: &state, workers: .one) }
      }
      gradients += gradient
      updates += zip(theta, before).map { $0 - $1 }
    }
    var request = SafeTensors(metadata: [:])
    request.tensors["gradients"] = .init(shape: [steps, count], gradients)
    try request.write(to: folder.path("gradients.safetensors"))
    let (code, text) = try Self.run(
      """
      import sys, numpy
      from safetensors.numpy import load_file, save_file
      \(program)
      gradients = load_file(sys.argv[3])["gradients"]
      save_file({"updates": numpy.stack([optimizer.update(g) for g in gradients]).astype("float32")}, sys.argv[4])
      """, file, group, folder.path("gradients.safetensors"), folder.path("updates.safetensors"))
    try #require(code == 0, "\(text)")
    let theirs = try SafeTensors(contentsOf: folder.path("updates.safetensors")).floats(
      "updates", shape: [steps, count], file: "updates.safetensors")
    #expect(updates.contains { abs($0) > 1e-3 }, "nothing moved")
    return zip(updates, theirs).map { abs($0 - $1) / max(1, abs($0)) }.max() ?? .infinity
  }

  @Test(
    "Python's updates are ours", .enabled(if: hasPackages, "Python with numpy and safetensors is not installed"),
    arguments: [
      ("fig3-mnist", "all"), ("fig4-quadratics-uniform-paper-seed1", "all"), ("fig7-cifar", "others"),
    ])
  func sameUpdates(name: String, group: String) throws {
    let file = "\(Self.optimizers)/\(name).safetensors"
    let optimizer = try LSTMOptimizer.load(file).optimizer
    try #require(optimizer.weights.map(\.group).contains(group))
    let difference = try difference(optimizer, file: file, group: group)
    #expect(difference < 1e-5)
  }

  @Test(
    "An exported ONNX graph's updates are ours",
    .enabled(if: hasONNX, "Python with numpy, safetensors, onnx and onnxruntime is not installed"),
    arguments: [("fig3-mnist", 0), ("fig4-quadratics-uniform-paper-seed1", 0), ("fig7-cifar", 1)])
  func exported(name: String, group: Int) throws {
    let file = "\(Self.optimizers)/\(name).safetensors"
    let optimizer = try LSTMOptimizer.load(file).optimizer
    let group = optimizer.weights[group].group
    let difference = try difference(optimizer, file: file, group: group, program: Self.exported)
    #expect(difference < 1e-5)
  }

  /// Its metadata has a checksum, which is not that of the new file.
  @Test(
    "A committed optimizer that Python changed and saved is loaded",
    .enabled(if: hasPackages, "Python with numpy and safetensors is not installed"))
  func changed() throws {
    let (file, original) = (folder.path("changed.safetensors"), "\(Self.optimizers)/fig3-mnist.safetensors")
    let (code, text) = try Self.run(
      """
      import sys
      from learned_optimizer import LearnedOptimizer, save
      optimizer = LearnedOptimizer(sys.argv[1])
      optimizer.weights["output_weights"] = 2 * optimizer.weights["output_weights"]
      save(sys.argv[2], {"all": optimizer.weights}, optimizer.settings["hidden"], metadata=optimizer.metadata)
      """, original, file)
    try #require(code == 0, "\(text)")
    let (before, after) = (try LSTMOptimizer.load(original), try LSTMOptimizer.load(file))
    try #require(before.metadata["checksum"] != nil)
    let place = before.optimizer.lstm.shape.outputWeights
    #expect(after.optimizer.weights[0].weights[place] == 2 * before.optimizer.weights[0].weights[place])
    #expect(after.metadata["settings"] == before.metadata["settings"])
  }

  @Test(
    "An optimizer written by Python is loaded",
    .enabled(if: hasPackages, "Python with numpy and safetensors is not installed"), arguments: ["10", "None"])
  func written(preprocessing: String) throws {
    let file = folder.path("elsewhere.safetensors")
    let (code, text) = try Self.run(
      """
      import sys, numpy
      from learned_optimizer import save
      random, p = numpy.random.default_rng(1), \(preprocessing)
      shapes = {"input_weights_1": (28, 2 if p else 1), "recurrent_weights_1": (28, 7), "bias_1": (28,),
                "input_weights_2": (28, 7), "recurrent_weights_2": (28, 7), "bias_2": (28,),
                "output_weights": (7,), "output_bias": (1,)}
      weights = {g: {n: random.normal(0, 0.5, s) for n, s in shapes.items()} for g in ["convolutions", "dense"]}
      save(sys.argv[1], weights, 7, p, 0.05, name="JAX", metadata={"trained on": "bowls"})
      """, file)
    try #require(code == 0, "\(text)")
    let (optimizer, metadata) = try LSTMOptimizer.load(file)
    #expect(optimizer.name == "JAX" && optimizer.weights.map(\.group) == ["convolutions", "dense"])
    #expect(optimizer.lstm.p == (preprocessing == "None" ? nil : 10) && optimizer.lstm.outputScale == 0.05)
    #expect(metadata["trained on"] == "bowls")
    #expect(try difference(optimizer, file: file, group: "dense") < 1e-5)
  }
}
