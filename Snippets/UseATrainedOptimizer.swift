// A trained optimizer on a function of one's own, beside ADAM.

// snippet.function
import LearningToLearn

let valley = Functions(dimension: 2) { random in
  Function(start: [-1 + 0.1 * random.normal(), 1 + 0.1 * random.normal()]) { theta, gradient in
    let (a, b) = (1 - theta[0], theta[1] - theta[0] * theta[0])
    gradient[0] = -2 * a - 40 * theta[0] * b
    gradient[1] = 20 * b
    return a * a + 10 * b * b
  }
}
// snippet.end

// snippet.load
let (learned, _) = try LSTMOptimizer.load("Data/optimizers/fig4-quadratics-uniform-paper-seed1.safetensors")
// snippet.end

// snippet.evaluate
let stream = RandomStream(seed: 1).stream("test")
func lossCurves(of optimizer: some Optimizer) throws -> LossCurves {
  try evaluate(
    optimizer, on: valley, panel: "Valley", trials: 16, steps: 100, stream: stream, workers: .all)
}
let curves = [try lossCurves(of: learned), try lossCurves(of: Adam(learningRate: 0.1))]
// snippet.end

// snippet.means
func mean(of curves: LossCurves, atStep step: Int) -> Double {
  curves.losses.reduce(0) { $0 + Double($1[step - 1]) } / Double(curves.losses.count)
}
for curve in curves {
  for step in [1, 23, 100] { print(curve.optimizer, step, mean(of: curve, atStep: step)) }
}
// snippet.end

// snippet.draw
let steps = Array(1...100)
let figure = Figure(
  panels: [
    Panel(
      title: "Valley", x: Axis("Step"), y: Axis("Loss", scale: .log),
      series: curves.map { curve in
        Series(curve.optimizer, x: steps, y: steps.map { mean(of: curve, atStep: $0) })
      })
  ],
  caption: "Mean of 16 starts.")
try AtomicFile.write(figure.png(), to: "valley.png")
try AtomicFile.write(Array(figure.svg().utf8), to: "valley.svg")
// snippet.end
