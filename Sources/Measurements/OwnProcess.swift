import Foundation
import Foundations
import Notebook

/// A measurement that this executable makes as a process of its own, so that its memory is that of the work alone.
public enum OwnProcess: Equatable {
  /// The steps that peers are measured on, as a peer.
  case peer(steps: Int)
  /// One meta-iteration of a size.
  case metaIteration(coordinates: Int, steps: Int, threads: Int)

  private static let word = "measure-in-a-process"

  /// - Parameter arguments: those of the process, its name left out; nil where they ask for no such measurement.
  init?(arguments: some Collection<String>) {
    let numbers = arguments.dropFirst(2).compactMap { Int($0) }
    switch (arguments.first, arguments.dropFirst().first, numbers.count) {
    case (Self.word, "peer", 1): self = .peer(steps: numbers[0])
    case (Self.word, "meta-iteration", 3):
      self = .metaIteration(coordinates: numbers[0], steps: numbers[1], threads: numbers[2])
    default: return nil
    }
  }

  /// What starts it.
  var command: [String] {
    let executable = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
    let path = executable.resolvingSymlinksInPath().path
    return switch self {
    case .peer(let steps): [path, Self.word, "peer", "\(steps)"]
    case .metaIteration(let coordinates, let steps, let threads):
      [path, Self.word, "meta-iteration", "\(coordinates)", "\(steps)", "\(threads)"]
    }
  }

  /// Where this process was started for such a measurement: makes it, and ends the process.
  public static func measureIfAsked() {
    guard let asked = OwnProcess(arguments: CommandLine.arguments.dropFirst()) else { return }
    do {
      try asked.measure()
      exit(0)
    } catch {
      exit(reporting: error)
    }
  }

  private func measure() throws {
    func output(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
    switch self {
    case .peer(let steps):
      // The scripts do so too.
      CoreAffinity.stayOnFirst()
      try OwnSteps(OwnSteps.images()).serve(steps: steps, input: { readLine() }, output: output)
    case .metaIteration(let coordinates, let steps, let threads):
      let row = try GrowthStudy.measureHere(coordinates: coordinates, steps: steps, workers: Workers(threads))
      output("\(row.seconds) \(row.bytes ?? .nan)")
    }
  }
}

/// The most memory in bytes that a process had so far, by the system's count; nil where it does not tell. What a
/// process says of itself (`ru_maxrss`) includes that of the one that started it.
func peakMemory(of process: String) -> Double? {
  let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
  let line = text?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 }
}

/// This executable did not measure as a process of its own.
struct OwnProcessError: SuiteError, Equatable {
  var found: String

  var exitCode: Int32 { 1 }

  var description: String {
    "a process of this executable: expected it to measure, found \(found); close other programs, should memory be short"
  }
}
