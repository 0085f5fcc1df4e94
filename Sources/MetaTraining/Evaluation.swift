import Foundations
import Optimizees
import Optimizers

/// Runs an optimizer on fresh problems and keeps every loss.
///
/// Problem k is drawn from `stream.stream("trial", k)` alone, so that all optimizers evaluated with one stream meet the
/// same problems. Once a loss or a gradient is not finite the rest of its trial is nan.
///
/// - Parameters:
///   - panel: what the curves' `panel` says: a name for the problems, for tables and figures.
///   - learningRate: what the curves' `learningRate` says.
///   - progress: called with a trial's number after its end, from any thread.
///   - ending: is given each trial's θ after its last update; not called where a loss was not finite.
/// - Throws: `SettingError` for less than one trial or step or a start that does not fit the layout, what an optimizee
///   throws, and `Interrupted`.
public func evaluate(
  _ optimizer: some Optimizer, on optimizee: any Optimizee, panel: String, trials: Int, steps: Int,
  stream: RandomStream, learningRate: Double? = nil, workers: Workers, progress: @Sendable (Int) -> Void = { _ in },
  ending: (@Sendable (Int, [Float]) throws -> Void)? = nil
) throws -> LossCurves {
  try checkAtLeastOne(trials, "trials")
  try checkAtLeastOne(steps, "steps")
  let inner = trials == 1 ? workers.here : .one
  // Only losses go from rank to rank: where θ is asked for too, each rank runs all trials.
  let losses = try (ending == nil ? workers : workers.here).spread(trials) { trial in
    let (losses, parameters) = try runTrial(trial, of: optimizer, on: optimizee, steps: steps, stream: stream, inner)
    if losses.last?.isFinite == true { try ending?(trial, parameters) }
    progress(trial)
    return losses
  }
  if ending == nil { workers.forOthers(trials, progress) }
  return LossCurves(panel: panel, optimizer: optimizer.name, learningRate: learningRate, losses: losses)
}

/// Runs an optimizer on fresh batches of functions and keeps every function's losses: a trial is one function.
///
/// Batch k is that of trial k of `evaluate`, and its functions stand next to each other. Once the mean loss of a batch
/// is not finite the rest of all its functions is nan.
///
/// - Throws: `SettingError` for less than one batch or step or a start that does not fit the layout, what an optimizee
///   throws, and `Interrupted`.
public func evaluateFunctions(
  _ optimizer: some Optimizer, on optimizee: any Optimizee, panel: String, batches: Int, steps: Int,
  stream: RandomStream, learningRate: Double? = nil, workers: Workers, progress: @Sendable (Int) -> Void = { _ in }
) throws -> LossCurves {
  try checkAtLeastOne(batches, "batches")
  try checkAtLeastOne(steps, "steps")
  let inner = batches == 1 ? workers.here : .one
  let losses = try workers.spread(batches) { batch in
    let watched = WatchedFunctions(try optimizee.episode(stream.stream("trial", batch)))
    _ = try run(optimizer, on: watched, optimizee.layout, steps, inner)
    progress(batch)
    return watched.curves(steps: steps)
  }
  workers.forOthers(batches, progress)
  return LossCurves(
    panel: panel, optimizer: optimizer.name, learningRate: learningRate, losses: Array(losses.joined()))
}

func checkAtLeastOne(_ number: Int, _ name: String) throws {
  guard number > 0 else { throw SettingError(name, value: number, expected: "at least 1") }
}

/// Remembers the losses of an episode's functions, or of the episode where it is a single function.
private final class WatchedFunctions: Episode {
  private let episode: any Episode
  /// One array a step.
  private var losses: [[Float]] = []

  init(_ episode: any Episode) { self.episode = episode }

  var initialParameters: [Float] { episode.initialParameters }

  func lossAndGradient(
    at parameters: UnsafeBufferPointer<Float>, step: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) throws -> Float {
    let loss = try episode.lossAndGradient(at: parameters, step: step, gradient: gradient)
    losses.append((episode as? any FunctionBatch)?.functionLosses ?? [loss])
    return loss
  }

  /// One array a function.
  func curves(steps: Int) -> [[Float]] {
    (0..<(losses.first?.count ?? 0)).map { function in
      (0..<steps).map { $0 < losses.count ? losses[$0][function] : .nan }
    }
  }
}

