import Datasets
import Foundation
import Foundations
import LSTMKernels
import LabelledData
import MetaTraining
import Notebook
import Optimizees
import Optimizers
import TestSupport
import Testing

@testable import Recipes

struct TransferTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A new notebook, which finds nothing that another kept.
  private func notebook(_ threads: Int = 2) throws -> Notebook {
    let own = folder.path(UUID().uuidString)
    return try Notebook(
      "fig0-test", options: CommonOptions.parse(["--output", own, "--threads", "\(threads)", "--quiet"]))
  }

  private func images() -> LabelledImages {
    var stream = RandomStream(seed: 1)
    return LabelledImages(
      width: 4, height: 4, channels: 1, classes: (0..<10).map { "\($0)" },
      pixels: (0..<50 * 16).map { _ in stream.uniform() }, labels: (0..<50).map { UInt8($0 % 10) })
  }

  private func curves(_ optimizer: String, _ losses: [Float], panel: String = "2 layers") -> LossCurves {
    LossCurves(panel: panel, optimizer: optimizer, learningRate: nil, losses: losses.map { [2, $0] })
  }

  @Test func aLeadCountsDivergedTrialsAndComparesTheOthersPairByPair() throws {
    let lstm = curves("LSTM", [1, 2, .nan, 4])
    let leads = try notebook().leads(
      of: lstm, over: [curves("NAG", [2, 3, 4, 5]), curves("SGD", [1.5, .nan, 9, 4.5])], steps: 2...2)
    #expect(leads.map(\.baseline) == ["SGD", "NAG"], "the smallest lead first")
    #expect(leads[0].difference.mean == -0.5 && leads[0].difference.high == -0.5)
    #expect(leads[1].difference.mean == -1 && leads[1].difference.low == -1)
    #expect(leads.map(\.diverged.own) == [1, 1] && leads.map(\.diverged.baseline) == [1, 0])
  }

  @Test(arguments: [
    ([0.3, 0.31], true, true), ([0.36, 0.35], true, false), ([0.6, 0.61], false, false), ([0.3, .nan], false, false),
  ])
  func claimsOnTransferFollowTheLosses(_ lstm: [Float], _ isBelow: Bool, _ reachesPaper: Bool) throws {
    let notebook = try notebook()
    let all = [curves("LSTM", lstm), curves("NAG", [0.5, 0.5]), curves("SGD", [0.9, 0.9])]
    try notebook.checkTransferClaims(all, panel: "2 layers", steps: 2...2)
    #expect(notebook.claims.map(\.reproduced) == [isBelow, reachesPaper])
  }

  @Test func failingOnReLUIsWhatThePaperSays() throws {
    for (loss, reproduced) in [(Float(0.6), true), (0.2, false)] {
      let notebook = try notebook()
      let all = [curves("LSTM", [loss, loss], panel: "ReLU"), curves("NAG", [0.4, 0.4], panel: "ReLU")]
      try notebook.checkTransferClaims(all, panel: "ReLU", steps: 2...2)
      #expect(notebook.claims.first?.reproduced == reproduced)
    }
  }

  @Test func theStepAtWhichTheBestBaselineIsPassed() throws {
    let paper = try PaperCurves()
    for (panel, step) in [("MNIST", 42), ("40 units", 28), ("2 layers", 26), ("ReLU", nil)] {
      let row = try #require(TransferRow(paper[panel].map { ($0.optimizer, $0.losses) }))
      #expect(row.passes == step, "\(panel)")
    }
    #expect(TransferRow([("LSTM", [1, 0.5])]) == nil, "no baseline")
    let row = TransferRow([("NAG", [2, 1]), ("SGD", [2, .nan]), ("LSTM", [1.6, 1.5])])
    #expect(row?.passes == 2 && row?.best.name == "NAG")
  }

  @Test func theMisfitOfStartsIsTheTypicalFactorToThePaper() throws {
    let networks = try ["MNIST", "2 layers"].map { panel in
      let network = MLP(inputs: 16, hidden: panel == "MNIST" ? [4] : [4, 4])
      let problem = try Classification(network, on: images(), batch: 8)
      return StartStudy.Network(panel, practice: problem, exam: problem)
    }
    func make(_ threads: Int) throws -> StartStudy {
      try notebook(threads).startStudy(
        networks, deviations: [0.03, 1], tuning: BaselineTuning(trials: 1, steps: 12, grid: -3...(-1)), trials: 2)
    }
    let (study, threaded) = try (make(1), make(3))
    #expect(study.csv == threaded.csv, "whatever the threads")
    #expect(study.entries.count == 2 * 2 * 4 && study.deviations == [0.03, 1])
    let paper = try PaperCurves()
    for deviation in study.deviations {
      let logarithms = study.entries.filter { $0.deviation == deviation }.map { entry in
        Foundation.log(entry.loss / (paper[entry.panel, entry.baseline]?.finalLoss ?? .nan))
      }
      let expected = exp((logarithms.reduce(0) { $0 + $1 * $1 } / 8).squareRoot())
      #expect(abs(study.misfit(deviation) / expected - 1) < 1e-5)
    }
    #expect(study.misfit(0.03) != study.misfit(1), "starts differ")
    let chosen = String(decoding: study.csv, as: UTF8.self).split(separator: "\n").filter { $0.contains(",true,") }
    #expect(chosen.count == study.entries.count)
  }

  @Test func widerStartsBeginAtHigherLossesBesideThePapersLSTM() throws {
    let problem = try Classification(MLP(inputs: 16, hidden: [4, 4]), on: images(), batch: 8)
    let lstm = try CoordinatewiseLSTM(hidden: 4)
    let weights = lstm.initialWeights(.wired, stream: RandomStream(seed: 1))
    let optimizer = try LSTMOptimizer(lstm, weights: [.init(group: "all", weights: weights)])
    func make(_ threads: Int) throws -> LearnedStarts {
      try notebook(threads).learnedStarts(
        optimizer, on: StartStudy.Network("2 layers", practice: problem, exam: problem), deviations: [0.05, 2],
        trials: 3, steps: 12)
    }
    let (starts, threaded) = try (make(1), make(3))
    #expect(starts.table == threaded.table, "whatever the threads")
    #expect(starts.curves.allSatisfy { $0.mean.count == 12 })
    #expect(abs(starts.curves[0].mean[0] - 2.3026) < 0.01 && starts.curves[1].mean[0] > 2.5)
    #expect(starts.table.header == ["starts", "step 1", "step 10", "last ten"])
    #expect(starts.table.rows.map { $0[0] } == ["σ = 0.05", "σ = 2.0", "the paper’s"])
    #expect(starts.table.rows[2][1...] == ["2.507", "1.652", "0.337"])
  }

  @Test(arguments: [(1.04, Float(0.1), true), (1.06, 0.1, false), (1.04, 0.01, false)])
  func aCurveThatIsThePapersIsFound(_ factor: Double, _ deviation: Float, _ holds: Bool) throws {
    let paper = try #require(try PaperCurves()["2 layers", "LSTM"]).losses
    let notebook = try notebook()
    func trials(_ factor: Double) -> LossCurves {
      // Two trials of which one is as much above the mean as the other is below.
      LossCurves(
        panel: "2 layers", optimizer: "LSTM", learningRate: nil,
        losses: [0.99, 1.01].map { spread in paper.map { Float($0 * factor * spread) } })
    }
    let starts = try LearnedStarts(panel: "2 layers", trials: [(0.3, trials(1.5)), (deviation, trials(1 / factor))])
    let rows = [
      TuningRow(
        panel: "2 layers", optimizer: "NAG", learningRate: 1, finalLoss: 0.4, standardError: 0, trials: 1, diverged: 0,
        chosen: true)
    ]
    let rivals = [(deviation, 0.418), (0.3, 0.2)].map { deviation, loss in
      StartStudy.Entry(panel: "2 layers", deviation: deviation, tuning: rows, loss: loss, standardError: 0)
    }
    notebook.checkLearnedStarts(starts, beside: rivals)
    #expect(notebook.claims.first?.note?.contains("NAG, ends at 0.418") == true)
    let interval = try #require(notebook.claims.first?.interval)
    #expect(abs(interval.low - factor / 1.01) < 1e-4 && abs(interval.high - factor / 0.99) < 1e-4)
    #expect(starts.nearest?.deviation == deviation)
    #expect(abs((starts.nearest?.factor ?? 0) - factor) < 1e-5)
    #expect(notebook.claims.map(\.reproduced) == [holds])
  }

  /// Half as much again as the paper's loss until the last step, and at that so many times it.
  private func architectureResults(_ name: String, times factor: Double) throws -> ArchitectureResults {
    let paper = try PaperCurves()
    let architectures = [1, 2].flatMap { layers in
      [5, 20].map { ArchitectureStudy.Architecture(units: $0, layers: layers) }
    }
    let curves = architectures.map { architecture in
      let theirs = Float(paper.architecture(name, units: architecture.units, layers: architecture.layers) ?? .nan)
      let losses = [Float](repeating: 1.5 * theirs, count: 11) + [Float(factor) * theirs]
      return LossCurves(panel: architecture.panel, optimizer: name, learningRate: nil, losses: [losses, losses])
    }
    return ArchitectureResults(optimizer: name, architectures: architectures, curves: curves)
  }

  @Test(arguments: [(0.99, true), (1.01, false)])
  func architecturesAreComparedWithThePaperAtTheLastStep(_ factor: Double, _ reached: Bool) throws {
    let results = try ["LSTM", "ADAM", "NAG"].map { try architectureResults($0, times: factor) }
    let notebook = try notebook()
    notebook.checkArchitectureClaims(try #require(try ArchitectureReport(results, steps: 12, longer: 12)))
    try notebook.checkWiderStarts(results[0], start: .fixed(0.1), steps: 12)
    let own = notebook.claims.filter { $0.statement.contains("reaches the paper's losses") }
    #expect(own.map(\.reproduced) == [reached, reached, reached])
    #expect(own.allSatisfy { abs($0.ours - factor) < 1e-6 })
    #expect(own[0].note?.contains("over them is \(factor < 1 ? "1.449" : "1.451")") == true, "\(own[0].note ?? "")")
    let table = try results[0].table(beside: results[0], step: 12, names: (own: "wide", others: "narrow"))
    #expect(table.rows.map { $0[0] } == results[0].architectures.map(\.panel))
    #expect(table.rows.allSatisfy { $0[1] == $0[2] && $0[2] != $0[3] })
  }

  @Test func architecturesComeInTheirOrderWhateverTheThreads() throws {
    func run(_ threads: Int) throws -> [LossCurves] {
      let study = ArchitectureStudy(
        units: [2, 3, 5], layers: [1, 2], practice: images(), held: images(), start: .fixed(0.1),
        random: RandomStream(seed: 3), workers: Workers(threads))
      let rates = try study.tune(.sgd, BaselineTuning(trials: 1, steps: 10, grid: -2...0), progress: {}).map { rows in
        rows.first(where: \.chosen)?.learningRate ?? .nan
      }
      #expect(rates.count == 6 && rates.allSatisfy(\.isFinite))
      return try study.run(trials: 2, steps: 11, progress: { _ in }) { index in
        (SGD(learningRate: Float(rates[index])), rates[index])
      }
    }
    let curves = try run(1)
    #expect(try curves == run(3))
    #expect(
      curves.map(\.panel)
        == [1, 2].flatMap { layers in
          [2, 3, 5].map { PaperCurves.architecturePanel(units: $0, layers: layers) }
        })
    #expect(Set(curves.map { $0.losses[0][10] }).count == 6, "six networks")
  }
}
