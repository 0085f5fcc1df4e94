import Foundations
import Optimizees

/// An optimizee whose coordinates are all in one group: one LSTM for all of them.
struct Ungrouped: Optimizee {
  let base: any Optimizee
  let layout: ParameterLayout

  init(_ base: any Optimizee) {
    self.base = base
    layout = ParameterLayout(base.layout.tensors.map { ($0.name, $0.shape) })
  }

  func episode(_ stream: RandomStream) throws -> any Episode { try base.episode(stream) }
}
