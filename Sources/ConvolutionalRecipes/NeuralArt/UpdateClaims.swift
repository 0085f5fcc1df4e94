import Foundations
import MetaTraining
import Notebook

extension Notebook {
  /// Tests the words that the paper has for Figs. 10 to 13 (App. B) on numbers, one for each of many coordinates.
  ///
  /// - Parameter stepLikenesses: of the LSTM's proposals, and of ADAM's for comparison.
  public func checkUpdateClaims(
    _ history: UpdateHistory, stepLikenesses: (lstm: [Double], adam: [Double]), line: Int = #line,
    fileID: String = #fileID
  ) {
    for other in ["ADAM", "SGD"] {
      let statistics = UpdateStatistics(history, other: other)
      checkMean(
        "The LSTM makes bigger updates than \(other)", paper: "\"bigger updates\" than SGD and ADAM (App. B)",
        quantity: "share of steps at which the LSTM's is the larger", statistics.further, line: line, fileID: fileID
      ) { low, _ in low > 0.5 }
    }
    let statistics = UpdateStatistics(history, other: "ADAM")
    // SGD's updates are the gradients: what correlates in these is no momentum of the optimizer's.
    let gradients = UpdateStatistics(history, other: "SGD").autocorrelation
    checkMean(
      "The LSTM's updates have some momentum", paper: "\"some kind of momentum\" (App. B)",
      quantity: "correlation of an update with the one before, the LSTM's less SGD's",
      zip(gradients.learned, gradients.other).map { $0 - $1 },
      rule: "SGD's updates are the gradients. The LSTM's correlation is \(short(mean(gradients.learned))), SGD's "
        + "\(short(mean(gradients.other))).", line: line, fileID: fileID
    ) { low, _ in low > 0 }
    checkMean(
      "They are noisier than ADAM's", paper: "\"noisy compared to ADAM\" (App. B)",
      quantity: "correlation of an update with the one before, the LSTM's less ADAM's",
      zip(statistics.autocorrelation.learned, statistics.autocorrelation.other).map { $0 - $1 }, line: line,
      fileID: fileID
    ) { _, high in high < 0 }
    checkMean(
      "Proposals are step-like functions of the gradient", paper: "\"usually similar to step functions\" (App. B)",
      quantity: "share of the rise between ±500 that lies within ±50, over steps 4, 8, ... 32 (a straight line: 0.1)",
      stepLikenesses.lstm,
      rule: "More than half counts as step-like. ADAM's are at \(short(mean(stepLikenesses.adam))).", line: line,
      fileID: fileID
    ) { low, _ in low > 0.5 }
    checkMean(
      "The LSTM at times goes against ADAM", paper: "\"in opposite direction\" to ADAM at times (App. B)",
      quantity: "share of steps at which they differ in sign", statistics.opposite,
      rule: "More than one step in a hundred counts as at times.", line: line, fileID: fileID
    ) { low, _ in low > 0.01 }
  }

  private func checkMean(
    _ statement: String, paper: String, quantity: String, _ numbers: [Double], rule: String? = nil,
    line: Int, fileID: String, holds: (Double, Double) -> Bool
  ) {
    let mean = bootstrap(numbers, resamples: 2000, stream: random.stream("bootstrap"))
    check(
      Claim(
        statement, paper: paper, quantity: quantity, ours: mean.mean, interval: Interval(mean.low, mean.high),
        reproduced: holds(mean.low, mean.high),
        note: (rule.map { $0 + " " } ?? "") + "Mean over \(numbers.count) coordinates of one picture, which depend on "
          + "each other: of other pictures the interval tells nothing."),
      line: line, fileID: fileID)
  }
}
