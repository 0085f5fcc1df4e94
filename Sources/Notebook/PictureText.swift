/// What a run's pictures say of themselves, in the text chunks of their PNGs.
enum PictureText {
  /// What a picture shows, on which data, and how to make it again.
  ///
  /// - Parameter standIn: the generated data that it was made from; nil where the data was real.
  static func chunks(
    title: String, command: String, preset: String, seed: UInt64, standIn: String?
  ) -> [String: String] {
    var text = [
      "Title": title, "Software": "learning-to-learn", "Comment": command, "Settings": "preset \(preset), seed \(seed)",
    ]
    text["Source"] = standIn.map { LossFigure.note(ofStandIn: $0) }
    return text
  }
}
