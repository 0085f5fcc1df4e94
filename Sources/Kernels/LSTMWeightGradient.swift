import KernelInterface

typealias Registers = UnsafePointer<Register>
typealias MutableRegisters = UnsafeMutablePointer<Register>

/// Five registers of sums.
private struct FiveSums {
  var a = Register()
  var b = Register()
  var c = Register()
  var d = Register()
  var e = Register()

  /// Every `stride`-th register from `p` on.
  @inline(__always) init(_ p: Registers, stride: Int = 1) {
    a = p[0]
    b = p[stride]
    c = p[2 &* stride]
    d = p[3 &* stride]
    e = p[4 &* stride]
  }

  @inline(__always) mutating func add(_ x: Register, times y: FiveSums) {
    a = multiplyAdd(x, y.a, a)
    b = multiplyAdd(x, y.b, b)
    c = multiplyAdd(x, y.c, c)
    d = multiplyAdd(x, y.d, d)
    e = multiplyAdd(x, y.e, e)
  }

  @inline(__always) mutating func add(_ y: FiveSums) {
    a += y.a
    b += y.b
    c += y.c
    d += y.d
    e += y.e
  }

  @inline(__always) func store(to p: MutableRegisters) {
    p[0] = a
    p[1] = b
    p[2] = c
    p[3] = d
    p[4] = e
  }
}

#if WIDE_REGISTERS
  /// Rows of the block of sums that stays in registers while time runs: 25 of 32.
  let outerRows = 5
#else
  /// Rows of the block of sums that stays in registers while time runs: 10 of 16.
  let outerRows = 2
#endif

/// Adds a record's products of adjoints and inputs to the table, one block of weights at a time over all steps.
@inline(never)
func accumulate(
  steps: Int, padded: Int, _ record: RecordLayout, _ table: GradientTable, _ records: UnsafeMutablePointer<Lanes>,
  into sums: MutableRegisters
) {
  let now = UnsafeRawPointer(records).assumingMemoryBound(to: Register.self)
  let width = Lanes.registers
  let next = record.stride &* width
  outerProducts(
    sums + table.recurrent1, now + record.gates1 &* width, now + record.hidden1 &* width, padded, steps, next)
  outerProducts(
    sums + table.input2, now + record.gates2 &* width, now + (next &+ record.hidden1 &* width), padded, steps, next)
  outerProducts(
    sums + table.recurrent2, now + record.gates2 &* width, now + record.hidden2 &* width, padded, steps, next)
  for half in 0..<width {
    inputProducts(
      sums + table.input1, now + (record.gates1 &* width &+ half), now + (record.inputs &* width &+ half),
      table.features, padded, steps, next)
    for row in stride(from: 0, to: 4 &* padded, by: 5) {
      var sum = FiveSums(Registers(sums + (table.bias2 &+ row)))
      for t in 0..<steps {
        sum.add(FiveSums(now + (t &* next &+ (record.gates2 &+ row) &* width &+ half), stride: width))
      }
      sum.store(to: sums + (table.bias2 &+ row))
    }
    outputProducts(
      sums + table.output, now + (record.adjoint &* width &+ half),
      now + (next &+ record.hidden2 &* width &+ half), padded, steps, next)
  }
}

