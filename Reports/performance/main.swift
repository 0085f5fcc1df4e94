//: # How near the loops are to the machine's limit
//:
//: Time on two cores decides what can be tried, so the loops that take it are measured against the most that this
//: processor can do: multiply-adds in registers, timed in turn with each of them.
import ArgumentParser
import Datasets
import Foundations
import Notebook
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "performance",
    abstract: "Measures the LSTM's and the network's loops against this machine's peak.",
    discussion: "Quote ratios, not times: other work on the machine changes both.")
  @OptionGroup var common: CommonOptions
}

Notebook.run(Settings.self) { notebook, settings in
  let repetitions = [.smoke: 3, .quick: 25, .paper: 100][settings.common.preset] ?? 25

  //: ## One meta-iteration
  //:
  //: 20 steps of the optimizer on 15,910 coordinates, and backpropagation through them. A coordinate's step takes 4,980
  //: multiply-adds forward and 14,860 back, recomputation of the forward pass included; only those of the products
  //: with weights count, not the activations.
  let kernels = try KernelMeasurements()
  var measurements = kernels.meta(workers: .one, repetitions: repetitions)
  if notebook.workers.count > 1 { measurements += kernels.meta(workers: notebook.workers, repetitions: repetitions) }

  //: ## The network being optimized
  //:
  //: It must not dominate: loss and gradient of the 784-20-10 network on a minibatch of 128.
  let digits = try Digits.load(
    settings.common.dataset, in: DataFolders(data: settings.common.data), generating: 3_000)
  measurements.append(try KernelMeasurements.network(digits.training, repetitions: 20 * repetitions))

  var table = TextTable(["what", "threads", "median ms", "quickest ms", "GF/s", "share of peak"])
  for m in measurements {
    table.append([
      m.name, "\(m.workers)", short(m.seconds * 1000), short(m.quickest * 1000),
      m.operations.map { short($0 / m.seconds / 1e9) } ?? "", m.fraction.map(short) ?? "",
    ])
  }
  notebook.show(table, caption: "Medians of \(repetitions) repetitions in turn with the peak")

  let single = measurements.first { $0.name == "meta-iteration" && $0.workers == 1 }
  if let single, let fraction = single.fraction {
    notebook.check(
      Claim(
        "A meta-iteration on one core comes to 0.70 of the peak", paper: "no such statement",
        quantity: "share of the measured peak", ours: fraction, reproduced: fraction >= 0.7, origin: .ours))
    if let all = measurements.first(where: { $0.name == "meta-iteration" && $0.workers > 1 }) {
      let speedUp = single.seconds / all.seconds
      notebook.check(
        Claim(
          "\(all.workers) threads are 1.8 times as fast as one", paper: "no such statement", quantity: "speed-up",
          ours: speedUp, reproduced: speedUp >= 1.8, origin: .ours))
    }
  }
}
