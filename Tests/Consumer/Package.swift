// swift-tools-version: 6.2
import PackageDescription

// A package that uses this project as others would: by URL and version. `.ci/consumer` makes a clone with a tag, names
// its URL in the environment, builds and runs. With L2L_PATH it takes the project by path instead, to compare the
// speed.
let project: Package.Dependency =
  if let path = Context.environment["L2L_PATH"] {
    .package(name: "learning-to-learn", path: path)
  } else {
    .package(url: Context.environment["L2L_URL"] ?? "file:///learning-to-learn.git", exact: "1.0.0")
  }

let package = Package(
  name: "consumer",
  platforms: [.macOS(.v15)],
  dependencies: [project],
  targets: [
    .executableTarget(
      name: "consumer", dependencies: [.product(name: "LearningToLearn", package: "learning-to-learn")],
      // Whoever asks for it sees members of what is imported only: all has to come with LearningToLearn.
      swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")])
  ]
)
