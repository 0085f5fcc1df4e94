import COneDNNBridge
import Foundations

/// oneDNN refused a convolution.
public struct ConvolutionError: SuiteError, Equatable {
  /// What was asked for.
  public var operation: String
  /// oneDNN's status code: 1 out of memory, 2 invalid arguments, 3 unimplemented, 6 runtime error.
  public var status: Int

  public var exitCode: Int32 { 1 }

  public var description: String {
    "\(operation): expected oneDNN to carry it out, found its status \(status); use a smaller image or another oneDNN "
      + "(2.6 and 3.2 are known to work)"
  }
}

/// A convolution, or the gradient of its weights, worked out for one shape; any number of threads may use it.
package final class ConvolutionPlan: @unchecked Sendable {
  // Unchecked, as all of the kernels' fronts must be that hold on to a C pointer: oneDNN's primitives do not change
  // after they are made, and scratch memory belongs to contexts.
  package enum Kind: String { case forward, weightGradient = "weight gradient" }

  package let shape: ConvolutionShape
  /// How many numbers the weights are in the plan's own order.
  package let packedCount: Int
  fileprivate let plan: OpaquePointer

  /// - Throws: `ConvolutionError` when oneDNN has no code for the shape or no memory.
  package init(_ kind: Kind, _ shape: ConvolutionShape) throws {
    precondition(
      shape.outputs % 16 == 0 && (shape.order != .blocks || shape.inputs % 16 == 0), "channels in blocks of 16")
    var asked = onednn_shape(
      batch: shape.batch, inputs: shape.inputs, outputs: shape.outputs, height: shape.height, width: shape.width,
      kernel: shape.kernel, padding: shape.padding, planar: shape.order == .planar,
      interleaved: shape.order == .interleaved, bias: shape.bias, rectified: shape.rectified,
      accumulating: shape.accumulating, winograd: shape.winograd)
    var made: OpaquePointer?
    let status = kind == .forward ? onednn_plan_forward(&asked, &made) : onednn_plan_weight_gradient(&asked, &made)
    guard status == 0, let made else { throw ConvolutionError(operation: "planning \(kind.rawValue)", status: status) }
    self.shape = shape
    plan = made
    packedCount = onednn_plan_weight_bytes(made) / MemoryLayout<Float>.size
  }

  deinit { onednn_plan_destroy(plan) }

  /// Weights [outputs][inputs][kernel][kernel] in the plan's own order.
  package func pack(_ plain: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) throws {
    let turned =
      isTurned ? turnedWeights(plain, outputs: shape.outputs, inputs: shape.inputs, kernel: shape.kernel) : nil
    try reorder(turned, or: plain, into: packed)
  }

  /// For a plan that carries gradients back: the weights of the convolution whose gradients they are,
  /// [inputs][outputs][kernel][kernel] in this plan's words, in the plan's own order.
  package func packTurned(_ plain: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) throws {
    let turned =
      isTurned ? nil : turnedWeights(plain, outputs: shape.inputs, inputs: shape.outputs, kernel: shape.kernel)
    try reorder(turned, or: plain, into: packed)
  }

  private func reorder(
    _ turned: [Float]?, or plain: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
  ) throws {
    let status = turned.map { onednn_plan_pack(plan, $0, packed) } ?? onednn_plan_pack(plan, plain, packed)
    try check(status, "packing weights")
  }

  /// Whether oneDNN's code for the gradient of an input does it, the fastest for AVX2: it adds no bias and does not
  /// rectify.
  fileprivate var isTurned: Bool { onednn_plan_is_turned(plan) }

  /// A weight gradient in the plan's own order as [outputs][inputs][kernel][kernel].
  package func unpack(_ packed: UnsafePointer<Float>, into plain: UnsafeMutablePointer<Float>) throws {
    try check(onednn_plan_unpack(plan, packed, plain), "unpacking a weight gradient")
  }
}

/// A plan with scratch memory, for one thread at a time.
package final class Convolution {
  package let plan: ConvolutionPlan
  private let context: OpaquePointer

  package init(_ plan: ConvolutionPlan) throws {
    var made: OpaquePointer?
    let status = onednn_context_create(plan.plan, &made)
    guard status == 0, let made else { throw ConvolutionError(operation: "scratch memory", status: status) }
    self.plan = plan
    context = made
  }

  deinit { onednn_context_destroy(context) }

  /// output = input * weights (+ bias); a forward plan's.
  package func forward(
    _ input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    into output: UnsafeMutablePointer<Float>
  ) throws {
    try check(onednn_forward(context, input, weights, bias, output), "a convolution")
    let shape = plan.shape
    if plan.isTurned, shape.bias || shape.rectified {
      finish(shape, bias: shape.bias ? bias : nil, UnsafeMutableRawPointer(output))
    }
  }

  /// The gradient of the weights, in the plan's own order; a weight gradient plan's.
  package func weightGradient(
    _ input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>
  ) throws {
    try check(onednn_weight_gradient(context, input, outputGradient, gradient), "a weight gradient")
  }
}

/// Adds the bias and rectifies where the plan did not.
///
/// - Parameter output: [batch][outputs / 16][area][16]
private func finish(_ shape: ConvolutionShape, bias: UnsafePointer<Float>?, _ output: UnsafeMutableRawPointer) {
  let area = shape.outputHeight * shape.outputWidth
  let blocks = shape.outputs / 16
  let vectors = output.assumingMemoryBound(to: SIMD16<Float>.self)
  let least = SIMD16<Float>(repeating: shape.rectified ? 0 : -.infinity)
  for block in 0..<shape.batch * blocks {
    var shift = SIMD16<Float>()
    if let bias { for lane in 0..<16 { shift[lane] = bias[block % blocks * 16 + lane] } }
    let here = vectors + block * area
    for i in 0..<area {
      let value = here[i] + shift
      here[i] = value.replacing(with: least, where: value .< least)
    }
  }
}

/// Which factor of a product is stored transposed.
package enum Transposed { case neither, first, second }

/// C = A B with A [rows][inner] and B [inner][columns].
package func multiply(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, transposed: Transposed = .neither, rows: Int, columns: Int,
  inner: Int, into c: UnsafeMutablePointer<Float>
) throws {
  let (first, second) = (transposed == .first, transposed == .second)
  try check(onednn_multiply(first, second, rows, columns, inner, a, b, c), "a matrix product")
}

private func check(_ status: Int32, _ operation: String) throws {
  if status != 0 { throw ConvolutionError(operation: operation, status: Int(status)) }
}

extension ConvolutionError {
  fileprivate init(operation: String, status: Int32) { self.init(operation: operation, status: Int(status)) }
}
