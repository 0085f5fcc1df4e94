import KernelInterface

/// Floats of scratch that `lstmBackward` needs where so many steps are recomputed at a time.
public func lstmBackwardScratchCount(_ shape: LSTMShape, segment: Int) -> Int {
  let record = RecordLayout(padded: shape.paddedHidden)
  let table = GradientTable(padded: shape.paddedHidden, features: shape.features)
  return groupsPerTile * table.count * Register.scalarCount + (segment + 1) * record.stride * Lanes.count
}

/// Adds the meta-gradient of some tiles to `weightGradient` (equation 3, with ∂∇/∂φ dropped).
///
/// The adjoint of update g_t of a coordinate is the sum of w_s ∇f(θ_s) over s > t: gradients that the forward pass has
/// computed anyway. So each coordinate's LSTM is backpropagated by itself, from the history of its gradients alone.
/// Group by group, and segment by segment from the last: the steps are recomputed into a record, adjoints run back
/// through it, and the products with inputs are summed up last, in registers over time. Each group of a tile has
/// partial sums of its own.
///
/// - Parameter scratch: `lstmBackwardScratchCount` floats, aligned to 64 bytes.
public func lstmBackward(_ arguments: LSTMBackwardArguments, scratch: UnsafeMutablePointer<Float>) {
  let padded = arguments.shape.paddedHidden
  let layout = PackedLSTM(arguments.shape)
  let record = RecordLayout(padded: padded)
  let table = GradientTable(padded: padded, features: arguments.shape.features)
  let tables = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Register.self)
  let records = UnsafeMutableRawPointer(tables + groupsPerTile * table.count).assumingMemoryBound(to: Lanes.self)
  for k in 0..<groupsPerTile * table.count { tables[k] = Register() }
  let carried = CarriedAdjoints.count(padded: padded, layout)
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: carried + 15) { memory in
    let adjoints = CarriedAdjoints(memory.baseAddress!, padded: padded, layout)
    let temporary = memory.baseAddress! + carried
    for index in 0..<arguments.tiles.count {
      let factor = arguments.outputScale * (arguments.tileFactors?[index] ?? 1)
      for part in 0..<groupsPerTile {
        let group = Int(arguments.tiles[index]) * groupsPerTile + part
        for k in 0..<carried { memory[k] = Lanes() }
        var isHeard = false
        for first in stride(from: 0, to: arguments.steps, by: arguments.segment).reversed() {
          let steps = first..<min(first + arguments.segment, arguments.steps)
          let hasAdjoints = writeAdjoints(
            arguments, group: group, steps, factor: factor, suffix: adjoints.suffix, record, records)
          isHeard = isHeard || hasAdjoints
          guard isHeard else { continue }
          recompute(arguments, group: group, steps, padded: padded, layout, record, records, temporary)
          propagate(arguments, steps, padded: padded, layout, record, records, adjoints)
          accumulate(steps: steps.count, padded: padded, record, table, records, into: tables + part * table.count)
        }
      }
    }
  }
  collect(arguments.shape, table, tables, into: arguments.weightGradient)
}

/// What backpropagation carries from a step to the one before it, and so from a segment to the one before it.
private struct CarriedAdjoints {
  /// Σ w_s ∇f(θ_s) over the steps after this one.
  let suffix: MutableVectors
  let cell1: MutableVectors
  let cell2: MutableVectors
  let hidden1: MutableVectors
  let hidden2: MutableVectors

  static func count(padded: Int, _ layout: PackedLSTM) -> Int {
    1 + 2 * padded + 2 * layout.outputGroups * PackedLSTM.together
  }

  init(_ memory: MutableVectors, padded: Int, _ layout: PackedLSTM) {
    suffix = memory
    cell1 = suffix + 1
    cell2 = cell1 + padded
    hidden1 = cell2 + padded
    hidden2 = hidden1 + layout.outputGroups * PackedLSTM.together
  }
}

