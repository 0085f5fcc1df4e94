import Foundations
import MetaTraining
import Notebook
import Optimizees
import Plotting
import Vectors

/// How far our baselines lie from the paper's, for several deviations of the starts: the paper does not give its own.
public struct StartStudy: Sendable {
  /// A network whose baselines the paper shows.
  public struct Network: Sendable {
    /// The paper's panel.
    public var panel: String
    public var practice: Classification
    public var exam: Classification

    public init(_ panel: String, practice: Classification, exam: Classification) {
      self.panel = panel
      self.practice = practice
      self.exam = exam
    }

    /// The same network from starts of another deviation.
    func starting(_ deviation: Float) throws -> Network {
      func starting(_ problem: Classification) throws -> Classification {
        try Classification(problem.network, on: problem.images, batch: problem.batch, start: .fixed(deviation))
      }
      return Network(panel, practice: try starting(practice), exam: try starting(exam))
    }
  }

  /// One baseline on one network, tuned for one deviation.
  public struct Entry: Sendable, Codable, Equatable {
    public var panel: String
    public var deviation: Float
    public var tuning: [TuningRow]
    /// The mean loss of the last ten steps on fresh problems.
    public var loss: Double
    public var standardError: Double

    public var baseline: String { tuning.first?.optimizer ?? "" }
  }

  public private(set) var entries: [Entry] = []
  private let paper: PaperCurves

  /// Tunes every baseline anew on every network for every deviation, all side by side, and runs it on fresh problems.
  init(
    _ networks: [Network], deviations: [Float], tuning: BaselineTuning, trials: Int, random: RandomStream,
    workers: Workers, kept: (String, () throws -> [Entry]) throws -> [Entry], progress: @escaping @Sendable () -> Void
  ) throws {
    paper = try PaperCurves()
    var tuning = tuning
    tuning.workers = .one
    let baselines = Baseline.allCases
    for deviation in deviations {
      let starting = try networks.map { try $0.starting(deviation) }
      var isNew = false
      entries += try kept("starts \(deviation)") { [tuning] in
        isNew = true
        return try workers.spread(starting.count * baselines.count) { job in
          defer { progress() }
          return try Self.entry(
            starting[job / baselines.count], deviation, baselines[job % baselines.count], tuning, trials, random)
        }
      }
      if !isNew { for _ in 0..<starting.count * baselines.count { progress() } }
    }
  }

  private static func entry(
    _ network: Network, _ deviation: Float, _ baseline: Baseline, _ tuning: BaselineTuning, _ trials: Int,
    _ random: RandomStream
  ) throws -> Entry {
    let (rate, rows) = try tuning.tune(
      baseline, on: network.practice, panel: network.panel, stream: random.stream("tuning").stream(network.panel))
    let curves = try evaluate(
      baseline.optimizer(learningRate: rate), on: network.exam, panel: network.panel, trials: trials,
      steps: tuning.steps, stream: random.stream("evaluation").stream(network.panel), workers: .one)
    let finals = curves.finalLosses(last: tuning.lastSteps).filter(\.isFinite)
    return Entry(
      panel: network.panel, deviation: deviation, tuning: rows,
      loss: mean(finals), standardError: standardError(finals))
  }

  /// The paper's final loss of an entry's optimizer and network.
  func paperLoss(_ entry: Entry) -> Double? { paper[entry.panel, entry.baseline]?.finalLoss }

  public var deviations: [Float] { distinct(entries.map(\.deviation)) }
  var panels: [String] { distinct(entries.map(\.panel)) }

  /// The typical factor between our final losses and the paper's, its root mean square over baselines on a logarithmic
  /// scale: 1.1 says that they lie 10 % apart.
  ///
  /// - Parameter panel: the network; all together where nil.
  public func misfit(_ deviation: Float, panel: String? = nil) -> Double {
    let ratios = entries.filter { $0.deviation == deviation && (panel == nil || $0.panel == panel) }.compactMap {
      entry in paperLoss(entry).map { entry.loss / $0 }
    }
    return typicalFactor(ratios)
  }

  /// A row for each deviation: the misfit on every network, and on all.
  public var table: TextTable {
    var table = TextTable(["deviation"] + panels + ["all"])
    for deviation in deviations {
      let own = panels.map { short(misfit(deviation, panel: $0)) }
      table.append(["\(deviation)"] + own + [short(misfit(deviation))])
    }
    return table
  }

  /// Final losses over the deviation, a panel for each network, the paper's as level lines.
  public var figure: Figure {
    let drawn = panels.map { panel in
      let own = entries.filter { $0.panel == panel }
      let ends = [deviations.min() ?? 0, deviations.max() ?? 1].map(Double.init)
      let names = distinct(own.map(\.baseline))
      let paper = names.compactMap { name in
        self.paper[panel, name].map { Series(name, x: ends, y: [$0.finalLoss, $0.finalLoss], style: .paper) }
      }
      let ours = names.map { name in
        let mine = own.filter { $0.baseline == name }
        return Series(name, x: mine.map { Double($0.deviation) }, y: mine.map(\.loss), mark: .linePoints)
      }
      return Panel(
        title: panel, x: Axis("Deviation of the starts", scale: .log), y: Axis("Final loss (nats)", scale: .log),
        series: paper + ours)
    }
    return Figure(
      panels: drawn, columns: 2,
      caption: "Baselines tuned anew for each deviation. Thin and grey, with the same dashes: the paper’s final losses."
    )
  }

  /// Every rate tried, and the loss on fresh problems of those taken.
  public var csv: [UInt8] {
    var lines = ["network,deviation,optimizer,learning_rate,tuning_loss,diverged,chosen,loss,standard_error,paper"]
    for entry in entries {
      for row in entry.tuning {
        let fresh =
          row.chosen
          ? "\(entry.loss),\(entry.standardError),\(paperLoss(entry).map { "\($0)" } ?? "")" : ",,"
        lines.append(
          "\(entry.panel),\(entry.deviation),\(row.optimizer),\(row.learningRate),\(row.finalLoss),\(row.diverged),"
            + "\(row.chosen),\(fresh)")
      }
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }
}

extension Notebook {
  /// Compares our baselines with the paper's over the deviation of the starts.
  ///
  /// - Throws: `SettingError` for less than one trial or step and where losses diverge at every rate, `FileError` where
  ///   the paper's curves are missing or damaged or the folder cannot be written, and `Interrupted`.
  public func startStudy(
    _ networks: [StartStudy.Network], deviations: [Float], tuning: BaselineTuning, trials: Int
  ) throws -> StartStudy {
    let progress = progress(
      "Comparing starts", of: deviations.count * networks.count * Baseline.allCases.count, unit: "baselines")
    defer { progress.finish() }
    let study = try StartStudy(
      networks, deviations: deviations, tuning: tuning, trials: trials, random: random, workers: workers,
      kept: { try kept($0, settings: "\(tuning.text), \(trials) trials, \(networks.map(\.panel))", $1) },
      progress: { progress.advance() })
    write(study.csv, to: "starts.csv")
    return study
  }
}

/// How far ratios lie from 1, their root mean square on a logarithmic scale: 1.1 says 10 %.
func typicalFactor(_ ratios: [Double]) -> Double {
  var logarithms = ratios.map { Float($0) }
  VectorMath.log(&logarithms)
  var typical = [(logarithms.reduce(0) { $0 + $1 * $1 } / Float(ratios.count)).squareRoot()]
  VectorMath.exp(&typical)
  return Double(typical[0])
}
