import Foundations
import LSTMKernels
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import Vectors

extension Notebook {
  /// Measures on one core what a step costs: the optimizee's loss and gradient, each optimizer's update, and what
  /// meta-training adds.
  ///
  /// - Parameters:
  ///   - what: the optimizee's name in the table.
  ///   - operations: floating-point operations of one loss and gradient, oneDNN's.
  ///   - unroll: steps that the meta-gradient, of which one step's share is given, goes back.
  /// - Returns: a table of milliseconds, the quickest of some repetitions, which other work on the machine disturbs
  ///   least, their medians, and by these, as everywhere, shares of the machine's peak.
  /// - Throws: what the optimizee throws.
  public func stepTimes(
    _ what: String, _ optimizee: some Optimizee, operations: Double, _ optimizers: [any Optimizer], unroll: Int,
    repetitions: Int
  ) throws -> TextTable {
    let clock = ContinuousClock()
    let layout = optimizee.layout
    let episode = try optimizee.episode(random.stream("step times"))
    var parameters = episode.initialParameters
    var gradient = [Float](repeating: 0, count: layout.count)
    let turns = try stride(from: 1, through: repetitions, by: 1).map { step in
      try MachinePeak.around(workers: .one, level: .best) {
        try clock.measure {
          _ = try parameters.withUnsafeBufferPointer { theta in
            try gradient.withUnsafeMutableBufferPointer {
              try episode.lossAndGradient(at: theta, step: step, gradient: $0)
            }
          }
        } / .seconds(1)
      }
    }
    var table = TextTable(["one step", "milliseconds", "median", "share of peak, median"])
    func row(_ name: String, _ seconds: [Double], share: Double? = nil) {
      table.append([
        name, short(1000 * (seconds.min() ?? .nan)), short(1000 * Roofline.median(seconds)), share.map(short) ?? "",
      ])
    }
    func share(_ operations: Double, _ turns: [(value: Double, peak: Double)]) -> Double {
      Roofline.median(turns.map { operations / $0.value / $0.peak })
    }
    row("\(what), loss and gradient", turns.map(\.value), share: share(operations, turns))
    for optimizer in optimizers {
      row("\(optimizer.name), update", updateTimes(of: optimizer, &parameters, gradient, layout, repetitions))
    }
    let work = try KernelMeasurements(coordinates: layout.count, steps: unroll).backpropagation(workers: .one)
    let back = try (0..<max(1, repetitions / 4)).map { _ in
      try MachinePeak.around(workers: .one, level: work.level, work.time)
    }
    row(
      "meta-gradient of every coordinate", back.map { $0.value / Double(unroll) },
      share: work.operations.map { share($0, back) })
    return table
  }

  /// Seconds of each of some updates.
  private func updateTimes(
    of optimizer: some Optimizer, _ parameters: inout [Float], _ gradient: [Float], _ layout: ParameterLayout,
    _ repetitions: Int
  ) -> [Double] {
    let clock = ContinuousClock()
    var state = optimizer.initialState(for: layout)
    return (0..<repetitions).map { _ in
      clock.measure {
        parameters.withUnsafeMutableBufferPointer { theta in
          gradient.withUnsafeBufferPointer { optimizer.update(theta, gradient: $0, state: &state, workers: .one) }
        }
      } / .seconds(1)
    }
  }
}
