/// Functions that the kernels compute for many numbers at once.
public enum ElementwiseFunction: Sendable {
  case log
  case exp
  case tanh
  case sigmoid
}
