import ConvolutionalOptimizees
import Datasets
import Foundation
import Foundations
import Imaging
import MetaTraining
import Notebook
import Optimizers
import Plotting
import Recipes

/// What reports show of an exam: triples, films, and the loss in its parts.
extension Notebook {
  /// The triples of an exam's first photographs.
  ///
  /// - Parameter style: what the painting is called.
  /// - Throws: `ConvolutionError` where oneDNN refuses.
  public func triples(_ exam: ArtExam, _ painted: [PaintedExam], _ materials: ArtMaterials, count: Int) throws
    -> [Gallery.Triple]
  {
    guard let learned = painted.first else { return [] }
    let settings = exam.problems.settings
    let painting = exam.painting
    return try exam.contents.indices.prefix(count).map { k in
      let name = exam.contents[k].name
      let photograph = materials.photographs.entries.first { $0.name == name }
      let content = try exam.problems.problem(content: exam.contents[k].image).content
      let subject = photographSubjects[name] ?? "the photograph \(name)"
      let hasMaker = !painting.attribution.isEmpty && !materials.paintings.provenance.isGenerated
      let work = hasMaker ? painting.attribution : painting.name
      let title =
        "\(subject.prefix(1).uppercased())\(subject.dropFirst()) after \(work): \(exam.problems.width) pixels"
      var triple = Gallery.Triple(
        title: title, credit: "Photograph \(name): \(photograph?.attribution ?? ""), \(photograph?.licence ?? "").",
        content: Gallery.Picture(content, alt: "Photograph: \(subject)"),
        styled: Gallery.Picture(
          learned.paintings[k].image ?? content, alt: "\(subject), painted by the LSTM in the style of \(work)"),
        style: Gallery.Picture(exam.problems.style, alt: "Painting: \(work)"))
      triple.films = painted.filter { $0.paintings[k].frames.count > 1 }.map {
        Gallery.Film($0.optimizer, frames: $0.paintings[k].frames.map { ($0.updates, $0.image) })
      }
      triple.losses = lossTable(painted.map { ($0.optimizer, $0.paintings[k]) }, settings)
      return triple
    }
  }

  /// The illustrations in other styles at 128 pixels, painted by the learned optimizer alone.
  ///
  /// - Throws: `FileError` where there are no photographs for testing, a picture is damaged or the folder cannot be
  ///   written, `SettingError` where the network lacks a layer, `ConvolutionError` where oneDNN refuses, and
  ///   `Interrupted`.
  public func otherStyles(_ materials: ArtMaterials, by learned: LSTMOptimizer, steps: Int) throws -> [Gallery.Triple] {
    let styles = ["starry_night", "udnie", "water_lilies", "composition_vii"]
    return try styles.enumerated().flatMap { place, style in
      let exam = try ArtExam(
        "Other styles \(place + 1)", materials, style: style, orPlace: place, side: 128, steps: steps, trials: 1,
        first: [ArtExam.illustrations[place]], workers: workers)
      return try triples(exam, try painted(exam, by: learned, and: [], hasLBFGS: false), materials, count: 1)
    }
  }

  /// What the paper leaves open and how it is filled, and where we differ.
  public func sayHowArtDiffers(_ materials: ArtMaterials) {
    let settings = materials.settings(side: 64)
    deviates(
      "α = \(settings.content), β = \(settings.style), γ = \(settings.smoothness), starting from the photograph.",
      because:
        "The paper gives none of them. Chosen by looking: with a smaller β the style is timid, with a larger one "
        + "faces are lost at 64 pixels; with a smaller γ coloured specks of single pixels remain, with a larger one all "
        + "is blurred; from noise, small things are lost. Pixels are free while they are optimized and clipped to 0 "
        + "to 255 in pictures.")
    deviates(
      "Content and style are divided by the mean squares of their targets, and the whole loss is multiplied by 10^7 at "
        + "64 pixels and by as much more as there are more pixels.",
      because:
        "So gradients of single pixels reach some hundred, as in the paper's Figs. 11 to 13, at all sizes. Ratios "
        + "of losses are not affected.")
    deviates(
      "The network pools by averages, and sees zeros beyond an image's border.",
      because: "The paper says neither. Gatys et al. found averages to look better; mirrored borders ended higher.")
    deviates(
      "The LSTM's output is multiplied by 10.",
      because: "The paper does no postprocessing here, and its updates reach ±10 shades of 255. An untrained LSTM puts "
        + "out less than 1: ten times that is of the same size.")
    deviates(
      "Most episodes of meta-training have a small network of our own and 32 x 32 images, and the logarithm of the loss.",
      because: "Its steps take a seventeenth of the time of VGG-19's at 64 pixels, and what is learned carries over.")
    deviates(
      "Meta-training begins from weights that act as sign descent, estimates meta-gradients from a tenth to a sixth of "
        + "the coordinates, clips them, and keeps the average of the weights.",
      because: "As for the MNIST optimizer: more episodes in the same time, and none of them destroys what was learned."
    )
    deviates(
      "Early stopping goes by 8 cuts of the validation photographs, the choice of rates by 4, in the other presets by less.",
      because: "The paper has 20 contents to validate on. Each takes as long again, and leads differ little from one "
        + "photograph to the other, as the claims' intervals show.")
    let count = materials.photographs.count
    if count == 0 {
      // Someone brought a photograph.
    } else if materials.photographs.provenance.isGenerated {
      deviates(
        "\(count) generated landscapes in all, where the paper has 1,920 photographs of ImageNet.",
        because: "Generated data was asked for, or no photographs were found.")
    } else {
      deviates(
        "\(count) photographs in all, \(materials.photographs.only(.test).count) of them for testing, where the paper has "
          + "1,920 of ImageNet, 100 for testing.",
        because: "They come with the licence to be used here; random cuts and mirroring make more of them.")
    }
    let named = materials.paintings.count == 0 ? [] : [ArtRecipe.practiceStyle, ArtRecipe.testStyle]
    let styles = named.enumerated().map { materials.painting($1, orPlace: $0).name }
    if styles.map({ $0.lowercased() }) != named {
      deviates(
        "The style that is practised is \(styles[0])'s, the new one \(styles[1])'s.",
        because:
          "Minotaur's shipwreck by Turner, a painting of the kind that the paper practised on, and The Scream, on "
          + "which it tested, are not both there: names of files are \(named[0]).png and \(named[1]).png.")
    }
    sayHowMetaRatesDiffer()
    if !materials.usesOwnNetwork, materials.weights.provenance.name.contains("256 values") {
      deviates(
        "VGG-19's weights are rounded to 256 values a layer.",
        because: "They come so with a package that is small and to be had everywhere.")
    }
    if materials.usesOwnNetwork {
      deviates(
        "A small network of our own looks at the images, not VGG-19.",
        because: "Generated data was asked for, or VGG-19's weights were not found.")
    }
  }

