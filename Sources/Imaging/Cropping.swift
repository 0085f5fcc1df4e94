import Foundations

extension Image {
  /// The middle of the image; of an odd remainder the smaller half is cut off left and above.
  ///
  /// - Throws: `SettingError` when the image is smaller than that or the size below one pixel.
  public func centreCropped(width newWidth: Int, height newHeight: Int) throws -> Image {
    guard (1...width).contains(newWidth), (1...height).contains(newHeight) else {
      throw SettingError("crop", value: "\(newWidth) x \(newHeight)", expected: "1 x 1 to \(width) x \(height)")
    }
    var result = Image(width: newWidth, height: newHeight, channels: channels)
    let (left, top) = ((width - newWidth) / 2, (height - newHeight) / 2)
    for y in 0..<newHeight {
      let from = ((top + y) * width + left) * channels
      result.pixels.replaceSubrange(
        y * newWidth * channels..<(y + 1) * newWidth * channels, with: pixels[from..<from + newWidth * channels])
    }
    return result
  }

  /// The largest square in the middle, at the given side.
  ///
  /// - Throws: `SettingError` for a side below one pixel.
  public func square(side: Int, filter: Filter = .lanczos) throws -> Image {
    let shorter = min(width, height)
    return try centreCropped(width: shorter, height: shorter).resized(width: side, height: side, filter: filter)
  }

  /// Many pictures in one, row by row on a common grid, each in the middle of its cell.
  ///
  /// - Parameters:
  ///   - columns: pictures a row; as many as make the sheet about square when nil.
  ///   - spacing: pixels between cells and around them.
  ///   - magnification: every picture's pixels are repeated that often in both directions.
  ///   - background: brightness between the pictures.
  /// - Throws: `SettingError` for no images, or for columns or magnification below one or a negative spacing.
  public static func contactSheet(
    _ images: [Image], columns: Int? = nil, spacing: Int = 2, magnification: Int = 1, background: Float = 1
  ) throws -> Image {
    guard let cellWidth = images.map(\.width).max(), let cellHeight = images.map(\.height).max() else {
      throw SettingError("contact sheet", value: "no images", expected: "at least one")
    }
    let columns = columns ?? Int(Double(images.count).squareRoot().rounded(.up))
    for (name, value, least) in [
      ("columns", columns, 1), ("magnification", magnification, 1), ("spacing", spacing, 0),
    ] where value < least {
      throw SettingError("contact sheet's \(name)", value: value, expected: "at least \(least)")
    }
    let rows = (images.count + columns - 1) / columns
    let channels = images.contains { $0.channels == 3 } ? 3 : 1
    let (stepX, stepY) = (cellWidth * magnification + spacing, cellHeight * magnification + spacing)
    var sheet = Image(
      width: columns * stepX + spacing, height: rows * stepY + spacing, channels: channels, filledWith: background)
    for (i, image) in images.enumerated() {
      let source = channels == 3 ? image.rgb() : image
      let left = spacing + i % columns * stepX + (cellWidth - image.width) * magnification / 2
      let top = spacing + i / columns * stepY + (cellHeight - image.height) * magnification / 2
      for y in 0..<image.height * magnification {
        for x in 0..<image.width * magnification {
          for channel in 0..<channels {
            sheet[left + x, top + y, channel] = source[x / magnification, y / magnification, channel]
          }
        }
      }
    }
    return sheet
  }
}
