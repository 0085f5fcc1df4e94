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
  ///   - operations: floating-point operations of one loss and gradient.
  ///   - unroll: steps that the meta-gradient, of which one step's share is given, goes back.
  /// - Returns: a table of milliseconds, the quickest of some repetitions, which other work on the machine disturbs
  ///   least, and shares of the peak measured between them.
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
    var times: [Double] = []
    var peaks: [Double] = []
    for step in stride(from: 1, through: repetitions, by: 1) {
      peaks.append(PeakRate.perSecond(rounds: 1_000_000, workers: .one))
      times.append(
        try clock.measure {
          _ = try parameters.withUnsafeBufferPointer { theta in
            try gradient.withUnsafeMutableBufferPointer {
              try episode.lossAndGradient(at: theta, step: step, gradient: $0)
            }
          }
        } / .seconds(1))
    }
    var table = TextTable(["one step", "milliseconds", "share of peak"])
    let (quickest, peak) = (times.min() ?? .nan, peaks.max() ?? .nan)
    table.append([
      "\(what), loss and gradient", short(1000 * quickest), short(operations / quickest / peak),
    ])
    for optimizer in optimizers {
      let seconds = updateTime(of: optimizer, &parameters, gradient, layout, repetitions)
      table.append(["\(optimizer.name), update", short(1000 * seconds), ""])
    }
    let work = try KernelMeasurements(coordinates: layout.count, steps: unroll).backpropagation(workers: .one)
    let seconds = try (0..<max(1, repetitions / 4)).map { _ in try work.time() }.min() ?? .nan
    table.append([
      "meta-gradient of every coordinate", short(1000 * seconds / Double(unroll)),
      work.operations.map { short($0 / seconds / peak) } ?? "",
    ])
    return table
  }

  /// The least time of an update, in seconds.
  private func updateTime(
    of optimizer: some Optimizer, _ parameters: inout [Float], _ gradient: [Float], _ layout: ParameterLayout,
    _ repetitions: Int
  ) -> Double {
    let clock = ContinuousClock()
    var state = optimizer.initialState(for: layout)
    let times = (0..<repetitions).map { _ in
      clock.measure {
        parameters.withUnsafeMutableBufferPointer { theta in
          gradient.withUnsafeBufferPointer { optimizer.update(theta, gradient: $0, state: &state, workers: .one) }
        }
      } / .seconds(1)
    }
    return times.min() ?? .nan
  }
}
