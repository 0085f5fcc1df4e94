import Foundation
import Foundations
import LSTMKernels
import Optimizees

extension MetaTrainer {
  /// All that a training's result depends on but what its optimizees are made of.
  private struct Identity: Codable {
    var version: Int
    var stages: [TrainingStage]
    /// Of each lesson's optimizee, and of the one for validation.
    var groups: [[ParameterLayout.Group]]
    var shape: LSTMShape
    var p: Float?
    var outputScale: Float
    var averaging: Float
    var validationProblems: Int
    var validationSteps: Int
    /// A hash of the weights that training begins from.
    var start: String
    var stream: RandomStream
  }

  /// What tells a training from others in its checkpoint, as one line of JSON; the number of threads or ranks is not
  /// part of it.
  ///
  /// - Throws: nothing but what `JSONEncoder` throws.
  func identity(
    of lessons: [Lesson], validation: any Optimizee, start: [[Float]], stream: RandomStream
  ) throws -> String {
    let identity = Identity(
      version: Self.version, stages: lessons.map(\.stage),
      groups: (lessons.map(\.optimizee) + [validation]).map(\.layout.groups), shape: lstm.shape, p: lstm.p,
      outputScale: lstm.outputScale, averaging: averaging, validationProblems: validationProblems,
      validationSteps: validationSteps, start: FNV1a(start.flatMap { $0 }.map(\.bitPattern)).text,
      // A stream split off says which one it is, not how many numbers were drawn from it, on which nothing depends.
      stream: stream.stream("identity"))
    // A clip may be infinite.
    return String(decoding: try JSONEncoder.withAllNumbers(.sortedKeys).encode(identity), as: UTF8.self)
  }
}
