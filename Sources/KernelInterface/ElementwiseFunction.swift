/// Functions that the kernels compute for many numbers at once.
public enum ElementwiseFunction: Sendable, CaseIterable {
  case log
  case exp
  case tanh
  case sigmoid
}
