// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Plain `swift run` is a debug build. The loops that do the work are compiled with -O all the same, as one module at a
// time, so that a figure takes the same time in debug and in release. A package that is used as a dependency may not
// carry unsafe flags: there (in the package manager's `checkouts` folder) they are left out, a release build is needed
// for speed, and only the kernels for what the whole build is compiled for are run, since the others take twenty times
// as long.
//
// A target names every module that it imports, also those that another one brings along: what is not named is not
// compiled anew when the module changes, and crashes on the sizes of old.
let isRoot =
  !Context.packageDirectory.contains("/checkouts/")
  || !FileManager.default.fileExists(atPath: Context.packageDirectory + "/../../repositories")
let optimized: [CSetting] = isRoot ? [.unsafeFlags(["-O2"])] : []
/// A module at a time; and no index of the system's modules, which takes five seconds of a build from nothing.
let whole = ["-wmo", "-num-threads", "2", "-disable-batch-mode", "-index-ignore-system-modules"]
let fast: [SwiftSetting] = isRoot ? [.unsafeFlags(["-O"] + whole)] : []
/// Pages, downloads, formats of files and recipes have no loops to speak of: without -O they are compiled in a third of
/// the time, or less.
let plain: [SwiftSetting] = isRoot ? [.unsafeFlags(whole)] : []

/// Kernels for one level of vector instructions. `-Xcc -march` drives Swift's own code generation too.
func kernels(_ name: String, march: String? = nil, define: String? = nil) -> Target {
  var settings = fast + (define.map { [.define($0)] } ?? [])
  #if arch(x86_64)
    if isRoot, let march { settings.append(.unsafeFlags(["-Xcc", "-march=\(march)"])) }
  #endif
  return .target(name: name, dependencies: ["KernelInterface"], swiftSettings: settings)
}

func experiment(_ name: String, _ others: Target.Dependency...) -> Target {
  .executableTarget(
    name: name,
    dependencies: [
      "Datasets", "Foundations", "LabelledData", "MetaTraining", "Notebook", "Optimizees", "Optimizers", "Plotting",
      "Recipes",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ] + others,
    path: "Experiments/\(name)")
}

// oneDNN has no pkg-config file. Debian's libdnnl-dev lies where compilers look; Homebrew's onednn does not.
let homebrew: BuildSettingCondition = .when(platforms: [.macOS])
let oneDNNHeaders: [CSetting] = isRoot ? [.unsafeFlags(["-I/opt/homebrew/include"], homebrew)] : []
let oneDNNFolder: [LinkerSetting] = isRoot ? [.unsafeFlags(["-L/opt/homebrew/lib"], homebrew)] : []

