import Foundations
import Vectors

/// The mean of -log softmax(logits)[label] over a batch, in nats, and its gradient by the logits.
///
/// - Parameters:
///   - logits: [batch, classes]
///   - adjoint: receives (softmax - one-hot label) / batch, zero in the padding.
public func softmaxCrossEntropy(_ logits: Matrix, _ labels: [Int], adjoint: inout Matrix) -> Float {
  let (classes, stride) = (logits.columns, logits.stride)
  // Exponentials and logarithms of the whole batch at once.
  for row in 0..<logits.rows {
    let start = row * stride
    var highest = logits.elements[start]
    for k in 1..<classes { highest = max(highest, logits.elements[start + k]) }
    for k in 0..<classes { adjoint.elements[start + k] = logits.elements[start + k] - highest }
  }
  var shifted = [Float](repeating: 0, count: logits.rows)
  for row in shifted.indices { shifted[row] = adjoint.elements[row * stride + labels[row]] }
  VectorMath.exp(&adjoint.elements)
  var sums = [Float](repeating: 0, count: logits.rows)
  for row in sums.indices {
    for k in 0..<classes { sums[row] += adjoint.elements[row * stride + k] }
  }
  let scale = 1 / Float(logits.rows)
  for row in sums.indices {
    let factor = scale / sums[row]
    for k in 0..<stride { adjoint.elements[row * stride + k] *= k < classes ? factor : 0 }
    adjoint.elements[row * stride + labels[row]] -= scale
  }
  VectorMath.log(&sums)
  var loss: Float = 0
  for row in sums.indices { loss += sums[row] - shifted[row] }
  // Clamping in the exponential must not hide an overflow of the network.
  let finite = logits.elements.allSatisfy(\.isFinite)
  return finite ? loss * scale : .nan
}