  /// The last loss of each optimizer in its weighed parts.
  func lossTable(_ paintings: [(optimizer: String, painting: Painting)], _ settings: NeuralArtSettings) -> TextTable {
    var table = TextTable(["optimizer", "content", "style", "smoothness", "loss"])
    for (optimizer, painting) in paintings {
      guard let last = painting.parts.last else { continue }
      let parts = settings.weighed(last)
      table.append([optimizer] + (parts + [parts.reduce(0, +)]).map(short))
    }
    return table
  }

  /// Shows the parts of the loss over steps, and keeps them in parts.csv.
  ///
  /// - Parameter steps: those that are kept; nil for all.
  /// - Throws: `SettingError` where the PNG cannot be drawn.
  public func showParts(
    _ exams: [(exam: ArtExam, painted: [PaintedExam])], everyTrialOf steps: ClosedRange<Int>? = nil
  ) throws {
    var csv = "panel,optimizer,trial,step,content,style,smoothness\n"
    for (_, painted) in exams {
      for result in painted {
        for (trial, painting) in result.paintings.enumerated() {
          for (step, part) in painting.parts.enumerated() where steps?.contains(step + 1) != false {
            csv += "\(result.panel),\(result.optimizer),\(trial + 1),\(step + 1),"
            csv += "\(Float(part.content)),\(Float(part.style)),\(Float(part.smoothness))\n"
          }
        }
      }
    }
    write(Array(csv.utf8), to: "parts.csv")
    let panels = exams.flatMap { exam, painted in
      ["Content", "Style", "Smoothness"].enumerated().map { place, name in
        Panel(
          title: "\(exam.panel), \(name.lowercased())", x: Axis("Step"),
          y: Axis(place == 0 ? "Weighed part" : "", scale: place == 0 ? .linear : .log),
          series: painted.map { Series($0.optimizer, from: 1, y: $0.means(of: place, exam.problems.settings)) })
      }
    }
    let leftOut = exams.flatMap(\.painted).filter { $0.sound.count < $0.paintings.count }.map {
      " \($0.panel): \($0.optimizer) without \($0.paintings.count - $0.sound.count) of \($0.paintings.count) that diverged."
    }
    try show(
      Figure(
        panels: panels, columns: 3,
        caption: "α content, β style and γ smoothness apart, unscaled; mean over the photographs." + leftOut.joined(),
        labels: .key),
      named: "parts", alt: "Content, style and smoothness over steps for each optimizer")
  }
}

/// What the photographs show that reports are illustrated with.
private let photographSubjects = [
  "coffee": "a cup of coffee on a wooden table", "kodim03": "caps of many colours on a wall",
  "kodim04": "a woman with a red hat", "kodim12": "two people at a beach",
]

extension PaintedExam {
  /// Paintings that did not diverge: one that did would hide all others in a mean.
  var sound: [Painting] { paintings.filter { $0.losses.allSatisfy(\.isFinite) } }

  /// One weighed part's mean over the photographs, step by step.
  func means(of part: Int, _ settings: NeuralArtSettings) -> [Double] {
    let sound = sound
    return (0..<(sound.first?.parts.count ?? 0)).map { step in
      let mean = sound.reduce(0) { $0 + settings.weighed($1.parts[step])[part] } / Double(sound.count)
      return (mean * 1e5).rounded() / 1e5
    }
  }
}

extension NeuralArtSettings {
  /// α content, β style and γ smoothness.
  func weighed(_ parts: ArtLosses) -> [Double] {
    [Double(content) * parts.content, Double(style) * parts.style, Double(smoothness) * parts.smoothness]
  }
}
