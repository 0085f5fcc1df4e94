import Foundations
import GeneratedImages
import Imaging
import LabelledData

/// A page that shows what the generated stand-ins look like.
public struct StandInPage {
  private let seed: UInt64

  public init(seed: UInt64 = 0) { self.seed = seed }

  /// Writes `index.html` and its pictures.
  ///
  /// - Returns: the path of the page.
  /// - Throws: `FileError` if it cannot be written.
  public func write(to folder: String) throws -> String {
    let digits = GeneratedDigits.make(training: 600, test: 0, seed: seed).training
    let shapes = GeneratedShapes.make(training: 600, test: 0, seed: seed).training
    let landscapes = GeneratedLandscapes.make(18, seed: seed)
    let paintings = GeneratedPaintings.make(12, seed: seed)
    let figures: [(name: String, title: String, text: String, sheet: Image)] = [
      (
        "digits", "Digits, in place of MNIST",
        "A row a class. A 784-20-10 network reaches a loss of .41 (SGD), .28 (NAG), .32 (ADAM) and .39 (RMSprop) in 100 "
          + "steps of 128, on MNIST .40, .31, .34 and .38.", try sheet(digits, magnified: 2)
      ),
      (
        "shapes", "Coloured shapes, in place of CIFAR-10",
        "A row a class: \(GeneratedShapes.classes.joined(separator: ", ")). Colour says nothing about the class.",
        try sheet(shapes, magnified: 2)
      ),
      (
        "landscapes", "Landscapes, in place of photographs", "For training, validation and testing by turns.",
        try Image.contactSheet((0..<18).map(landscapes.image), columns: 6, spacing: 4)
      ),
      (
        "paintings", "Paintings", "Mosaics, waves and brush strokes.",
        try Image.contactSheet((0..<12).map(paintings.image), columns: 6, spacing: 4)
      ),
    ]
    var body = ""
    for figure in figures {
      let text = ["Title": figure.title, "Software": "learning-to-learn", "Comment": "seed \(seed)"]
      try AtomicFile.write(PNG.encode(figure.sheet, text: text), to: "\(folder)/\(figure.name).png")
      body += """
        <figure><h2>\(figure.title)</h2>
        <img src="\(figure.name).png" width="\(figure.sheet.width)" height="\(figure.sheet.height)" \
        alt="\(figure.title)"><figcaption>\(figure.text)</figcaption></figure>

        """
    }
    let page = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Generated stand-ins</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"><style>
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
      body { max-width: 84rem; margin: 2rem auto; padding: 0 1rem }
      p, figcaption { max-width: 44rem }
      figure { margin: 2rem 0 }
      img { max-width: 100%; height: auto }
      </style></head><body><h1>Generated stand-ins</h1>
      <p>Data that this suite draws itself, for machines that have no data and no network. Seed \(seed); the same seed gives
      the same bytes everywhere. It is never called by the names of the data that it stands in for.</p>
      \(body)</body></html>

      """
    let path = "\(folder)/index.html"
    try AtomicFile.write(page.utf8, to: path)
    return path
  }

  /// Twenty-four images of each class, a row a class.
  private func sheet(_ images: LabelledImages, magnified: Int) throws -> Image {
    let columns = 24
    var chosen: [Image] = []
    for label in images.classes.indices {
      let places = images.labels.indices.filter { Int(images.labels[$0]) == label }.prefix(columns)
      chosen += places.map { images.image($0) }
      // A class with fewer images leaves the rest of its row empty.
      let blank = Image(width: images.width, height: images.height, channels: images.channels)
      chosen += [Image](repeating: blank, count: columns - places.count)
    }
    return try Image.contactSheet(chosen, columns: columns, spacing: 2, magnification: magnified, background: 0.5)
  }
}

extension LabelledImages {
  /// One image as a picture.
  public func image(_ place: Int) -> Image {
    Image(planes: Array(pixels(of: place)), width: width, height: height)
  }
}
