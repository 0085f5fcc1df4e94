import Foundation
import Imaging
import TestSupport
import Testing

@Suite(.serialized)
struct MNISTExperimentTests {
  @Test func leavesEveryFileOfTheContractWithSaneValuesTheSameForTheSameSeed() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    // Eight episodes of meta-training do not make a claim hold.
    let run = try SmokeRun.smoke("fig3-mnist", folder, ["--strict"])
    #expect(run.exitCode == 1, "\(run.complaints)")
    #expect(run.output.contains("Page: "))
    let report = folder.path + "/fig3-mnist"
    for file in [
      "curves.csv", "summary.csv", "tuning.csv", "training.csv", "losses.png", "losses.svg", "claims.json", "run.json",
      "index.html", "notebook.ipynb",
    ] { #expect(FileManager.default.fileExists(atPath: "\(report)/\(file)"), "\(file)") }
    let curves = try String(contentsOfFile: report + "/curves.csv", encoding: .utf8).split(separator: "\n")
    #expect(curves.first == "panel,optimizer,trial,step,loss")
    // Two panels of five optimizers, four trials; steps 1 to 20 and 20 to 40. Ten steps of two of them on
    // test images, and of one that was trained to step 20.
    #expect(curves.count == 1 + 5 * 4 * (20 + 21) + 3 * 4 * 10)
    #expect(curves.contains { $0.hasPrefix("\"MNIST, test images\",LSTM,4,20,") })
    let losses = curves.dropFirst().compactMap { Float($0.split(separator: ",").last ?? "") }
    #expect(losses.count == curves.count - 1)
    #expect(losses.allSatisfy { $0 > 0 && $0 < 10 })
    for optimizer in ["LSTM", "NAG", "RMSprop", "ADAM", "SGD"] {
      #expect(curves.contains { $0.hasPrefix("MNIST,\(optimizer),") })
    }
    let png = try Data(contentsOf: URL(fileURLWithPath: report + "/losses.png"))
    let text = try PNG.text(in: [UInt8](png))
    #expect(text["Comment"] == "swift run fig3-mnist --dataset generated --preset smoke")
    #expect(text["Settings"] == "preset smoke, seed 1")
    #expect(text["Source"]?.contains("generated digits") == true)
    let record = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: report + "/run.json")))
        as? [String: Any])
    #expect("\(record["datasets"] ?? "")".contains("generated digits"))
    let page = try String(contentsOfFile: report + "/index.html", encoding: .utf8)
    #expect(page.contains("generated digits"))
    let claims = try SmokeRun.claims(in: report)
    let judged = try SmokeRun.run("report", ["--output", folder.path, "--strict"])
    #expect(judged.exitCode == 1 && judged.complaints.isEmpty, "\(judged.complaints)")
    #expect(try SmokeRun.run("report", ["--output", folder.path]).exitCode == 0)
    #expect(claims.count == 8 && claims.allSatisfy { $0.ours.isFinite })
    #expect(claims.map { $0.statement.contains("step 40") } == [false, false, true, true, false, true, true, false])
    #expect(
      claims.map { $0.statement.contains("trained to step 20") } == [Bool](repeating: false, count: 5)
        + [true, true, false])
    #expect(claims.map { $0.statement.contains("nothing was chosen") } == [Bool](repeating: false, count: 7) + [true])
    try SmokeRun.expectRepeats(
      "fig3-mnist", folder,
      files: [
        "curves.csv", "summary.csv", "tuning.csv", "training.csv", "losses.png", "losses.svg", "claims.json",
      ])
  }

  @Test func metaTrainsAsOftenAsIsAskedFor() throws {
    let project = try ScratchProject()
    let run = try SmokeRun.run(
      "fig3-mnist", ["--preset", "smoke", "--dataset", "generated", "--trainings", "2", "--threads", "2"],
      in: project.path)
    #expect(run.exitCode == 0, "\(run.complaints)")
    let rows = String(decoding: try project.bytes("Reports/fig3-mnist/training.csv"), as: UTF8.self)
    #expect(rows.contains("\nLSTM,") && rows.contains("\nLSTM 2,") && !rows.contains("\nLSTM 3,"))
    let kept = try project.names("Data/optimizers").filter { $0.hasSuffix(".safetensors") }
    #expect(
      kept == ["fig3-mnist-smoke-short-seed1-generated.safetensors"]
        + (1...2).map { "fig3-mnist-smoke-trainings2-seed1-\($0)-generated.safetensors" })
    let none = try SmokeRun.run("fig3-mnist", ["--preset", "smoke", "--trainings", "0"], in: project.path)
    #expect(none.exitCode == 2 && none.complaints.contains("--trainings is 0; expected 1 to 1000"))
  }

  @Test func damagedDataEndsWithCodeThreeAndOneLineThatNamesIt() throws {
    let folder = try TemporaryFolder()
    for part in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
      try folder.write("mnist/\(part)-ubyte", [0, 0, 8, 3, 0, 0, 0, 9])
    }
    let run = try SmokeRun.run(
      "fig3-mnist",
      ["--preset", "smoke", "--dataset", "real", "--data", folder.path, "--output", folder.path("Reports")],
      environment: ["L2L_DATA": ""])
    #expect(run.exitCode == 3)
    #expect(run.complaints.split(separator: "\n").count == 1, "\(run.complaints)")
    #expect(run.complaints.contains(folder.path("mnist/train-images-idx3-ubyte")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("Reports/fig3-mnist")).isEmpty)
  }

  @Test func badUsageAndMissingDataEndWithTheirCodes() throws {
    #expect(try SmokeRun.run("fig3-mnist", ["--preset", "slow"]).exitCode == 2)
    let folder = try TemporaryFolder()
    let missing = try SmokeRun.run(
      "fig3-mnist", ["--preset", "smoke", "--data", folder.path + "/nowhere", "--output", folder.path])
    #expect(missing.exitCode == 2)
    #expect(missing.complaints.split(separator: "\n").count == 1, "\(missing.complaints)")
  }

  @Test func dataThatCannotBeFetchedEndsWithCodeThree() throws {
    let (project, folder) = (try ScratchProject(), try TemporaryFolder())
    let run = try SmokeRun.run(
      "fig3-mnist", ["--preset", "smoke", "--dataset", "real", "--output", folder.path],
      environment: SmokeRun.withoutNetwork, in: project.path)
    #expect(run.exitCode == 3)
    #expect(run.complaints.split(separator: "\n").count == 1, "\(run.complaints)")
    for part in ["mnist/train-images-idx3-ubyte.gz", "found no network", "swift run datasets fetch --from DIR"] {
      #expect(run.complaints.contains(part), "\(run.complaints)")
    }
  }
}
