/// What a run's pictures say of themselves, in the text chunks of their PNGs.
enum PictureText {
  /// What a picture shows, on which data, and how to make it again.
  ///
  /// - Parameters:
  ///   - run: nil where its record cannot be read.
  ///   - standIn: the generated data that it was made from; nil where the data was real.
  static func chunks(
    title: String, command: String, run: (preset: String, seed: UInt64)?, standIn: String?
  ) -> [String: String] {
    var text = ["Title": title, "Software": "learning-to-learn", "Comment": command]
    text["Settings"] = run.map { "preset \($0.preset), seed \($0.seed)" }
    text["Source"] = standIn.map { LossFigure.note(ofStandIn: $0) }
    return text
  }
}
