import Foundations
import GeneratedImages
import LabelledData

extension GeneratedDigits {
  /// - Returns: training and test images with uniformly drawn labels. Image k is the same whatever the counts.
  public static func make(
    training: Int = 60_000, test: Int = 10_000, seed: UInt64 = 0, workers: Workers = .all
  ) -> ImageDataset {
    ImageDataset(
      training: images(training, "training", seed: seed, workers: workers),
      test: images(test, "test", seed: seed, workers: workers),
      provenance: .generated("generated digits", seed: seed, "not MNIST"))
  }
}

extension GeneratedShapes {
  /// - Returns: training and test images with uniformly drawn labels. Image k is the same whatever the counts.
  public static func make(
    training: Int = 50_000, test: Int = 10_000, seed: UInt64 = 0, workers: Workers = .all
  ) -> ImageDataset {
    ImageDataset(
      training: images(training, "training", seed: seed, workers: workers),
      test: images(test, "test", seed: seed, workers: workers),
      provenance: .generated("generated shapes", seed: seed, "not CIFAR-10"))
  }
}

extension GeneratedLandscapes {
  /// - Parameter count: how many. Picture k is the same whatever the count.
  public static func make(_ count: Int, seed: UInt64 = 0) -> Pictures {
    let stream = RandomStream(seed: seed).stream("generated landscapes")
    return Pictures(
      entries: (0..<count).map { index in
        Pictures.Entry(
          name: "landscape\(index + 1)",
          split: index % 5 == 3 ? .validation : index % 5 == 4 ? .test : .train,
          attribution: "drawn by this suite", licence: "MIT", source: .landscape(stream.stream("picture", index)))
      },
      provenance: .generated("generated landscapes", seed: seed, "no photographs"))
  }
}

extension GeneratedPaintings {
  /// - Parameter count: how many, in all manners by turns. Picture k is the same whatever the count.
  public static func make(_ count: Int, seed: UInt64 = 0) -> Pictures {
    let stream = RandomStream(seed: seed).stream("generated paintings")
    return Pictures(
      entries: (0..<count).map { index in
        let manner = Manner.allCases[index % Manner.allCases.count]
        return Pictures.Entry(
          name: "\(manner.rawValue)\(index / Manner.allCases.count + 1)", split: .train,
          attribution: "drawn by this suite", licence: "MIT",
          source: .painting(stream.stream("picture", index), manner))
      },
      provenance: .generated("generated paintings", seed: seed, "no paintings"))
  }
}

extension Provenance {
  fileprivate static func generated(_ name: String, seed: UInt64, _ difference: String) -> Provenance {
    Provenance(
      name: name, isGenerated: true, isVerified: true, seed: seed,
      note: "\(name), drawn by this suite as a stand-in: \(difference)")
  }
}