/// Runs an optimizer on one function, for θ after the last update and the losses f(θ_0) ... f(θ_{T-1}) on the way.
///
/// Once a loss or a gradient is not finite θ stays as it is and all further losses are nan.
///
/// - Parameter stream: what the function is drawn from; the same stream gives the same function.
/// - Throws: `SettingError` for less than one step or a start that does not fit the layout, what the optimizee throws,
///   and `Interrupted`.
public func minimize(
  _ optimizee: any Optimizee, by optimizer: some Optimizer, steps: Int, stream: RandomStream, workers: Workers = .all
) throws -> (parameters: [Float], losses: [Float]) {
  try checkAtLeastOne(steps, "steps")
  let (losses, parameters) = try run(optimizer, on: optimizee.episode(stream), optimizee.layout, steps, workers.here)
  return (parameters, losses)
}

/// θ_0 of an episode.
///
/// - Throws: `SettingError` where it does not fit the layout: optimizers write as many numbers as that has.
func start(of episode: any Episode, _ layout: ParameterLayout) throws -> [Float] {
  let parameters = episode.initialParameters
  guard parameters.count == layout.count else {
    throw SettingError("numbers of an episode's start", value: parameters.count, expected: "\(layout.count)")
  }
  return parameters
}

/// One trial of an evaluation: its problem depends on the stream and the trial's number alone.
func runTrial(
  _ trial: Int, of optimizer: some Optimizer, on optimizee: any Optimizee, steps: Int, stream: RandomStream,
  _ workers: Workers
) throws -> (losses: [Float], parameters: [Float]) {
  // Before a problem is made: of thousands of trials none is begun once a signal has come.
  try Interruption.check()
  return try run(optimizer, on: optimizee.episode(stream.stream("trial", trial)), optimizee.layout, steps, workers)
}

/// Runs an optimizer on one episode; where a loss or a gradient is not finite, the rest stays nan.
func run(
  _ optimizer: some Optimizer, on episode: any Episode, _ layout: ParameterLayout, _ steps: Int, _ workers: Workers
) throws -> (losses: [Float], parameters: [Float]) {
  var parameters = try start(of: episode, layout)
  var gradient = [Float](repeating: 0, count: layout.count)
  var state = optimizer.initialState(for: layout)
  var losses = [Float](repeating: .nan, count: steps)
  for step in 1...steps {
    try Interruption.check()
    let loss = try parameters.withUnsafeBufferPointer { theta in
      try gradient.withUnsafeMutableBufferPointer {
        try episode.lossAndGradient(at: theta, step: step, gradient: $0)
      }
    }
    losses[step - 1] = loss
    // The features of an infinite gradient are finite, and would hide it.
    guard loss.isFinite, gradient.withUnsafeBufferPointer(\.areFinite) else { break }
    parameters.withUnsafeMutableBufferPointer { theta in
      gradient.withUnsafeBufferPointer {
        optimizer.update(theta, gradient: $0, state: &state, workers: workers)
      }
    }
  }
  return (losses, parameters)
}

extension LossCurves {
  /// Each trial's mean over its last steps; not finite for a trial that diverged, nan for no steps.
  public func finalLosses(last count: Int) -> [Double] {
    losses.map { mean($0.suffix(max(0, count)).map(Double.init)) }
  }

  /// Each trial's mean over those of some steps that it has; nan where it has none of them.
  public func means(of steps: ClosedRange<Int>) -> [Double] {
    losses.map { trial in mean(trial[positions(of: steps, in: trial)].map(Double.init)) }
  }

  /// Where a trial's losses of some steps lie; empty where it has none of them.
  fileprivate func positions(of steps: ClosedRange<Int>, in trial: [Float]) -> Range<Int> {
    (steps.lowerBound - firstStep..<steps.upperBound - firstStep + 1).clamped(to: trial.indices)
  }
}

extension [LossCurves] {
  /// The same curves between two steps, as a panel of their own; steps that a curve does not have are left out.
  public func cut(to steps: ClosedRange<Int>, panel: String) -> [LossCurves] {
    map { curves in
      LossCurves(
        panel: panel, optimizer: curves.optimizer, learningRate: curves.learningRate,
        losses: curves.losses.map { [Float]($0[curves.positions(of: steps, in: $0)]) },
        firstStep: Swift.max(steps.lowerBound, curves.firstStep))
    }
  }
}
