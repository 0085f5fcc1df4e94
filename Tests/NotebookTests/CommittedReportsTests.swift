import Foundation
import Foundations
import TestSupport
import Testing

@testable import Notebook

private var reportsAreCommitted: Bool {
  Command.output(of: ["git", "-C", ProjectFolder.path, "status", "--porcelain", "Reports"]) == ""
}

/// The reports in the repository, as its readers find them; not those of runs of one's own in their place.
@Suite(.enabled(if: reportsAreCommitted, "Reports has changes that are not committed"))
struct CommittedReportsTests {
  private static let reports = ProjectFolder.path + "/Reports"

  @Test func pagesAreWhatTodaysCodeMakesOfTheirFiles() throws {
    let folder = try TemporaryFolder()
    let copy = folder.path("Reports")
    try FileManager.default.copyItem(atPath: Self.reports, toPath: copy)
    let result = try ReportWriter.rebuild(copy)
    #expect(result.warnings.isEmpty)
    #expect(result.pages >= 10 && result.counted > 50)
    for page in ["index.html"] + ReportWriter.names(in: copy).map({ "\($0)/index.html" }) {
      let (new, old) = ("\(copy)/\(page)", "\(Self.reports)/\(page)")
      #expect(FileManager.default.contentsEqual(atPath: new, andPath: old), "\(page): run swift run report")
    }
  }

  @Test func theyAreOfRealDataAndOfRevisionsThatWereClean() throws {
    for name in ReportWriter.names(in: Self.reports) {
      let record = try JSON.read(RunRecord.self, from: "\(Self.reports)/\(name)/run.json")
      #expect(record.revision?.clean == true, "\(name)")
      #expect(record.datasets.allSatisfy { !$0.isGenerated && !$0.isForeign }, "\(name)")
      #expect(record.experiment == name && record.files.contains("index.html"), "\(name)")
      let missing = record.files.filter { !FileManager.default.fileExists(atPath: "\(Self.reports)/\(name)/\($0)") }
      #expect(missing.isEmpty, "\(name)")
    }
  }
}
