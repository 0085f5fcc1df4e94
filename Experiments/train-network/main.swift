//: # A feature network of our own
//: Painting after Gatys et al. needs a network that knows what is in an image. VGG-19's weights are not everywhere; this
//: trains a small network of the same kind on CIFAR-10, in some minutes on one core, and saves it where `fig8-neural-art`
//: looks for it.

import ArgumentParser
import ConvolutionalOptimizees
import Datasets
import Foundation
import Foundations
import Notebook
import Vectors

struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-network", abstract: "Trains a small network on CIFAR-10 for fig8-neural-art to look with.")
  @Option(parsing: .unconditional, help: "Minibatches of 128 images to train on.") var steps = 4000
  @Option(parsing: .unconditional, help: "The seed of initial weights and minibatches.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("The folder with cifar-10.", valueName: "folder")) var data: String?
  @Option(
    help: ArgumentHelp(
      "File the network is saved to; Data/networks/own-cifar10.safetensors if not given.", valueName: "file"))
  var output: String?

  func validate() throws {
    try SettingError.refuseEmpty("--data", data, expected: "a folder")
    try SettingError.refuseEmpty("--output", output, expected: "a file")
  }
}

let options: Options
do { options = try Options.parse() } catch { Options.exitForUsage(error) }

Interruption.watch()
ResourceLimits.watch()

do {
  _ = try VectorLevel.wanted()
  guard options.steps > 0 else { throw SettingError("--steps", value: options.steps, expected: "a positive number") }
  let folders = try DataFolders(data: options.data)
  let path =
    options.output.map(expandingTilde)
    ?? "\(folders.download)/\(VGGWeights.ownNetworkFile)"
  let file = URL(fileURLWithPath: path)
  AtomicFile.removeLeftovers(in: file.deletingLastPathComponent().path, of: file.lastPathComponent)
  try AtomicFile.probe(path)
  guard let cifar = try CIFAR10.load(in: folders) else {
    throw FileError(
      "cifar-10", expected: "CIFAR-10's batches", found: "none in \(folders.paths)",
      remedy: "fetch them with `swift run datasets fetch cifar10`")
  }
  let classifier = try OwnNetwork.classifier(of: cifar.training)
  var running: Float = 2.3
  let parameters = try OwnNetwork.train(classifier, steps: options.steps, RandomStream(seed: options.seed)) {
    step, loss in
    running += 0.02 * (loss - running)
    if step % 100 == 0 { print("step \(step) of \(options.steps): loss \(running)") }
  }
  let accuracy = try classifier.accuracy(of: parameters, on: OwnNetwork.standardized(cifar.test))
  print("test accuracy \(accuracy)")

  //: Statistics for folding batch normalisation into the weights come from the first images of the training set.
  let batches = (0..<80).map { batch in (0..<128).map { (batch * 128 + $0) % cifar.training.count } }
  let network = try OwnNetwork.folded(classifier, parameters, batches: batches, provenance: cifar.provenance)
  try network.save(
    to: path,
    note: "trained on CIFAR-10 by `swift run train-network --steps \(options.steps) --seed \(options.seed)`, "
      + "test accuracy \(accuracy)")
  print(path)
} catch var interrupted as Interrupted {
  interrupted.remedy = "nothing of the training is kept, and the same command begins anew"
  exit(reporting: interrupted)
} catch {
  exit(reporting: error)
}
