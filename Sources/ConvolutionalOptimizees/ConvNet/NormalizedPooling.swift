import KernelInterface
import KernelsPortable
import KernelsV3
import KernelsV4
import Vectors

/// Batch normalisation over images and pixels, ReLU and (unless it is left out) 2x2 max-pooling of one block of 16
/// channels, in one go.
///
/// One after the other they would read and write the whole activation ten times over; together they read it once in
/// each direction. What the backward pass needs besides is as small as the pooled output: the number that each window's
/// output came from, at which alone the output's gradient arrives.
struct NormalizedPooling {
  let shape: PoolingShape
  var level = VectorLevel.current
  var pooledArea: Int { shape.pooledHeight * shape.pooledWidth }

  typealias Vectors = UnsafeMutablePointer<SIMD16<Float>>
  typealias Sums = (first: SIMD16<Float>, second: SIMD16<Float>)

  /// Sums of a channel's numbers less a shift near their mean, and of their squares, over one image.
  func sums(_ input: Vectors, shift: SIMD16<Float>) -> Sums {
    withSums { sums in
      withUnsafePointer(to: shift) { shift in
        let count = shape.height * shape.width
        switch level {
        case .v4: KernelsV4.channelSums(input, count: count, shift: shift, into: sums)
        case .v3: KernelsV3.channelSums(input, count: count, shift: shift, into: sums)
        case .portable: KernelsPortable.channelSums(input, count: count, shift: shift, into: sums)
        }
      }
    }
  }

  /// Of one image: `pooled` = max over each window of max(0, γ x̂ + β), `peaks` the input it came from.
  func forward(_ input: Vectors, _ normalization: Normalization, pooled: Vectors, peaks: Vectors) {
    withUnsafePointer(to: normalization) { by in
      switch level {
      case .v4: KernelsV4.normalizedPooling(shape, by, input, pooled: pooled, peaks: peaks)
      case .v3: KernelsV3.normalizedPooling(shape, by, input, pooled: pooled, peaks: peaks)
      case .portable: KernelsPortable.normalizedPooling(shape, by, input, pooled: pooled, peaks: peaks)
      }
    }
  }

  /// Of one image: sums over the pooled gradient where the output is positive: the gradients of β and of γ.
  func gradientSums(
    _ pooledGradient: Vectors, _ normalization: Normalization, pooled: Vectors, peaks: Vectors
  ) -> Sums {
    withSums { sums in
      withUnsafePointer(to: normalization) { by in
        switch level {
        case .v4:
          KernelsV4.normalizedPoolingSums(
            shape, by, pooledGradient: pooledGradient, pooled: pooled, peaks: peaks, into: sums)
        case .v3:
          KernelsV3.normalizedPoolingSums(
            shape, by, pooledGradient: pooledGradient, pooled: pooled, peaks: peaks, into: sums)
        case .portable:
          KernelsPortable.normalizedPoolingSums(
            shape, by, pooledGradient: pooledGradient, pooled: pooled, peaks: peaks, into: sums)
        }
      }
    }
  }

  /// Of one image: the gradient of the convolution's output, [height][width].
  func backward(
    _ input: Vectors, _ normalization: Normalization, pooledGradient: Vectors, pooled: Vectors, peaks: Vectors,
    into output: Vectors
  ) {
    withUnsafePointer(to: normalization) { by in
      switch level {
      case .v4:
        KernelsV4.normalizedPoolingBack(
          shape, by, input, pooledGradient: pooledGradient, pooled: pooled, peaks: peaks, into: output)
      case .v3:
        KernelsV3.normalizedPoolingBack(
          shape, by, input, pooledGradient: pooledGradient, pooled: pooled, peaks: peaks, into: output)
      case .portable:
        KernelsPortable.normalizedPoolingBack(
          shape, by, input, pooledGradient: pooledGradient, pooled: pooled, peaks: peaks, into: output)
      }
    }
  }

  private func withSums(_ fill: (UnsafeMutablePointer<SIMD16<Float>>) -> Void) -> Sums {
    withUnsafeTemporaryAllocation(of: SIMD16<Float>.self, capacity: 2) { sums in
      sums.initialize(repeating: SIMD16())
      if let start = sums.baseAddress { fill(start) }
      return (sums[0], sums[1])
    }
  }
}