/// δ hᵀ summed over time, `outerRows` by five weights at a time: five inputs stay in the L1 cache while all gate units
/// pass. A block is read and written once for all steps of all lanes.
@inline(never)
private func outerProducts(
  _ sums: MutableRegisters, _ adjoints: Registers, _ inputs: Registers, _ padded: Int, _ steps: Int, _ next: Int
) {
  let width = Lanes.registers
  var block = sums
  for column in stride(from: 0, to: padded, by: 5) {
    for row in stride(from: 0, to: 4 &* padded, by: outerRows) {
      var r0 = FiveSums(block)
      var r1 = FiveSums(block + 5)
      #if WIDE_REGISTERS
        var r2 = FiveSums(block + 10)
        var r3 = FiveSums(block + 15)
        var r4 = FiveSums(block + 20)
      #endif
      for half in 0..<width {
        var delta = adjoints + (row &* width &+ half)
        var input = inputs + (column &* width &+ half)
        for _ in 0..<steps {
          let x = FiveSums(input, stride: width)
          r0.add(delta[0], times: x)
          r1.add(delta[width], times: x)
          #if WIDE_REGISTERS
            r2.add(delta[2 &* width], times: x)
            r3.add(delta[3 &* width], times: x)
            r4.add(delta[4 &* width], times: x)
          #endif
          delta += next
          input += next
        }
      }
      r0.store(to: block)
      r1.store(to: block + 5)
      #if WIDE_REGISTERS
        r2.store(to: block + 10)
        r3.store(to: block + 15)
        r4.store(to: block + 20)
      #endif
      block += outerRows &* 5
    }
  }
}

/// Layer 1's input weights and bias, five gate units at a time.
@inline(never)
private func inputProducts(
  _ sums: MutableRegisters, _ adjoints: Registers, _ inputs: Registers, _ features: Int, _ padded: Int, _ steps: Int,
  _ next: Int
) {
  let width = Lanes.registers
  var block = sums
  for row in stride(from: 0, to: 4 &* padded, by: 5) {
    for feature in 0...features {
      var sum = FiveSums(block)
      var delta = adjoints + row &* width
      var input = inputs + feature &* width
      for _ in 0..<steps {
        let d = FiveSums(delta, stride: width)
        if feature < features { sum.add(input[0], times: d) } else { sum.add(d) }
        delta += next
        input += next
      }
      sum.store(to: block)
      block += 5
    }
  }
}

/// The read-out's weights, then its bias.
@inline(never)
private func outputProducts(
  _ sums: MutableRegisters, _ adjoints: Registers, _ hidden: Registers, _ padded: Int, _ steps: Int, _ next: Int
) {
  let width = Lanes.registers
  for column in stride(from: 0, to: padded, by: 5) {
    var sum = FiveSums(sums + column)
    for t in 0..<steps {
      sum.add(adjoints[t &* next], times: FiveSums(hidden + (t &* next &+ column &* width), stride: width))
    }
    sum.store(to: sums + column)
  }
  var bias = sums[padded]
  for t in 0..<steps { bias += adjoints[t &* next] }
  sums[padded] = bias
}

/// Adds the sums over coordinates to a gradient in `LSTMShape`'s order.
func collect(
  _ shape: LSTMShape, _ table: GradientTable, _ sums: MutableRegisters, into gradient: UnsafeMutablePointer<Float>
) {
  /// The sum of the 16 partial sums of one entry, in an order that does not depend on the registers' width.
  func total(_ entry: Int) -> Float {
    #if WIDE_REGISTERS
      sums[entry].total
    #else
      (sums[entry] + sums[table.count + entry]).total
    #endif
  }
  let hidden = shape.hidden
  for gate in 0..<4 {
    for unit in 0..<hidden {
      let row = gate * hidden + unit
      let padded = gate * table.padded + unit
      let first = table.input1 + padded / 5 * (5 * (shape.features + 1)) + padded % 5
      for k in 0..<shape.features {
        gradient[shape.inputWeights1 + row * shape.features + k] += total(first + 5 * k)
      }
      gradient[shape.bias1 + row] += total(first + 5 * shape.features)
      gradient[shape.bias2 + row] += total(table.bias2 + padded)
      for k in 0..<hidden {
        let place = table.place(padded, k)
        gradient[shape.recurrentWeights1 + row * hidden + k] += total(table.recurrent1 + place)
        gradient[shape.inputWeights2 + row * hidden + k] += total(table.input2 + place)
        gradient[shape.recurrentWeights2 + row * hidden + k] += total(table.recurrent2 + place)
      }
    }
  }
  for unit in 0..<hidden { gradient[shape.outputWeights + unit] += total(table.output + unit) }
  gradient[shape.outputBias] += total(table.output + table.padded)
}