/// Writes the adjoint of each step's read-out into the record; false if all of them are zero, so that the segment adds
/// nothing unless later ones did. (Weights of pixels that are never inked have no gradients: about a tenth of MNIST's.)
@inline(never)
private func writeAdjoints(
  _ arguments: LSTMBackwardArguments, group: Int, _ steps: Range<Int>, factor: Float, suffix: MutableVectors,
  _ record: RecordLayout, _ records: UnsafeMutablePointer<Lanes>
) -> Bool {
  let suffixes = UnsafeMutableRawPointer(suffix).assumingMemoryBound(to: Register.self)
  var anyLane = SIMDMask<Register.MaskStorage>()
  for r in 0..<Lanes.registers {
    let from = firstCoordinate(ofRegister: r, group: group)
    var suffix = suffixes[r]
    for t in steps.reversed() {
      let row = arguments.history + (t &+ 1) &* arguments.historyStride
      let gradient = loadRegister(row, from: from, count: arguments.coordinates)
      suffix = multiplyAdd(Register(repeating: arguments.lossWeights[t &+ 1]), gradient, suffix)
      let adjoint = suffix * Register(repeating: factor)
      anyLane .|= adjoint .!= Register()
      let slot = UnsafeMutableRawPointer(records + ((t &- steps.lowerBound) &* record.stride &+ record.adjoint))
      slot.assumingMemoryBound(to: Register.self)[r] = adjoint
    }
    suffixes[r] = suffix
  }
  return any(anyLane)
}

/// Runs the LSTM forward once more over a segment, keeping everything.
@inline(never)
private func recompute(
  _ arguments: LSTMBackwardArguments, group: Int, _ steps: Range<Int>, padded: Int, _ layout: PackedLSTM,
  _ record: RecordLayout, _ records: UnsafeMutablePointer<Lanes>, _ temporary: MutableVectors
) {
  let before = arguments.states[steps.lowerBound / arguments.segment]
  let state = UnsafeRawPointer(before).assumingMemoryBound(to: Lanes.self) + group &* 4 &* padded
  for unit in 0..<padded {
    records[record.hidden1 &+ unit] = state[unit]
    records[record.cell1 &+ unit] = state[padded &+ unit]
    records[record.hidden2 &+ unit] = state[2 &* padded &+ unit]
    records[record.cell2 &+ unit] = state[3 &* padded &+ unit]
  }
  let threshold = exponentialOfMinus(arguments.features.p)
  let packed = arguments.packed
  for t in steps {
    let now = records + (t &- steps.lowerBound) &* record.stride
    let next = now + record.stride
    writeFeatures(
      of: arguments.history + t &* arguments.historyStride, group: group, count: arguments.coordinates,
      arguments.features, threshold: threshold, to: now + record.inputs)
    runLayer(
      LayerStep(
        inputs: Vectors(now + record.inputs), inputCount: arguments.shape.features,
        hiddenBefore: Vectors(now + record.hidden1), cellBefore: Vectors(now + record.cell1),
        cellAfter: next + record.cell1, hiddenAfter: next + record.hidden1),
      weights: packed, bias: packed + layout.bias1, padded: padded,
      record: LayerRecord(gates: now + record.gates1, cellTanh: now + record.cellTanh1), scratch: temporary)
    runLayer(
      LayerStep(
        inputs: Vectors(next + record.hidden1), inputCount: padded, hiddenBefore: Vectors(now + record.hidden2),
        cellBefore: Vectors(now + record.cell2), cellAfter: next + record.cell2, hiddenAfter: next + record.hidden2),
      weights: packed + layout.layer2, bias: packed + layout.bias2, padded: padded,
      record: LayerRecord(gates: now + record.gates2, cellTanh: now + record.cellTanh2), scratch: temporary)
  }
}

