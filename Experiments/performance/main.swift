//: # How near the loops are to the machine's limit
//:
//: Time on two cores decides what can be tried, so the loops that take it are measured against the most that this
//: processor can do: multiply-adds in registers and numbers from memory, timed in turn with each of them.
import ArgumentParser
import ConvolutionalRecipes
import Datasets
import Foundations
import Measurements
import Notebook
import Recipes

struct Settings: ExperimentSettings {
  static let configuration = CommandConfiguration(
    commandName: "performance",
    abstract: "Measures the loops against this machine's peak, their growth, and the same work in other programs.",
    discussion: """
      Quote ratios, not times: other work on the machine changes both. With --peers FOLDER the scripts there are run as \
      processes of their own, in turn with this package. --trials is how often each loop is timed.
      """)
  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("Folder with bench_jax.py, bench_torch.py, bench_lo.py.", valueName: "folder"))
  var peers: String?
  @Option(help: "A Python that runs them; given again, one more: each script takes the first that has its packages.")
  var python = ["python3"]
  @Flag(help: "Also build fig3-mnist from nothing and run all experiments in preset quick, in half an hour to an hour.")
  var jobs = false
  mutating func validate() throws { peers = try peers.map { try PeerPrograms.folder($0, pythons: python) } }
}

//: Memory is measured in processes of their own, which begin and end here.
OwnProcess.measureIfAsked()
Notebook.run(Settings.self) { notebook, settings in
  let preset = settings.common.preset
  let repetitions = settings.common.trials ?? preset.choose(smoke: 2, quick: 15, paper: 60)
  let folders = try DataFolders(data: settings.common.data)
  let digits = try Digits.load(settings.common.dataset, in: folders, fetching: notebook.fetcher(), generating: 3_000)
  let objects = try Objects.load(settings.common.dataset, in: folders, fetching: notebook.fetcher(), generating: 2_000)
  let materials = try ArtMaterials(settings.common.dataset, in: folders, fetching: notebook.fetcher(), generating: 8)
  for part in [digits.provenance, objects.provenance, materials.weights.provenance] { notebook.record(part) }

  //: ## Under the roof
  //:
  //: 20 steps of the optimizer on 15,910 coordinates, and backpropagation through them, are one meta-iteration. A
  //: coordinate's step takes 4,980 multiply-adds in use and 14,600 back, of which 4,960 recompute and are no useful work;
  //: only those of the products with weights count, not the activations. 128 coordinates, which fill four tiles, show what
  //: each call costs by itself. Losses and gradients are of one episode a thread. Convolutions count by their products
  //: with pixels, not with zeros around them, in neural art as direct ones; where oneDNN has Winograd's algorithm (with
  //: AVX-512), it does those with fewer multiplications, and the share is no real one.
  //:
  //: The peak is what multiply-adds in registers come to, measured for 5 ms or more before and after each turn of each
  //: work, on as many threads, of which the greater counts. A share is the median of the turns', each by its own peak: what
  //: slows a shared machine down for a while slows both.
  let kernels = try KernelMeasurements()
  let threads = notebook.workers.count > 1 ? [Workers.one, notebook.workers] : [.one]
  let optimizees = try threads.flatMap {
    try ConvolutionMeasurements.optimizees(digits.training, objects.training, materials, workers: $0)
  }
  let works =
    try threads.flatMap(kernels.works) + KernelMeasurements(coordinates: 128).works(workers: .one) + optimizees
    + KernelMeasurements.sideBySide(digits.training) + threads.flatMap(KernelMeasurements.activations)
  let roofline = try notebook.timed("roofline") {
    let progress = notebook.progress("Measuring", of: repetitions + 1, unit: "repetitions")
    defer { progress.finish() }
    return try Roofline(works, repetitions: repetitions) { progress.advance() }
  }
  notebook.show(roofline.machineTable, caption: roofline.machineCaption)
  notebook.show(roofline.table, caption: "Medians of \(repetitions) turns", file: "roofline.csv")
  try notebook.show(roofline.figure, named: "roofline", alt: "Operations a second over operations a byte of memory")

  //: What is left, and what was tried, on one core of an AMD EPYC of 268 GF/s, for 1,600 coordinates, whose states stay in
  //: its caches:
  //:
  //: | | in use | meta-iteration |
  //: |---|---|---|
  //: | as it is | .63 of the peak | .68 |
  //: | without activations (wrong results): what the products alone reach | .81 | .77 |
  //: | without clamping their arguments (wrong beyond 8 and 16) | .65 | .69 |
  //: | multiplying in place of dividing (wrong results) | .645 | .69 |
  //: | two activations that are both needed share one division | slower by a fifth | slower by an eighth |
  //: | tanh of the cells in a loop of its own | .635 | .68 |
  //: | each unit's activations between two parts of the next ten sums | .62 | .67 |
  //:
  //: Activations are an eighth of a meta-iteration and bound by the number of their instructions, 13 each; a rational
  //: function with one less has three times the error. All 15,910 states are 5 MB, more than the nearest caches hold:
  //: that costs another .015. Records of all steps in half precision, in place of recomputation, would write and read
  //: 360 MB, on this EPYC as long as recomputing takes.
  //:
  //: An Intel Xeon of 168 GF/s waits for divisions. There one of them for $i g$ and one for $o \tanh c$, in place of two
  //: each, take .94 of the time in use and .96 in a meta-iteration; the table is from before. A single one for all of $c$
  //: is slower again by a sixth. With an addition in place of each division (wrong results) use takes .91 of its time
  //: and backpropagation .95: no more could be won, and quotients by Newton steps, ten instructions each, cost most of it.
  //: With AVX2 an EPYC (94 GF/s that day) had .54 and .61, without activations .80 and .75, without divisions .59 and .64.

  //: ## Other programs
  //:
  //: The same work, each a process of one thread (on Linux on the first core), in turn: a step of the 784-20-10 network with
  //: the learned optimizer, in meta-training (backpropagated, weights updated) and in use; the median of five unrolls of
  //: 20, each from a new start. The MLP of Google's learned_optimization, which has no such LSTM, computes far less. Not
  //: measured: the paper's own TensorFlow graph, for want of a script, and bench_art.py, which has no optimizer.
  if let folder = settings.peers {
    let rounds = preset.choose(smoke: 1, quick: 5, paper: 9)
    let (ours, peers) = try notebook.measuredPeers(
      in: folder, pythons: settings.python, steps: preset == .smoke ? 20 : 100, rounds: rounds)
    let table = PeerPrograms.table(ours: ours.answers, [ours] + peers)
    notebook.show(table, caption: "Medians of \(rounds) rounds, also of ratios; memory: each's peak", file: "peers.csv")
    notebook.checkPeers(ours: ours, peers)
  } else {
    notebook.print("Not measured in this run: no --peers.")
  }

  //: ## Growth
  //:
  //: Twice the coordinates or twice the steps should take twice the time: slopes of 1 in these figures. Each size is a
  //: process of its own; its memory, to within 1 MB, is its peak on one thread less that with 32 coordinates. It grows less
  //: than steps do: up to 50 of them only the gradients are kept, beyond that the state before every 20 as well.
  let counts = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000].prefix(preset.choose(smoke: 3, quick: 5, paper: 6))
  let lengths = preset == .smoke ? [5, 10] : [5, 10, 20, 50, 100, 200]
  let growth = try notebook.timed("growth") {
    let progress = notebook.progress("Growing", of: counts.count + lengths.count, unit: "sizes")
    defer { progress.finish() }
    return try GrowthStudy(coordinates: Array(counts), steps: lengths, workers: notebook.workers) { progress.advance() }
  }
  notebook.show(growth.table, caption: "One meta-iteration, \(notebook.workers.count) threads", file: "growth.csv")
  try notebook.show(growth.figure, named: "growth", alt: "Time and memory of a meta-iteration over its two sizes")
  notebook.print(growth.slopes)

  //: ## Whole jobs
  //:
  //: Where the time of whole experiments goes. `swift run performance --jobs` builds fig3-mnist from nothing, runs it as a
  //: newcomer does, and then all others in preset quick; without it the records of their last runs tell.
  let jobs =
    settings.jobs ? try notebook.measuredJobs(buildingFirst: "fig3-mnist") : WholeJobs(in: settings.common.output)
  if !jobs.records.isEmpty {
    notebook.show(jobs.table, caption: settings.jobs ? "Seconds, one run each" : "Seconds, last runs", file: "jobs.csv")
    try notebook.show(jobs.figure, named: "jobs", alt: "Shares of building, training and evaluation in each experiment")
  }

  //: ## Larger problems
  //:
  //: From the time of a coordinate's step and the memory of a coordinate as measured above: what a meta-training of
  //: 400,000 steps would take, about the work that shapes each of the MNIST optimizers. Coordinates are independent but
  //: for the gradient of the 5,141 weights, 20 KB a meta-iteration and episode, so that cores may lie on many machines.
  //: The limit is memory: each episode of a meta-batch holds its own state and gradients for an unroll.
  if let plan = ScalingPlan(roofline, growth) {
    notebook.show(plan.table, caption: "Calculated for cores like this one, the optimizee's own work not counted")
  }
  notebook.checkRoofline(roofline, growth)
}
