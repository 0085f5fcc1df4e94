import KernelInterface

/// One step of the coordinatewise LSTM on a range of tiles: g = outputScale (w_out h2 + b_out), state advanced.
public func lstmForward(_ arguments: LSTMForwardArguments) {
  let padded = arguments.shape.paddedHidden
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 17 + 2 * padded) { memory in
    let inputs = memory.baseAddress!
    let scratch = inputs + 2
    let hidden1 = scratch + 15
    let hidden2 = hidden1 + padded
    let layout = PackedLSTM(arguments.shape)
    let packed = arguments.packed
    let threshold = exponentialOfMinus(arguments.features.p)
    let state = UnsafeMutableRawPointer(arguments.state).assumingMemoryBound(to: Lanes.self)
    for group in arguments.tiles.lowerBound * groupsPerTile..<arguments.tiles.upperBound * groupsPerTile {
      let h1 = state + group &* 4 &* padded
      let c1 = h1 + padded
      let h2 = c1 + padded
      let c2 = h2 + padded
      writeFeatures(
        of: arguments.gradient, group: group, count: arguments.coordinates, arguments.features, threshold: threshold,
        to: inputs)
      runLayer(
        LayerStep(
          inputs: Vectors(inputs), inputCount: arguments.shape.features, hiddenBefore: Vectors(h1),
          cellBefore: Vectors(c1), cellAfter: c1, hiddenAfter: hidden1),
        weights: packed, bias: packed + layout.bias1, padded: padded, scratch: scratch)
      runLayer(
        LayerStep(
          inputs: Vectors(hidden1), inputCount: padded, hiddenBefore: Vectors(h2), cellBefore: Vectors(c2),
          cellAfter: c2, hiddenAfter: hidden2),
        weights: packed + layout.layer2, bias: packed + layout.bias2, padded: padded, scratch: scratch)
      var sum = Lanes(repeating: packed[layout.output + padded])
      for unit in 0..<padded {
        let h = hidden2[unit]
        sum = multiplyAdd(Lanes(repeating: packed[layout.output + unit]), h, sum)
        h1[unit] = hidden1[unit]
        h2[unit] = h
      }
      hidden1[0] = sum * Lanes(repeating: arguments.outputScale)
      let updates = UnsafeRawPointer(hidden1).assumingMemoryBound(to: Register.self)
      for r in 0..<Lanes.registers {
        storeRegister(
          updates[r], to: arguments.update, from: firstCoordinate(ofRegister: r, group: group),
          count: arguments.coordinates)
      }
    }
  }
}

/// e^-p, the gradient magnitude at which the features change over; 1 where there is no p.
@inline(__always) func exponentialOfMinus(_ p: Float?) -> Float { p.map { exp(Register(repeating: -$0))[0] } ?? 1 }