/// Runs back in time through a segment; each gate in the record is replaced by the adjoint of its sum.
@inline(never)
private func propagate(
  _ arguments: LSTMBackwardArguments, _ steps: Range<Int>, padded: Int, _ layout: PackedLSTM, _ record: RecordLayout,
  _ records: UnsafeMutablePointer<Lanes>, _ adjoints: CarriedAdjoints
) {
  let cell1 = adjoints.cell1
  let cell2 = adjoints.cell2
  let hidden1 = adjoints.hidden1
  let hidden2 = adjoints.hidden2
  let packed = arguments.packed
  let output = packed + layout.output
  for t in steps.reversed() {
    let now = records + (t &- steps.lowerBound) &* record.stride
    let adjoint = now[record.adjoint]
    for unit in 0..<padded {
      hidden2[unit] = multiplyAdd(Lanes(repeating: output[unit]), adjoint, hidden2[unit])
    }
    gatesBackward(
      now + record.gates2, cellTanh: now + record.cellTanh2, cellBefore: now + record.cell2, hidden: hidden2,
      cell: cell2, padded: padded)
    transposedProduct(packed + layout.transposedInput2, now + record.gates2, padded: padded, addTo: hidden1)
    if t > 0 {
      transposedProduct(packed + layout.transposedRecurrent2, now + record.gates2, padded: padded, into: hidden2)
    }
    gatesBackward(
      now + record.gates1, cellTanh: now + record.cellTanh1, cellBefore: now + record.cell1, hidden: hidden1,
      cell: cell1, padded: padded)
    if t > 0 {
      transposedProduct(packed + layout.transposedRecurrent1, now + record.gates1, padded: padded, into: hidden1)
    }
  }
}

/// The adjoints of a layer's sums, in place of its gates, from those of its outputs; `cell` goes one step back in time.
@inline(never)
private func gatesBackward(
  _ gates: MutableVectors, cellTanh: MutableVectors, cellBefore: MutableVectors, hidden: MutableVectors,
  cell: MutableVectors, padded: Int
) {
  let one = Lanes(repeating: 1)
  for unit in 0..<padded {
    let i = gates[unit]
    let f = gates[padded &+ unit]
    let g = gates[2 &* padded &+ unit]
    let o = gates[3 &* padded &+ unit]
    let t = cellTanh[unit]
    let d = hidden[unit]
    let c = multiplyAdd(d * o, multiplySubtract(t, t, from: one), cell[unit])
    gates[unit] = c * g * multiplySubtract(i, i, from: i)
    gates[padded &+ unit] = c * cellBefore[unit] * multiplySubtract(f, f, from: f)
    gates[2 &* padded &+ unit] = c * i * multiplySubtract(g, g, from: one)
    gates[3 &* padded &+ unit] = d * t * multiplySubtract(o, o, from: o)
    cell[unit] = c * f
  }
}

/// Wᵀ δ, as many outputs at a time as there are `Sums`.
@inline(__always)
private func transposedProduct(
  _ weights: UnsafePointer<Float>, _ adjoints: MutableVectors, padded: Int, into result: MutableVectors
) {
  for first in stride(from: 0, to: padded, by: Sums.count) {
    transposedRows(weights, adjoints, first: first, padded: padded, Sums(), result)
  }
}

/// The same, added to what is there.
@inline(__always)
private func transposedProduct(
  _ weights: UnsafePointer<Float>, _ adjoints: MutableVectors, padded: Int, addTo result: MutableVectors
) {
  for first in stride(from: 0, to: padded, by: Sums.count) {
    transposedRows(weights, adjoints, first: first, padded: padded, Sums(loading: Vectors(result + first)), result)
  }
}

@inline(never)
private func transposedRows(
  _ weights: UnsafePointer<Float>, _ adjoints: MutableVectors, first: Int, padded: Int, _ initial: Sums,
  _ result: MutableVectors
) {
  let together = PackedLSTM.together
  var sums = initial
  var weights = weights + (first / together &* 4 &* padded &* together &+ first % together)
  for row in 0..<4 &* padded {
    sums.add(weights, times: adjoints[row])
    weights += together
  }
  sums.store(to: result + first)
}
