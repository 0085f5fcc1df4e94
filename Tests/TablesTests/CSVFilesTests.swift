import Foundation
import Foundations
import MetaTraining
import Tables
import TestSupport
import Testing

@Suite("CSV files") struct CSVFilesTests {
  @Test("Curves have the columns of the contract and numbers that read back to the same bits") func curves() throws {
    let loss: Float = 0.1 + 0.2
    let curves = LossCurves(
      panel: "40 units, wide", optimizer: "LSTM", learningRate: nil, losses: [[loss, .nan], [.infinity, 1e-30]])
    let lines = String(decoding: CSVFiles.curves([curves]), as: UTF8.self).split(separator: "\n")
    #expect(lines[0] == "panel,optimizer,trial,step,loss")
    #expect(lines[1].hasPrefix("\"40 units, wide\",LSTM,1,1,"))
    #expect(try Float(#require(lines[1].split(separator: ",").last)) == loss)
    #expect(lines[2].hasSuffix(",1,2,nan"))
    #expect(lines[3].hasSuffix(",2,1,inf"))
  }

  @Test("A learned optimizer has an empty rate") func summary() {
    let curves = LossCurves(panel: "MNIST", optimizer: "LSTM", learningRate: nil, losses: [[2], [4]])
    let text = String(decoding: CSVFiles.summary([LossSummary(curves)]), as: UTF8.self)
    #expect(
      text == "panel,optimizer,learning_rate,step,mean,standard_error,trials,diverged\nMNIST,LSTM,,1,3.0,1.0,2,0\n")
  }

  @Test("A validation loss that was not measured is empty") func training() {
    let row = TrainingRow(stage: 1, episode: 5, metaLoss: 0.5, validationLoss: nil, best: false, diverged: 0)
    let text = String(decoding: CSVFiles.training([("LSTM", row)]), as: UTF8.self)
    #expect(text.hasSuffix("LSTM,1,5,0.5,,false,0\n"))
  }

  @Test("A summary is the same after writing and reading it") func summaryReadsBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("table.csv")
    let losses: [[Float]] = [[0.1, 1e8 / 3], [0.2, 7], [0.7, 1e-7]]
    let summary = LossSummary(
      LossCurves(panel: "p", optimizer: "SGD", learningRate: 0.0178, losses: losses, firstStep: 5))
    try AtomicFile.write(CSVFiles.summary([summary]), to: path)
    #expect(try CSVFiles.readSummary(path) == [summary])
  }

  @Test("Any prefix of a CSV is either read or refused with its line, never a crash") func prefixes() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("table.csv")
    let curves = [LossCurves(panel: "a,\"b\"", optimizer: "LSTM", learningRate: nil, losses: [[1, .nan], [2, 3]])]
    let bytes = CSVFiles.curves(curves)
    for length in 0...bytes.count {
      try AtomicFile.write(bytes.prefix(length), to: path)
      do {
        let read = try CSVFiles.readCurves(path)
        #expect(read.count <= 1)
      } catch let error as FileError {
        #expect(error.file == path)
      }
    }
    #expect(try CSVFiles.curves(CSVFiles.readCurves(path)) == bytes)
  }

  @Test("Trials are read whatever number they begin with") func trialsFromZero() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("table.csv")
    let rows = ["MNIST,LSTM,0,1,2.5", "MNIST,LSTM,0,2,1.5", "MNIST,LSTM,1,1,3.5", "MNIST,SGD,7,1,4.5"]
    try AtomicFile.write("\(CSVFiles.curvesHeader)\n\(rows.joined(separator: "\n"))\n".utf8, to: path)
    #expect(try CSVFiles.readCurves(path).map(\.losses) == [[[2.5, 1.5], [3.5]], [[4.5]]])
  }
}
