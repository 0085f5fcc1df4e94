import Foundations
import TestSupport
import Testing

@testable import Notebook

@Suite("The paper's curves") struct PaperCurvesTests {
  @Test(
    "Final losses are those of the paper's figures",
    arguments: [
      ("MNIST", "LSTM", 0.256), ("MNIST", "NAG", 0.333), ("MNIST 100-200", "LSTM", 0.211), ("40 units", "SGD", 0.449),
      ("2 layers", "ADAM", 0.733), ("ReLU", "LSTM", 2.63), ("CIFAR-10", "NAG", 0.805), ("CIFAR-5", "LSTM-sub", 0.393),
    ])
  func finals(_ panel: String, _ optimizer: String, _ loss: Double) throws {
    let curve = try #require(PaperCurves()[panel, optimizer])
    #expect(abs(curve.finalLoss / loss - 1) < 0.01)
  }

  @Test("Final losses cover the last ten steps, the last ten windows of ten, or the last step of a painting")
  func finalSteps() throws {
    let paper = try PaperCurves()
    #expect(paper["MNIST", "LSTM"]?.finalSteps == 91...100)
    #expect(paper["MNIST 100-200", "LSTM"]?.finalSteps == 191...200)
    #expect(paper["CIFAR-10", "LSTM"]?.finalSteps == 921...1020)
    #expect(paper["Art 64", "LSTM"]?.finalSteps == 128...128)
    #expect(paper["Art 64", "ADAM"]?.finalLoss == paper["Art 64", "ADAM"]?.losses.last)
  }

  @Test("The architecture study has ten sizes and two depths for three optimizers") func architectures() throws {
    let curves = try PaperCurves().architectures
    #expect(curves.count == 6)
    #expect(curves.allSatisfy { $0.steps == Array(stride(from: 5, through: 50, by: 5)) })
    let paper = try PaperCurves()
    #expect(paper.architecture("LSTM", units: 20, layers: 1).map { abs($0 - 0.245) < 0.001 } == true)
    #expect(paper.architecture("ADAM", units: 5, layers: 2).map { abs($0 - 1.55) < 0.01 } == true)
    #expect(paper.architecture("SGD", units: 5, layers: 2) == nil)
    #expect(paper.architecture("NAG", units: 7, layers: 1) == nil)
  }

  @Test(
    "A missing or damaged file is named",
    arguments: [nil, "", "[]", "{\"MNIST\": {\"LSTM\": [[1]]}}", "{\"MNIST\": {\"LSTM\": [[1, 2]"])
  func damaged(_ contents: String?) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/curves.json"
    if let contents { try AtomicFile.write(contents.utf8, to: path) }
    #expect { try PaperCurves(path: path) } throws: { ($0 as? FileError)?.file == path }
  }
}
