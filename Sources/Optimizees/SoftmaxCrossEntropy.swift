import Foundations
import Vectors

/// The mean of -log softmax(logits)[label] over a batch, in nats, and its gradient by the logits.
///
/// - Parameters:
///   - logits: [batch, classes]
///   - labels: one a row, each below `classes`; where they come from a file, look at them before.
///   - adjoint: of the logits' shape; receives (softmax - one-hot label) / batch, zero in the padding.
public func softmaxCrossEntropy(_ logits: Matrix, _ labels: [Int], adjoint: inout Matrix) -> Float {
  let (classes, stride) = (logits.columns, logits.stride)
  precondition(adjoint.rows == logits.rows && adjoint.columns == classes, "an adjoint of the logits' shape")
  precondition(labels.count == logits.rows, "a label for each row")
  precondition(labels.allSatisfy { $0 >= 0 && $0 < classes }, "labels of the classes")
  // Exponentials and logarithms of the whole batch at once.
  var shifted = [Float](repeating: 0, count: logits.rows)
  adjoint.elements.withUnsafeMutableBufferPointer { adjoint in
    logits.elements.withUnsafeBufferPointer { logits in
      for row in shifted.indices {
        let start = row * stride
        var highest = logits[start]
        for k in 1..<classes { highest = max(highest, logits[start + k]) }
        for k in 0..<classes { adjoint[start + k] = logits[start + k] - highest }
        shifted[row] = adjoint[start + labels[row]]
      }
    }
  }
  VectorMath.map(.exp, &adjoint.elements)
  let scale = 1 / Float(logits.rows)
  var sums = [Float](repeating: 0, count: logits.rows)
  adjoint.elements.withUnsafeMutableBufferPointer { adjoint in
    for row in sums.indices {
      let start = row * stride
      for k in 0..<classes { sums[row] += adjoint[start + k] }
      let factor = scale / sums[row]
      for k in 0..<stride { adjoint[start + k] *= k < classes ? factor : 0 }
      adjoint[start + labels[row]] -= scale
    }
  }
  VectorMath.log(&sums)
  var loss: Float = 0
  for row in sums.indices { loss += sums[row] - shifted[row] }
  // Clamping in the exponential must not hide an overflow of the network.
  let areFinite = logits.elements.withUnsafeBufferPointer { $0.areFinite }
  return areFinite ? loss * scale : .nan
}