let package = Package(
  name: "learning-to-learn",
  platforms: [.macOS(.v15)],
  products: [
    // For a package with problems of its own: see the README.
    .library(name: "LearningToLearn", targets: ["LearningToLearn"]),
    // For experiments that leave a page, in Snippets for one, which may import what is in a product.
    .library(name: "Notebook", targets: ["Notebook", "Recipes"]),
    .executable(name: "datasets", targets: ["DatasetsCommand"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Spread work over the ranks of an MPI job: see the README.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CMd4c", pkgConfig: "md4c-html", providers: [.apt(["libmd4c-html0-dev", "libmd4c-dev"]), .brew(["md4c"])]),
    .systemLibrary(
      name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev", "openmpi-bin"]), .brew(["open-mpi"])]),
    .target(name: "CVectorLevel", cSettings: isRoot ? [] : [.define("LEVEL_OF_BUILD")]),
    .target(name: "CRegisters"),
    .target(name: "KernelInterface", dependencies: ["CRegisters"], swiftSettings: fast),
    kernels("KernelsV4", march: "x86-64-v4", define: "WIDE_REGISTERS"),
    kernels("KernelsV3", march: "x86-64-v3", define: "FUSED"),
    kernels("KernelsPortable"),
    .target(
      name: "Foundations",
      dependencies: [.target(name: "CMPI", condition: .when(traits: ["MPI"]))],
      swiftSettings: fast),
    .target(name: "TensorFiles", dependencies: ["Foundations"], swiftSettings: plain),
    .target(
      name: "Vectors",
      dependencies: [
        "CVectorLevel", "Foundations", "KernelInterface", "KernelsV4", "KernelsV3", "KernelsPortable",
      ],
      swiftSettings: fast),
    .target(
      name: "LSTMKernels",
      dependencies: ["Foundations", "KernelInterface", "KernelsV4", "KernelsV3", "KernelsPortable", "Vectors"],
      swiftSettings: fast),
    // libpng's longjmp stays inside C.
    .target(name: "CPNGBridge", dependencies: ["CPNG"]),
    .target(name: "Imaging", dependencies: ["Foundations", "CPNGBridge", "CPNG"], swiftSettings: fast),
    .target(name: "CPrefetch"),
    .target(name: "LabelledData", dependencies: ["CPrefetch", "Foundations"], swiftSettings: fast),
    .target(
      name: "DataFormats",
      dependencies: [
        "Foundations", "TensorFiles", "CZlib", .target(name: "CCrypto", condition: .when(platforms: [.linux])),
      ], swiftSettings: plain),
    .target(name: "GeneratedImages", dependencies: ["Foundations", "Imaging", "LabelledData"], swiftSettings: fast),
    .target(
      name: "Datasets",
      dependencies: [
        "CCurl", "DataFormats", "Foundations", "GeneratedImages", "Imaging", "LabelledData", "TensorFiles",
      ],
      swiftSettings: plain),
    .target(name: "Optimizees", dependencies: ["Foundations", "LabelledData", "Vectors"], swiftSettings: fast),
    .target(name: "Optimizers", dependencies: ["Foundations", "LSTMKernels", "TensorFiles"], swiftSettings: fast),
    .target(
      name: "MetaTraining",
      dependencies: ["Foundations", "KernelInterface", "LSTMKernels", "Optimizees", "Optimizers", "TensorFiles"],
      swiftSettings: fast),
    .target(name: "COneDNNBridge", cSettings: oneDNNHeaders, linkerSettings: [.linkedLibrary("dnnl")] + oneDNNFolder),
    .target(name: "ConvolutionKernels", dependencies: ["Foundations", "COneDNNBridge"], swiftSettings: fast),
    .target(
      name: "ConvolutionalOptimizees",
      dependencies: [
        "ConvolutionKernels", "DataFormats", "Datasets", "Foundations", "Imaging", "KernelInterface", "KernelsPortable",
        "KernelsV3", "KernelsV4", "LabelledData", "Optimizees", "TensorFiles", "Vectors",
      ],
      swiftSettings: fast),
    .target(name: "Plotting", dependencies: ["Foundations", "Imaging", "CCairo"], swiftSettings: plain),
    .target(name: "Tables", dependencies: ["Foundations", "MetaTraining"], swiftSettings: fast),
    .target(
      name: "LearningToLearn",
      dependencies: [
        "DataFormats", "Datasets", "Foundations", "GeneratedImages", "Imaging", "KernelInterface", "LSTMKernels",
        "LabelledData", "MetaTraining", "Optimizees", "Optimizers", "Plotting", "Tables", "TensorFiles", "Vectors",
      ]),
    .target(
      name: "Notebook",
      dependencies: [
        "CMd4c", "DataFormats", "Datasets", "Foundations", "Imaging", "MetaTraining", "Plotting",
        "Tables", "Vectors", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: plain),
    .target(
      name: "Recipes",
      dependencies: [
        "Datasets", "Foundations", "LSTMKernels", "LabelledData", "MetaTraining", "Notebook", "Optimizees",
        "Optimizers", "Plotting", "Vectors",
      ],
      swiftSettings: plain),
    .target(
      name: "Measurements",
      dependencies: [
        "Foundations", "KernelInterface", "LSTMKernels", "LabelledData", "MetaTraining", "Notebook", "Optimizees",
        "Optimizers", "Plotting", "Vectors",
      ],
      swiftSettings: fast),
    .target(
      name: "ConvolutionalRecipes",
      dependencies: [
        "ConvolutionalOptimizees", "Datasets", "Foundations", "Imaging", "LSTMKernels", "LabelledData", "Measurements",
        "MetaTraining", "Notebook", "Optimizees", "Optimizers", "Plotting", "Recipes",
      ], swiftSettings: plain),
    experiment("fig3-mnist"),
    experiment("fig3-recipe"),
    experiment("fig4-quadratics"),
    experiment("fig5-transfer"),
    experiment("fig6-architectures"),
    experiment("fig7-cifar", "ConvolutionalRecipes", "Measurements"),
    experiment("fig8-neural-art", "ConvolutionalOptimizees", "ConvolutionalRecipes", "Imaging", "Measurements"),
    experiment("fig10-updates", "ConvolutionalOptimizees", "ConvolutionalRecipes"),
    experiment("optimize"),
    experiment("performance", "ConvolutionalRecipes", "Measurements"),
    // On a Mac's file system its folder and module would be those of `Datasets`, if they differed in case alone.
    .executableTarget(
      name: "DatasetsCommand",
      dependencies: [
        "Datasets", "Foundations", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Experiments/datasets"),
    experiment("report"),
    .testTarget(
      name: "LSTMKernelsTests", dependencies: ["Foundations", "LSTMKernels", "TestSupport", "Vectors"],
      swiftSettings: fast),
    .executableTarget(
      name: "train-network",
      dependencies: [
        "ConvolutionalOptimizees", "Datasets", "Foundations", "Notebook", "Vectors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Experiments/train-network"),
    // References and folders that the tests of more than one target share.
    .target(
      name: "TestSupport", dependencies: ["CZlib", "LSTMKernels"], path: "Tests/TestSupport", swiftSettings: fast),
    .testTarget(
      name: "ExperimentTests",
      dependencies: [
        "TestSupport", "fig3-mnist", "fig3-recipe", "fig4-quadratics", "fig5-transfer", "fig6-architectures",
        "fig7-cifar", "fig8-neural-art", "fig10-updates", "optimize", "performance", "DatasetsCommand", "report",
        "train-network", "Foundations", "Imaging",
      ], exclude: ["DyingAtWrites.c"]),
    .testTarget(name: "FoundationsTests", dependencies: ["Foundations", "TestSupport"], swiftSettings: fast),
    .testTarget(name: "TensorFilesTests", dependencies: ["Foundations", "TensorFiles", "TestSupport"]),
    .testTarget(
      name: "VectorsTests", dependencies: ["Foundations", "KernelInterface", "Vectors"], swiftSettings: fast),
    .testTarget(name: "LabelledDataTests", dependencies: ["Foundations", "LabelledData"]),
    .testTarget(
      name: "OptimizeesTests", dependencies: ["Foundations", "LabelledData", "Optimizees", "Vectors"],
      swiftSettings: fast),
    .testTarget(
      name: "OptimizersTests",
      dependencies: ["Foundations", "LSTMKernels", "Optimizers", "TensorFiles", "TestSupport"], swiftSettings: fast),
    .testTarget(
      name: "MetaTrainingTests",
      dependencies: [
        "Datasets", "Foundations", "LSTMKernels", "LabelledData", "MetaTraining", "Optimizees", "Optimizers",
        "TensorFiles", "TestSupport", "Vectors",
      ], swiftSettings: fast),
    .testTarget(
      name: "RecipesTests",
      dependencies: [
        "Datasets", "Foundations", "LSTMKernels", "LabelledData", "MetaTraining", "Notebook", "Optimizees",
        "Optimizers", "Recipes", "TestSupport",
      ],
      swiftSettings: fast),
    .testTarget(
      name: "MeasurementsTests", dependencies: ["Foundations", "Measurements", "Notebook", "TestSupport"],
      swiftSettings: fast),
    .testTarget(
      name: "ConvolutionalRecipesTests",
      dependencies: [
        "ConvolutionalOptimizees", "ConvolutionalRecipes", "Datasets", "Foundations", "Imaging", "LSTMKernels",
        "LabelledData", "Measurements", "MetaTraining", "Notebook", "Optimizees", "Optimizers", "TestSupport",
      ], swiftSettings: fast),
    .testTarget(name: "ImagingTests", dependencies: ["Foundations", "Imaging", "TestSupport"]),
    .testTarget(name: "PlottingTests", dependencies: ["Foundations", "Imaging", "Plotting"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: [
        "CZlib", "DataFormats", "Datasets", "Foundations", "GeneratedImages", "Imaging", "LabelledData", "TensorFiles",
        "TestSupport",
      ]),
    .testTarget(
      name: "DataFormatsTests",
      dependencies: ["CZlib", "DataFormats", "Foundations", "LabelledData", "TensorFiles", "TestSupport"]),
    .testTarget(name: "TablesTests", dependencies: ["Foundations", "MetaTraining", "Tables", "TestSupport"]),
    .testTarget(
      name: "NotebookTests",
      dependencies: [
        "Datasets", "Foundations", "Imaging", "MetaTraining", "Notebook", "Plotting", "Tables", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "CPeak", path: "Tests/CPeak", cSettings: optimized),
    .testTarget(
      name: "ConvolutionalOptimizeesTests",
      dependencies: [
        "ConvolutionalOptimizees", "ConvolutionKernels", "CPeak", "Datasets", "Foundations", "Imaging",
        "KernelInterface", "LabelledData", "Optimizees", "TestSupport", "Vectors",
      ],
      swiftSettings: fast),
  ],
  swiftLanguageModes: [.v6]
)

// Scripts/guide.sh needs it, no build does: it is fetched only then.
if isRoot, Context.environment["L2L_DOCS"] != nil {
  package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}

// Only `.ci/fuzz` builds it, with the flags it needs.
if isRoot, Context.environment["L2L_FUZZ"] != nil {
  package.targets += [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzzing/CLibFuzzer"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CLibFuzzer", "CZlib", "ConvolutionalOptimizees", "DataFormats", "Datasets", "Foundations", "Imaging",
        "LabelledData", "MetaTraining", "Notebook", "Tables", "TensorFiles",
      ], path: "Tests/Fuzzing/Readers", swiftSettings: fast),
  ]
}
