//: # Datasets: what is here, whether it is whole, and how to get the rest
import ArgumentParser
import Datasets
import Foundation
import Foundations

struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets",
    abstract: "Shows which data is present, verified or missing, and fetches it.",
    subcommands: [Show.self, Fetch.self, Preview.self], defaultSubcommand: Show.self)
}

struct FolderOption: ParsableArguments {
  @Option(help: "Folder to look in first, before the one in L2L_DATA and Data/.") var data: String?

  func validate() throws { try SettingError.refuseEmpty("--data", data, expected: "a folder") }
}

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Checks every file and prints a table.")
  @OptionGroup var folder: FolderOption

  func run() throws {
    let folders = try DataFolders(data: folder.data)
    let holdings = Catalogue.allCases.map { Holding($0, in: folders) }
    try FetchLine.shared.print(Holding.table(holdings, in: folders))
    if holdings.contains(where: { if case .damaged = $0.state { true } else { false } }) { throw ExitCode(3) }
  }
}

struct Fetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings data into Data/, from the network or from another folder.",
    discussion: "A transfer that broke off is taken up again. The variable https_proxy is honoured.")
  @Argument(help: "mnist, cifar10, vgg19, photos, paintings, or all.") var names = ["all"]
  @Option(help: "Copy from this folder instead.") var from: String?
  @Option(help: "Folder to bring the data into, instead of Data/.") var data: String?

  func validate() throws {
    for name in names where name != "all" && Catalogue(rawValue: name) == nil {
      throw SettingError("name", value: name, expected: "mnist, cifar10, vgg19, photos, paintings or all")
    }
    try SettingError.refuseEmpty("--from", from, expected: "a folder")
    try SettingError.refuseEmpty("--data", data, expected: "a folder")
  }

  func run() throws {
    // So that a transfer's own processes end with it.
    Interruption.watch()
    let folder = try folders().download
    let source = from.map { URL(fileURLWithPath: expandingTilde($0)).path }
    let line = FetchLine.shared
    let fetcher = Fetcher(patience: 20) {
      line.say($0)
    } progress: {
      line.redraw($0.line)
    }
    let sets = names.contains("all") ? Catalogue.allCases : names.compactMap(Catalogue.init)
    var code: Int32 = 0
    var isAnyThere = false
    for set in sets {
      do {
        let here = Holding(set, in: try folders())
        if let source {
          guard !names.contains("all") || set.hasFiles(in: source) else {
            line.say("\(set.title): none in \(source)")
            continue
          }
          isAnyThere = true
          if let error = here.precedence(over: folder) { throw error }
          try fetcher.copy(set, from: source, into: folder)
        } else if here.state == .verified {
          line.say("\(set.title): \(here.verdict), in \(here.folder ?? "")")
        } else if !set.isFetchable, names.contains("all") {
          line.say("\(set.title): no public source; bring your own with --from DIR (see Data/README.md)")
        } else {
          let files = try fetcher.fetch(set, into: folder)
          let there = Holding(set, in: try folders())
          if let error = there.shadow(of: files, in: folder) { throw error }
          line.say("\(set.title): \(there.verdict)")
        }
      } catch let error as Interrupted {
        throw error
      } catch let error as any SuiteError {
        // The others are fetched all the same.
        line.complain("error: \(error)")
        code = error.exitCode
      }
    }
    if let source, !isAnyThere {
      throw FileError(
        source, expected: "sets of data, such as mnist/ or photos/", found: "none there",
        remedy: "name the folder that has them (see Data/README.md)")
    }
    if code != 0 { throw ExitCode(code) }
  }

  /// Where the sets are looked for, before and after.
  private func folders() throws -> DataFolders {
    try data.map { DataFolders(only: expandingTilde($0)) } ?? DataFolders()
  }
}

struct Preview: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws the generated stand-ins on a page, Reports/datasets/index.html.")
  @Option(help: "Folder for the page's own.") var output = "Reports"
  @Option(parsing: .unconditional, help: "Seed of everything that is drawn.") var seed: UInt64 = 0

  func validate() throws { try SettingError.refuseEmpty("--output", output, expected: "a folder") }

  func run() throws {
    let folder = expandingTilde(output)
    try FetchLine.shared.print(StandInPage(seed: seed).write(to: "\(folder)/datasets"))
  }
}

ResourceLimits.watch()
var command: any ParsableCommand
do {
  command = try DatasetsCommand.parseAsRoot()
} catch {
  if DatasetsCommand.exitCode(for: error).isSuccess { DatasetsCommand.exit(withError: error) }
  let line = DatasetsCommand.message(for: error).split(separator: "\n").joined(separator: " ")
  FetchLine.shared.complain("error: \(line); see datasets --help")
  exit(2)
}
do {
  try command.run()
} catch let error as any SuiteError {
  FetchLine.shared.complain("error: \(error)")
  exit(error.exitCode)
} catch {
  DatasetsCommand.exit(withError: error)
}
