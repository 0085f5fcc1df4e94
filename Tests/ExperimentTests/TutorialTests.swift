import Foundation
import Imaging
import TestSupport
import Testing

/// The guide's tutorials: their code lies in Snippets, is compiled with the package, and runs here as readers run it.
struct TutorialTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private let project: ScratchProject

  init() throws { project = try ScratchProject() }

  /// What a tutorial's program printed: its lines' words.
  private func lines(of tutorial: String) throws -> [[String]] {
    let run = try SmokeRun.run(tutorial, [], in: project.path)
    try #require(run.exitCode == 0, "\(run.complaints)")
    return run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  @Test func aTrainedOptimizerComesAsFarAsTheGuideSays() throws {
    let name = "Data/optimizers/fig4-quadratics-uniform-paper-seed1.safetensors"
    try FileManager.default.createDirectory(
      atPath: "\(project.path)/Data/optimizers", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(Self.root)/\(name)", toPath: "\(project.path)/\(name)")
    var losses: [String: Double] = [:]
    for words in try lines(of: "UseATrainedOptimizer") where words.count == 3 {
      losses["\(words[0]) \(words[1])"] = Double(words[2])
    }
    let found = try ["LSTM 23", "ADAM 23", "LSTM 100", "ADAM 100"].map { try #require(losses[$0]) }
    #expect(abs(found[0] - 0.07) < 0.005 && abs(found[1] - 1.3) < 0.05)
    #expect(abs(found[2] - 3.9) < 0.05 && abs(found[3] - 0.0007) < 0.0001)
    #expect(try PNG.decode([UInt8](project.bytes("valley.png"))).width > 600)
    #expect(String(decoding: try project.bytes("valley.svg"), as: UTF8.self).contains("Mean of 16 starts."))
  }

  @Test func anOptimizerMetaTrainedOnAFamilyIsAheadOfTunedADAM() throws {
    let lines = try lines(of: "MetaTrainOnYourFamily")
    let losses = try lines.map { try #require($0.last.flatMap(Double.init)) }
    try #require(lines.map(\.first) == ["LSTM", "ADAM"])
    #expect(losses[0] < losses[1])
    #expect(try project.names(".").contains("bowls.safetensors"))
  }

  /// The README's program, with the numbers that the README quotes of it.
  @Test func theREADMEsProblemIsCompiledAndComesAsFarAsItSays() throws {
    let readme = try String(contentsOfFile: "\(Self.root)/README.md", encoding: .utf8)
    let snippet = try String(contentsOfFile: "\(Self.root)/Snippets/ProblemOfYourOwn.swift", encoding: .utf8)
    let code = try #require(snippet.range(of: "import LearningToLearn")).lowerBound
    #expect(readme.contains("```swift\n\(snippet[code...])```"))
    let quoted = try #require(readme.firstMatch(of: #/prints ([\d.e-]+) for the LSTM, and ([\d.e-]+) for ADAM/#))
    let (lstm, adam) = try (#require(Double(quoted.1)), #require(Double(quoted.2)))
    let lines = try lines(of: "ProblemOfYourOwn")
    try #require(lines.map(\.first) == ["LSTM", "ADAM", "ADAM", "ADAM", "ADAM", "From"])
    let losses = try lines.prefix(5).map { try #require($0.last.flatMap(Double.init)) }
    #expect(abs(losses[0] / lstm - 1) < 0.5)
    #expect(abs((losses.dropFirst().min() ?? .nan) / adam - 1) < 0.1)
  }

  @Test func aNewExperimentLeavesItsFiguresAndPageTheSameForAnyThreads() throws {
    var results: [[String: Data]] = []
    for threads in ["1", "2"] {
      let run = try SmokeRun.run("AddAFigure", ["--preset", "smoke", "--threads", threads], in: project.path)
      try #require(run.exitCode == 0, "\(run.complaints)")
      results.append(try project.results(of: "valley"))
    }
    #expect(results[0] == results[1])
    for file in ["curves.csv", "tuning.csv", "losses.png", "steepness.png", "steepness.svg"] {
      #expect(results[0][file] != nil, "\(file)")
    }
    let page = String(decoding: try project.bytes("Reports/valley/index.html"), as: UTF8.self)
    #expect(page.contains("How narrow a valley may be") && page.contains("Last losses over steepness"))
  }

  /// A slice that is not there would leave a gap in the guide, and code that stands in the guide itself is not
  /// compiled.
  @Test func theGuideShowsSlicesOfSnippetsAndNoCodeOfItsOwn() throws {
    let guide = "\(Self.root)/Sources/LearningToLearn/LearningToLearn.docc"
    var shown: [String: [String]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: guide) where name.hasSuffix(".md") {
      let text = try String(contentsOfFile: "\(guide)/\(name)", encoding: .utf8)
      #expect(!text.contains("```"), "\(name)")
      for match in text.matches(of: #/@Snippet\(path: "learning-to-learn/Snippets/(\w+)", slice: "(\w+)"\)/#) {
        shown[String(match.1), default: []].append(String(match.2))
      }
    }
    #expect(shown.count == 3)
    for (snippet, slices) in shown {
      let text = try String(contentsOfFile: "\(Self.root)/Snippets/\(snippet).swift", encoding: .utf8)
      let there = text.matches(of: #/\/\/ snippet\.(\w+)\n/#).map { String($0.1) }.filter { $0 != "end" }
      #expect(slices == there, "\(snippet)")
    }
  }
}
