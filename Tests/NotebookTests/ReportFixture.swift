import ArgumentParser
import Datasets
import Foundation
import Foundations
import MetaTraining
import Plotting
import TestSupport

@testable import Notebook

/// Reports made of the paper's own curves with noise, to try pages on: never results.
enum ReportFixture {
  static let source = """
    //: # Figure 0, test: the paper's curves with noise
    //: One hidden layer of *20* sigmoid units, batches of 128, 100 steps, with $f(\\theta_t)$ and
    //: [a link](https://arxiv.org/abs/1606.04474).
    import Notebook

    Notebook.run(Settings.self) { notebook, settings in
      //: ## Data: one half trains the optimizer, the other half judges it
      //: | split | images |
      //: |---|--:|
      //: | practice | 30,000 |
      //: | held out | 30,000 |
      let digits = try MNIST(in: "data")  // never < 1 & "quoted"

      //: ## The meta-loss
      //: The optimizer's weights $\\phi$ minimise
      //:
      //: $$\\mathcal{L}(\\phi) = \\mathbb{E}_f \\left[ \\sum_{t=1}^{T} w_t f(\\theta_t) \\right], \\quad \\theta_{t+1} = \\theta_t + g_t.$$
      //:
      //: - `unroll` 20
      //: - output times 0.1
      let answer = 42
      notebook.print("answer")

      //: ## The claims, tested
      notebook.check(claim)
    }
    """

  private static let shared: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    try make("fig3-mnist", panels: ["MNIST"], in: folder.path, trials: 3)
    atexit { try? FileManager.default.removeItem(atPath: ReportFixture.shared.get().path) }  // statics are never let go
    return folder
  }

  /// Copies a report "fig3-mnist" with the panel "MNIST", which is made once.
  static func copy(to output: String) throws {
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(shared.get().path)/fig3-mnist", toPath: "\(output)/fig3-mnist")
  }

  /// Writes the report of one experiment.
  static func make(
    _ name: String, panels: [String], in output: String, trials: Int = 8, generated: Bool = false,
    verified: Bool = true,
    holds: Bool = true
  ) throws {
    let sourcePath = "\(output)/sources/\(name).swift"
    let figure = String(name.drop { !$0.isNumber }.prefix { $0.isNumber })
    try AtomicFile.write(
      source.replacing("Figure 0, test: the", with: "Figure \(figure), \(panels[0]): the").utf8, to: sourcePath)
    let options = try CommonOptions.parse(["--output", output, "--quiet"])
    let notebook = try Notebook(
      name, options: options, values: ["preset": "quick", "seed": "1", "episodes": "1200"],
      command: "swift run \(name) --episodes 1200", source: sourcePath, fileID: #fileID)
    try fill(notebook, panels: panels, trials: trials, generated: generated, verified: verified, holds: holds)
    try notebook.writeReport(seconds: 143.2)
    try? FileManager.default.removeItem(atPath: "\(output)/sources")
  }

  private static func fill(
    _ notebook: Notebook, panels: [String], trials: Int, generated: Bool, verified: Bool, holds: Bool
  ) throws {
    let paper = try PaperCurves()
    var stream = notebook.random.stream("noise")
    // As MNIST.load calls files that are not the published ones.
    let name = generated ? "generated digits" : verified ? "MNIST" : "digits in MNIST's format"
    notebook.record(
      Provenance(
        name: name, isGenerated: generated, isVerified: !generated && verified, note: "Using \(name) & nothing else."))
    notebook.deviates(
      "Adam's rate by cosine decay", because: "reaches the same loss in a third of the episodes ($\\eta = 0.01$).")
    for panel in panels {
      for curve in paper[panel] {
        let first = Int(curve.steps.first ?? 1)
        let losses = (0..<trials).map { trial -> [Float] in
          let level = 1 + 0.06 * stream.normal()
          return curve.losses.map { Float($0) * level * (1 + 0.04 * stream.normal()) }
        }
        let rate = curve.optimizer.hasPrefix("LSTM") ? nil : 0.03
        notebook.write([
          LossCurves(panel: panel, optimizer: curve.optimizer, learningRate: rate, losses: losses, firstStep: first)
        ])
        for exponent in stride(from: -3.0, through: 0, by: 0.5) where rate != nil {
          notebook.write([
            TuningRow(
              panel: panel, optimizer: curve.optimizer, learningRate: pow(10, exponent),
              finalLoss: curve.finalLoss * (1 + abs(exponent + 1.5)), standardError: 0.01, trials: 8,
              diverged: exponent == 0 ? 2 : 0, chosen: exponent == -1.5)
          ])
        }
      }
    }
    for episode in stride(from: 20, through: 1200, by: 20) {
      let loss = 0.3 + 2 * exp(-Double(episode) / 200) + 0.03 * Double(stream.normal())
      notebook.write([
        TrainingRow(
          stage: episode <= 800 ? 1 : 2, episode: episode, metaLoss: loss + 0.1,
          validationLoss: episode % 100 == 0 ? loss : nil, best: episode == 1000, diverged: 0)
      ])
    }
    notebook.print("Meta-training: 1200 episodes in 75 s\nloss 0.2561", line: 22)
    notebook.show(
      TextTable(["optimizer", "rate"], rows: [["ADAM", "0.03162"], ["SGD", "3.162"]]), caption: "Rates taken", line: 22)
    let shown = panels.map { LossFigure.Panel($0, horizon: $0.hasPrefix("MNIST 1") ? 100 : nil) }
    notebook.show(
      LossFigure(shown, columns: min(2, shown.count)), named: "losses", alt: "Loss over steps of five optimizers",
      line: 22)
    let map = HeatMap(rows: ["a", "b"], columns: ["5", "10"], values: [[0.1, 0.2], [0.3, 0.4]], title: "loss")
    // A name that would be markup if it were not taken as text.
    let two = Panel(title: "Two steps", x: Axis("step <i>t</i>"), series: [Series("ADAM", from: 1, y: [2, 1])])
    try notebook.show(
      Figure(panels: [Panel(title: "A heat map", heatMap: map), two], caption: "Final loss over units."), named: "map",
      alt: "Heat map of final losses", line: 22)
    notebook.check(
      Claim(
        "The LSTM ends below every baseline at step 100",
        paper: "\u{201C}…outperforms the baselines by a significant margin\u{201D} (Fig. 4)",
        quantity: "its loss less that of the best baseline (nats)", ours: -0.0771, interval: Interval(-0.0912, -0.0633),
        reproduced: true), line: 25)
    notebook.check(
      Claim(
        "ADAM, NAG and RMSprop end within 20 % of each other",
        paper: "\u{201C}roughly equal performance\u{201D} (§3.2)",
        quantity: "largest over smallest final loss", ours: 1.11, interval: Interval(1.02, 1.22), reproduced: holds),
      line: 25)
    notebook.check(
      Claim(
        "The LSTM ends below the paper's own", paper: "0.256 (Fig. 4)", quantity: "mean loss of steps 91 to 100 (nats)",
        ours: 0.247, interval: Interval(0.239, 0.255), reproduced: true, origin: .ours), line: 25)
  }
}
